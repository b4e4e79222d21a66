//! Which files form one sequence of migrations, and in which order: by the conventions of the tools that run them.
//!
//! | tool | up | down |
//! |---|---|---|
//! | Diesel, Hasura | `2024-01-02-030405_name/up.sql` | `.../down.sql` |
//! | sqlx, golang-migrate, node-pg-migrate | `20240102_name.up.sql`, `1_name.sql` | `....down.sql` |
//! | Flyway, refinery | `V1_2__name.sql`, `R__name.sql`, `B1__name.sql` | `U1_2__name.sql` |
//! | Prisma, Drizzle | `20240102_name/migration.sql` | |
//! | Postgrator | `003.do.name.sql` | `003.undo.name.sql` |
//! | goose, dbmate, sql-migrate, Supabase, Rails | `20240102_name.sql` | a section of the same file |
//! | Rails, knex, Sequelize, TypeORM, Django, Laravel, SeaORM, Liquibase | the same names with the ending of code | a function of it |
//!
//! Code counts as a migration only in a folder that says so; numbered SQL does anywhere.

/// A part of a version: numbers compare as numbers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// Digits.
    Number(u128),
    /// Anything else.
    Text(String),
}

/// Where a file belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The folder whose migrations form the sequence; the file itself if it belongs to none.
    pub(super) database: String,
    /// Order in the sequence.
    pub(super) version: Vec<Part>,
    /// It undoes a migration, and counts for nothing.
    pub(super) down: bool,
    /// It sums up all migrations up to its version (Flyway's baseline).
    pub(super) sums_up: bool,
    /// The migration's name for people; `None` for a file of no sequence.
    pub(super) migration: Option<String>,
}

/// What a file is, as far as its place is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// SQL.
    Sql,
    /// Anything else whose text changes a schema: code, changelogs.
    Code,
}

/// Where the file at `path` belongs.
pub(super) fn place(path: &str, kind: Kind) -> Place {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let name = Name::new(name);
    let found = match kind {
        Kind::Sql => own_folder(folder, &name).or_else(|| flyway(folder, &name)).or_else(|| numbered(folder, &name)),
        Kind::Code if folder.split('/').any(is_migration_folder) => {
            flyway(folder, &name).or_else(|| numbered(folder, &name)).or_else(|| alembic(folder, &name))
        }
        Kind::Code => None,
    };
    found.unwrap_or_else(|| {
        let down = name.stem == "down" || name.stem.ends_with(".down") || name.stem.ends_with(".undo");
        Place { database: path.to_owned(), version: Vec::new(), down, sums_up: false, migration: None }
    })
}

/// A file's name in parts.
struct Name {
    /// Without the extension, lower case.
    stem: String,
    /// The same as written.
    written: String,
    /// Which database system it is for, if its name tells: `001_init.mysql.up.sql`.
    dialect: Option<&'static str>,
}

impl Name {
    fn new(name: &str) -> Self {
        let end = name.to_ascii_lowercase().strip_suffix(".sql").map(str::len).or_else(|| name.rfind('.')).unwrap_or(name.len());
        let written = name.get(..end).unwrap_or(name).to_owned();
        let stem = written.to_ascii_lowercase();
        let dialect = stem.split('.').skip(1).find_map(dialect);
        Self { stem, written, dialect }
    }

    fn label(&self) -> String {
        let up = self.stem.len() - self.stem.trim_end_matches(".up").len();
        self.written.get(..self.written.len() - up).unwrap_or(&self.written).to_owned()
    }
}

fn member(root: &str, version: Vec<Part>, down: bool, label: String) -> Place {
    Place { database: root.to_owned(), version, down, sums_up: false, migration: Some(label) }
}

/// A folder for each migration.
fn own_folder(folder: &str, name: &Name) -> Option<Place> {
    let (above, parent) = folder.rsplit_once('/').unwrap_or(("", folder));
    if !parent.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let down = match name.stem.as_str() {
        "up" | "migration" | "do" | "upgrade" | "forward" => false,
        "down" | "undo" | "rollback" | "revert" | "downgrade" | "backward" => true,
        _ => return None,
    };
    Some(member(above, parts(parent), down, parent.to_owned()))
}

