//! Which SQL a file is written in, guessed from its first 64 KiB. Only reading depends on it: what counts as a quote, an
//! escape, a comment or the end of a statement. A wrong guess costs little, as every reader is lenient.

/// How much of a file is looked at.
const WINDOW: usize = 64 * 1024;

/// A family of SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialect {
    /// PostgreSQL, Redshift, Greenplum, CockroachDB.
    Postgres,
    /// MySQL, MariaDB.
    MySql,
    /// SQLite.
    Sqlite,
    /// Microsoft SQL Server.
    MsSql,
    /// Oracle.
    Oracle,
    /// ClickHouse.
    ClickHouse,
    /// Google BigQuery.
    BigQuery,
    /// Snowflake.
    Snowflake,
    /// Hive, Spark, Databricks, Impala.
    Hive,
    /// Nothing in the text tells.
    #[default]
    Generic,
}

/// A mark, lower case, and how much it says.
type Mark = (&'static str, u32);

const POSTGRES: &[Mark] = &[
    ("$$", 4),
    ("plpgsql", 6),
    ("bigserial", 4),
    (" serial", 3),
    ("timestamptz", 4),
    ("timestamp with time zone", 3),
    ("timestamp without time zone", 4),
    ("character varying", 2),
    ("jsonb", 4),
    ("bytea", 4),
    ("from stdin", 5),
    ("create extension", 5),
    ("owner to ", 3),
    ("::", 1),
    ("pg_catalog", 4),
    ("set search_path", 4),
    ("distkey", 8),
    ("sortkey", 8),
    ("diststyle", 8),
];
const MYSQL: &[Mark] = &[
    ("`", 2),
    ("engine=innodb", 8),
    ("engine = innodb", 8),
    ("engine=myisam", 8),
    ("engine = myisam", 8),
    ("auto_increment", 6),
    ("/*!4", 8),
    ("unsigned", 3),
    ("delimiter ", 3),
    ("utf8mb4", 4),
    ("tinyint(", 3),
    ("mediumtext", 3),
    ("longtext", 3),
    ("lock tables", 4),
];
const SQLITE: &[Mark] = &[("autoincrement", 5), ("pragma ", 8), ("sqlite_", 6), ("without rowid", 6), ("datetime('now')", 4)];
const MSSQL: &[Mark] = &[
    ("\ngo\n", 6),
    ("\ngo\r", 6),
    ("[dbo]", 6),
    ("nvarchar", 3),
    ("uniqueidentifier", 5),
    ("datetime2", 4),
    ("identity(1", 4),
    ("sp_rename", 4),
    ("sp_addextendedproperty", 5),
    ("set ansi_nulls", 6),
    ("nocount on", 4),
    ("primary key clustered", 4),
];
const ORACLE: &[Mark] = &[
    ("varchar2", 6),
    ("number(", 2),
    ("\n/\n", 5),
    ("\n/\r", 5),
    (" clob", 1),
    ("tablespace", 2),
    ("sysdate", 2),
    ("spool ", 3),
    ("prompt ", 2),
    ("whenever sqlerror", 6),
];
const CLICKHOUSE: &[Mark] =
    &[("mergetree", 10), ("lowcardinality(", 6), ("nullable(", 3), ("fixedstring(", 5), ("datetime64", 5), ("on cluster", 3)];

const BIGQUERY: &[Mark] = &[
    ("options(", 4),
    ("options (", 3),
    ("int64", 2),
    ("float64", 3),
    ("array<struct<", 6),
    ("array<string", 4),
    ("unnest(", 1),
    ("safe_cast", 4),
    ("bigquery", 4),
    ("policy_tags", 6),
];
const SNOWFLAKE: &[Mark] = &[
    ("variant", 4),
    ("timestamp_ntz", 6),
    ("timestamp_ltz", 6),
    ("masking policy", 6),
    ("number(38", 6),
    ("varchar(16777216)", 6),
    ("warehouse", 3),
    ("snowflake", 4),
    ("file_format", 4),
    ("copy into", 4),
    ("stage", 1),
    ("transient table", 4),
    ("flatten(", 3),
];
const HIVE: &[Mark] = &[
    ("row format", 8),
    ("stored as", 8),
    ("tblproperties", 8),
    ("partitioned by", 5),
    ("using delta", 8),
    ("using parquet", 6),
    ("add columns", 3),
    ("serde", 4),
    ("msck repair", 6),
    (" string comment ", 3),
];

impl Dialect {
    /// All of them, those first that read what others do not.
    pub(super) const ALL: &'static [Self] = &[
        Self::MySql,
        Self::Postgres,
        Self::Snowflake,
        Self::BigQuery,
        Self::Oracle,
        Self::MsSql,
        Self::Generic,
        Self::Hive,
        Self::ClickHouse,
        Self::Sqlite,
    ];

    /// The guess for a text.
    #[must_use]
    pub fn guess(text: &str) -> Self {
        let mut end = text.len().min(WINDOW);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let head = text.get(..end).unwrap_or_default().to_ascii_lowercase();
        let score = |marks: &[Mark]| -> u32 {
            // A mark counts three times at most: one habit repeated on every line must not outweigh several different ones.
            let hits = |mark: &str| memchr::memmem::find_iter(head.as_bytes(), mark.as_bytes()).take(3).count();
            marks.iter().map(|(mark, weight)| weight * u32::try_from(hits(mark)).unwrap_or(3)).sum()
        };
        let scores = [
            (score(POSTGRES), Self::Postgres),
            (score(MYSQL), Self::MySql),
            (score(SQLITE), Self::Sqlite),
            (score(MSSQL), Self::MsSql),
            (score(ORACLE), Self::Oracle),
            (score(CLICKHOUSE), Self::ClickHouse),
            (score(BIGQUERY), Self::BigQuery),
            (score(SNOWFLAKE), Self::Snowflake),
            (score(HIVE), Self::Hive),
        ];
        let mut best = (2, Self::Generic);
        for (score, dialect) in scores {
            if score > best.0 {
                best = (score, dialect);
            }
        }
        best.1
    }

    /// `\'` does not end a string.
    pub(super) fn backslash_escapes(self) -> bool {
        matches!(self, Self::MySql | Self::ClickHouse | Self::BigQuery | Self::Snowflake | Self::Hive)
    }

    /// `$tag$ ... $tag$` is a string. Where it is not, no text holds one, but for MySQL scripts whose delimiter is `$$` and
    /// Oracle's `$$PLSQL_UNIT`: so a wrong guess costs nothing.
    pub(super) fn dollar_quotes(self) -> bool {
        !matches!(self, Self::MySql | Self::Oracle)
    }

    /// Comments nest.
    pub(super) fn nested_comments(self) -> bool {
        matches!(self, Self::Postgres | Self::MsSql | Self::Generic)
    }

    /// `#` begins a comment wherever it stands; elsewhere only at the beginning of a line.
    pub(super) fn hash_comments(self) -> bool {
        matches!(self, Self::MySql | Self::BigQuery)
    }

    /// `//` begins a comment wherever it stands; elsewhere only at the beginning of a line.
    pub(super) fn slash_comments(self) -> bool {
        self == Self::Snowflake
    }
}
