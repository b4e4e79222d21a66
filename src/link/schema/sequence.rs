//! Which files form one sequence of migrations, and in which order: by the conventions of the tools that run them.
//!
//! | tool | up | down |
//! |---|---|---|
//! | Diesel | `2024-01-02-030405_name/up.sql` | `.../down.sql` |
//! | sqlx, golang-migrate | `20240102_name.up.sql`, `1_name.sql` | `....down.sql` |
//! | Flyway | `V1_2__name.sql`, `R__name.sql`, `B1__name.sql` | `U1_2__name.sql` |
//! | Prisma, Drizzle | `20240102_name/migration.sql` | |
//! | Postgrator | `003.do.name.sql` | `003.undo.name.sql` |
//! | goose, dbmate, Supabase | `20240102_name.sql` | a section of the same file |

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
}

/// Where the SQL file at `path` belongs.
pub(super) fn place(path: &str) -> Place {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let lower = name.to_ascii_lowercase();
    let stem = lower.strip_suffix(".sql").or_else(|| lower.rsplit_once('.').map(|(stem, _)| stem)).unwrap_or(&lower);
    let (above, parent) = folder.rsplit_once('/').unwrap_or(("", folder));
    let versioned_parent = parent.starts_with(|c: char| c.is_ascii_digit());
    let member = |root: &str, version: &str, down: bool| Place { database: root.to_owned(), version: parts(version), down };
    // A folder for each migration.
    match stem {
        "up" | "migration" | "do" | "upgrade" | "forward" if versioned_parent => return member(above, parent, false),
        "down" | "undo" | "rollback" | "revert" | "downgrade" | "backward" if versioned_parent => {
            return member(above, parent, true);
        }
        _ => {}
    }
    let undo = |word: &str| matches!(word, "down" | "undo" | "rollback" | "revert" | "downgrade");
    // Flyway: a letter, a version, two underscores.
    if let Some((version, _)) = stem.split_once("__") {
        let rest = version.get(1..).unwrap_or_default();
        let numbered = rest.starts_with(|c: char| c.is_ascii_digit());
        match version.as_bytes().first() {
            Some(b'v' | b'b') if numbered => return member(folder, rest, false),
            Some(b'u') if numbered => return member(folder, rest, true),
            // Repeatable migrations run after all others, by name.
            Some(b'r') if rest.is_empty() => return member(folder, &format!("\u{10FFFF}{stem}"), false),
            _ => {}
        }
    }
    if stem.starts_with(|c: char| c.is_ascii_digit()) {
        let down = stem.split(['.', '_', '-']).next_back().is_some_and(undo)
            || stem.split('.').nth(1).is_some_and(undo)
            || undo(&parent.to_ascii_lowercase());
        // `up/001.sql` beside `down/001.sql`.
        let root = if undo(&parent.to_ascii_lowercase()) || parent.eq_ignore_ascii_case("up") { above } else { folder };
        return member(root, stem.trim_end_matches(".up"), down);
    }
    Place {
        database: path.to_owned(),
        version: Vec::new(),
        down: stem == "down" || stem.ends_with(".down") || stem.ends_with(".undo"),
    }
}

/// A version in parts that compare as people mean them: `V2` before `V10`, `1.9` before `1.10`.
fn parts(version: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = version;
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

    fn order(mut paths: Vec<&str>) -> Vec<&str> {
        paths.sort_by_key(|path| place(path).version);
        paths
    }

    #[test]
    fn versions_compare_as_numbers() {
        assert_eq!(
            order(vec!["m/V10__c.sql", "m/R__views.sql", "m/V2__b.sql", "m/V1_1__a.sql"]),
            vec!["m/V1_1__a.sql", "m/V2__b.sql", "m/V10__c.sql", "m/R__views.sql"]
        );
        assert_eq!(order(vec!["m/10_b.sql", "m/9_a.sql"]), vec!["m/9_a.sql", "m/10_b.sql"]);
        assert_eq!(order(vec!["m/V1.10__b.sql", "m/V1.9__a.sql"]), vec!["m/V1.9__a.sql", "m/V1.10__b.sql"]);
    }

    #[test]
    fn each_dialect_folder_is_a_database() {
        assert_eq!(place("migrations/sqlite/2024-01-02-000000_a/up.sql").database, "migrations/sqlite");
        assert_eq!(place("migrations/mysql/2024-01-02-000000_a/up.sql").database, "migrations/mysql");
        assert_eq!(place("db/20240102_init/migration.sql").database, "db");
    }

    #[test]
    fn a_plain_file_is_a_database_of_its_own() {
        assert_eq!(place("db/schema_pg.sql").database, "db/schema_pg.sql");
        assert_eq!(place("db/V4_10.sql").database, "db/V4_10.sql");
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
            assert!(place(path).down, "{path}");
        }
        for path in ["m/1_a.up.sql", "m/003.do.a.sql", "m/V2__a.sql", "m/001_slow_down_limits.sql", "m/001_a.sql"] {
            assert!(!place(path).down, "{path}");
        }
    }
}