/// Flyway: a letter, a version, two underscores.
fn flyway(folder: &str, name: &Name) -> Option<Place> {
    let (version, _) = name.stem.split_once("__")?;
    let rest = version.get(1..).unwrap_or_default();
    let numbered = rest.starts_with(|c: char| c.is_ascii_digit());
    // Its locations are read with all their folders; one for each release or year is common.
    let mut root = folder;
    while let Some((above, last)) = root.rsplit_once('/')
        && is_version(last)
    {
        root = above;
    }
    // Migrations in Java stand in the same package as those in SQL.
    let root = ["/java/", "/kotlin/", "/scala/", "/groovy/"]
        .iter()
        .fold(root.to_owned(), |root, language| root.replacen(&format!("src/main{language}"), "src/main/resources/", 1));
    let label = name.written.clone();
    match version.as_bytes().first() {
        Some(b'v') if numbered => Some(member(&root, parts(rest), false, label)),
        Some(b'b') if numbered => {
            // Right after the migration whose state it sums up.
            let mut version = parts(rest);
            version.push(Part::Number(0));
            Some(Place { sums_up: true, ..member(&root, version, false, label) })
        }
        Some(b'u') if numbered => Some(member(&root, parts(rest), true, label)),
        // Repeatable migrations run after all others, by name.
        Some(b'r') if rest.is_empty() => Some(member(&root, parts(&format!("\u{10FFFF}{}", name.stem)), false, label)),
        _ => None,
    }
}

fn numbered(folder: &str, name: &Name) -> Option<Place> {
    let (above, parent) = folder.rsplit_once('/').unwrap_or(("", folder));
    let stem = name.stem.as_str();
    let in_migrations = folder.split('/').any(is_migration_folder);
    // `m20220101_000001_create`, `m140506_102106_create`: SeaORM and Yii, whose languages let no name begin with a digit.
    let prefix = if in_migrations { ["migration", "m", "step", "patch", "update", "upgrade", "v"].as_slice() } else { &[] };
    let bare = prefix.iter().find_map(|prefix| stem.strip_prefix(prefix)).unwrap_or(stem).trim_start_matches(['_', '-', '.']);
    let bare = if bare.starts_with(|c: char| c.is_ascii_digit()) { bare } else { stem };
    if !bare.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let undo_folder = undoes(&parent.to_ascii_lowercase());
    let down =
        undo_folder || stem.split(['.', '_', '-']).next_back().is_some_and(undoes) || stem.split('.').nth(1).is_some_and(undoes);
    // `up/001.sql` beside `down/001.sql`.
    let mut root = if undo_folder || parent.eq_ignore_ascii_case("up") { above } else { folder };
    let mut version = parts(bare.trim_end_matches(".up"));
    // `migrations/2024/001.sql`, `changelog/v1.2/001.sql`.
    while let Some((above, last)) = root.rsplit_once('/')
        && is_version(last)
        && above.split('/').any(is_migration_folder)
    {
        let mut outer = parts(last.trim_start_matches(|c: char| !c.is_ascii_digit()));
        outer.push(Part::Text(String::new()));
        outer.append(&mut version);
        version = outer;
        root = above;
    }
    // The number alone says little where each release has a first one.
    let label = match folder.strip_prefix(root).map(|rest| rest.trim_start_matches('/')) {
        Some(below) if !below.is_empty() && is_version(below.split('/').next().unwrap_or_default()) => {
            format!("{below}/{}", name.label())
        }
        _ => name.label(),
    };
    let mut place = member(root, version, down, label);
    if let Some(dialect) = name.dialect {
        place.database = format!("{root}#{dialect}");
    }
    Some(place)
}

/// Alembic: `versions/ae10_add_phone.py`. Its files say in their text which comes before which.
fn alembic(folder: &str, name: &Name) -> Option<Place> {
    let revision = name.stem.split('_').next().unwrap_or_default();
    let hex = revision.len() >= 8 && revision.bytes().all(|byte| byte.is_ascii_hexdigit());
    (hex && folder.ends_with("versions")).then(|| member(folder, parts(&name.stem), false, name.label()))
}

fn undoes(word: &str) -> bool {
    matches!(word, "down" | "undo" | "rollback" | "revert" | "downgrade")
}

/// Whether a folder's name says that it holds migrations.
pub(super) fn is_migration_folder(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.split(['-', '_', '.', ' ']).any(|word| {
        matches!(
            word,
            "migrations"
                | "migration"
                | "migrate"
                | "migrator"
                | "migrates"
                | "changelog"
                | "changelogs"
                | "changesets"
                | "changes"
                | "patches"
                | "upgrade"
                | "upgrades"
                | "updates"
                | "deltas"
                | "evolutions"
                | "alembic"
                | "dbscripts"
                | "flyway"
                | "liquibase"
        )
    })
}

/// `2024`, `v1.2`, `release-3`: a folder for the migrations of one year or release.
fn is_version(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let rest =
        ["release", "version", "rel", "ver", "v", "r", "y"].iter().find_map(|word| lower.strip_prefix(word)).unwrap_or(&lower);
    let rest = rest.trim_start_matches(['-', '_', '.']);
    rest.starts_with(|c: char| c.is_ascii_digit())
        && rest.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '_' | '-' | 'x'))
}

/// The database system that a word of a file's or folder's name stands for, under one name for all spellings.
pub(super) fn dialect(word: &str) -> Option<&'static str> {
    Some(match word.to_ascii_lowercase().as_str() {
        "postgres" | "postgresql" | "pg" | "pgsql" | "psql" => "postgresql",
        "mysql" | "mariadb" | "my" => "mysql",
        "sqlite" | "sqlite3" => "sqlite",
        "mssql" | "sqlserver" | "tsql" => "mssql",
        "oracle" | "ora" => "oracle",
        "h2" | "hsqldb" | "hsql" | "derby" => "h2",
        "db2" => "db2",
        "cockroach" | "cockroachdb" | "crdb" => "cockroach",
        "clickhouse" | "ch" => "clickhouse",
        _ => return None,
    })
}

/// The point in time that a version begins with, to the second, and what follows: `2024-01-02-030405_x`, `20240102_x`. However
/// much of it is written, earlier is before later.
fn time(version: &str) -> Option<(u128, &str)> {
    let mut digits = String::new();
    let mut end = 0;
    for (at, c) in version.char_indices() {
        match c {
            '0'..='9' if digits.len() < 14 => digits.push(c),
            '-' if matches!(digits.len(), 4 | 6 | 8) => {}
            _ => break,
        }
        end = at + 1;
    }
    let part = |from: usize, to: usize| digits.get(from..to).and_then(|part| part.parse::<u32>().ok());
    let is_date = (1970..2100).contains(&part(0, 4)?) && (1..=12).contains(&part(4, 6)?) && (1..=31).contains(&part(6, 8)?);
    let rest = version.get(end..)?;
    (is_date && !rest.starts_with(|c: char| c.is_ascii_digit())).then_some(())?;
    Some((format!("{digits:0<14}").parse().ok()?, rest))
}

/// A version in parts that compare as people mean them: `V2` before `V10`, `1.9` before `1.10`.
fn parts(version: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = version;
    if let Some((time, after)) = time(version) {
        parts.push(Part::Number(time));
        rest = after;
    }
    while let Some(first) = rest.chars().next() {
        let digits = first.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        parts.push(match part.parse::<u128>() {
            Ok(number) if digits => Part::Number(number),
            // `_`, `.` and `-` between numbers say the same.
            _ if part.chars().all(|c| matches!(c, '_' | '.' | '-')) => Part::Text(String::new()),
            _ => Part::Text(part.to_owned()),
        });
        rest = after;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sql(path: &str) -> Place {
        place(path, Kind::Sql)
    }

    fn code(path: &str) -> Place {
        place(path, Kind::Code)
    }

    fn order(mut paths: Vec<&str>) -> Vec<&str> {
        paths.sort_by_key(|path| place(path, Kind::Sql).version);
        paths
    }

    #[test]
    fn versions_compare_as_numbers() {
        assert_eq!(
            order(vec!["m/V10__c.sql", "m/R__views.sql", "m/V2__b.sql", "m/V1_1__a.sql"]),
            vec!["m/V1_1__a.sql", "m/V2__b.sql", "m/V10__c.sql", "m/R__views.sql"]
        );
        assert_eq!(order(vec!["m/10_b.sql", "m/9_a.sql"]), vec!["m/9_a.sql", "m/10_b.sql"]);
        assert_eq!(
            order(vec!["m/2017-10-08-193512_c/up.sql", "m/20140924113530_a/up.sql", "m/20171001_b/up.sql"]),
            vec!["m/20140924113530_a/up.sql", "m/20171001_b/up.sql", "m/2017-10-08-193512_c/up.sql"]
        );
        assert_eq!(order(vec!["m/V1.10__b.sql", "m/V1.9__a.sql"]), vec!["m/V1.9__a.sql", "m/V1.10__b.sql"]);
    }

    #[test]
    fn each_dialect_folder_is_a_database() {
        assert_eq!(sql("migrations/sqlite/2024-01-02-000000_a/up.sql").database, "migrations/sqlite");
        assert_eq!(sql("migrations/mysql/2024-01-02-000000_a/up.sql").database, "migrations/mysql");
        assert_eq!(sql("db/20240102_init/migration.sql").database, "db");
    }

    #[test]
    fn a_plain_file_is_a_database_of_its_own() {
        assert_eq!(sql("db/schema_pg.sql").database, "db/schema_pg.sql");
        assert_eq!(sql("db/V4_10.sql").database, "db/V4_10.sql");
    }

    #[test]
    fn files_that_undo_are_known_by_every_convention() {
        let down = [
            "m/2024-01-02-000000_a/down.sql",
            "m/1_a.down.sql",
            "m/003.undo.a.sql",
            "m/U2__a.sql",
            "m/001_a_down.sql",
            "m/down/001_a.sql",
            "m/001_a.rollback.sql",
        ];
        for path in down {
            assert!(place(path, Kind::Sql).down, "{path}");
        }
        for path in ["m/1_a.up.sql", "m/003.do.a.sql", "m/V2__a.sql", "m/001_slow_down_limits.sql", "m/001_a.sql"] {
            assert!(!place(path, Kind::Sql).down, "{path}");
        }
    }

    #[test]
    fn folders_of_years_and_releases_are_one_sequence() {
        assert_eq!(sql("db/migration/2023/V1__a.sql").database, "db/migration");
        assert_eq!(sql("db/migration/v1.2/V3__a.sql").database, "db/migration");
        assert_eq!(
            order(vec!["migrations/v1.10/001_b.sql", "migrations/v1.9/002_a.sql", "migrations/v1.9/001_a.sql"]),
            vec!["migrations/v1.9/001_a.sql", "migrations/v1.9/002_a.sql", "migrations/v1.10/001_b.sql"]
        );
        // Exports by year are no migrations.
        assert_eq!(sql("exports/2023/01_all.sql").database, "exports/2023");
    }

    #[test]
    fn a_dialect_in_the_name_is_a_database() {
        assert_eq!(sql("migrations/1_a.pg.up.sql").database, "migrations#postgresql");
        assert_eq!(sql("migrations/1_a.mysql.sql").database, "migrations#mysql");
        assert_eq!(sql("migrations/1_mysql.sql").database, "migrations");
    }

    #[test]
    fn code_is_a_migration_in_a_folder_that_says_so() {
        let members = [
            "db/migrate/20240101_x.rb",
            "migrations/m20220101_000001_x.rs",
            "src/migrations/1590000000000-X.ts",
            "app/migrations/0001_initial.py",
            "alembic/versions/ae1027a6acf0_x.py",
            "database/migrations/2014_10_12_000000_x.php",
        ];
        for path in members {
            assert!(code(path).migration.is_some(), "{path}");
        }
        for path in ["src/2fa.rs", "src/migrations/mod.rs", "src/main.rs", "lib/1password.ts", "migrations/model.rs"] {
            assert_eq!(code(path).migration, None, "{path}");
        }
        assert_eq!(
            code("app/src/main/java/db/migration/V2__x.java").database,
            sql("app/src/main/resources/db/migration/V1__x.sql").database
        );
    }

    #[test]
    fn migrations_have_names() {
        let name = |path| sql(path).migration.unwrap_or_default();
        assert_eq!(name("m/V3__Add_phone.sql"), "V3__Add_phone");
        assert_eq!(name("m/0002_phone.up.sql"), "0002_phone");
        assert_eq!(name("m/2024-01-02-000000_phone/up.sql"), "2024-01-02-000000_phone");
        assert_eq!(sql("schema.sql").migration, None);
    }
}
