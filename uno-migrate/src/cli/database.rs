//! Which database is meant, whatever it speaks.

use std::fmt;
use std::net::IpAddr;

use super::args::Secret;
use super::failure::Failure;
use crate::{Dialect, ErrorKind};

/// A database that is named and not yet connected to.
pub(super) struct Database {
    pub(super) pool: AnyPool,
    place: Place,
    origin: Origin,
}

/// A pool of one of the databases that this build is for.
pub(super) enum AnyPool {
    #[cfg(feature = "postgres")]
    Postgres(sqlx::PgPool),
    #[cfg(feature = "mysql")]
    MySql(sqlx::MySqlPool),
    #[cfg(feature = "_sqlite")]
    Sqlite(sqlx::SqlitePool),
}

/// The same for every kind of database, with its pool.
macro_rules! on {
    ($database:expr, $pool:ident => $body:expr) => {
        match &$database.pool {
            #[cfg(feature = "postgres")]
            $crate::cli::database::AnyPool::Postgres($pool) => $body,
            #[cfg(feature = "mysql")]
            $crate::cli::database::AnyPool::MySql($pool) => $body,
            #[cfg(feature = "_sqlite")]
            $crate::cli::database::AnyPool::Sqlite($pool) => $body,
        }
    };
}
pub(super) use on;

/// Where a database is, without anything that is secret.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    #[cfg_attr(not(any(feature = "postgres", feature = "mysql")), expect(dead_code, reason = "it has no server"))]
    Server { scheme: &'static str, user: String, host: String, port: u16, database: Option<String> },
    #[cfg_attr(not(feature = "_sqlite"), expect(dead_code, reason = "it has no file"))]
    File(String),
}

/// Who named it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    Option,
    Environment,
    DotEnv,
}

const VARIABLE: &str = "DATABASE_URL";

impl Database {
    /// The one that the option names, else the environment, else the file `.env`.
    pub(super) fn find(option: Option<&Secret>) -> Result<Self, Failure> {
        let (url, origin) = match option {
            Some(Secret(url)) => (url.clone(), Origin::Option),
            None => match environment() {
                Some(url) => (url, Origin::Environment),
                None => (dot_env()?.ok_or_else(nowhere)?, Origin::DotEnv),
            },
        };
        let (pool, place) = open(&url, origin)?;
        Ok(Self { pool, place, origin })
    }

    /// The same; none where nobody names one.
    pub(super) fn find_any(option: Option<&Secret>) -> Result<Option<Self>, Failure> {
        let is_named = option.is_some() || environment().is_some() || dot_env()?.is_some();
        is_named.then(|| Self::find(option)).transpose()
    }

    pub(super) fn dialect(&self) -> Dialect {
        match self.pool {
            #[cfg(feature = "postgres")]
            AnyPool::Postgres(_) => Dialect::Postgres,
            #[cfg(feature = "mysql")]
            AnyPool::MySql(_) => Dialect::MySql,
            #[cfg(feature = "_sqlite")]
            AnyPool::Sqlite(_) => Dialect::Sqlite,
        }
    }

    /// Whether it is on this machine, and so most likely nobody's but one's own.
    pub(super) fn is_local(&self) -> bool {
        match &self.place {
            Place::File(_) => true,
            Place::Server { host, .. } => {
                let host = host.trim_start_matches('[').trim_end_matches(']');
                host.is_empty()
                    || host.starts_with('/')
                    || host == "localhost"
                    || host.parse().is_ok_and(|address: IpAddr| address.to_canonical().is_loopback())
            }
        }
    }

    /// For a command that changes what is there already: a SQLite database that is not there is not made.
    pub(super) fn existing(self) -> Result<Self, Failure> {
        match self.missing() {
            Some(missing) => Err(Failure::other(missing)
                .help("`run` makes it; a path is relative to the directory where this program runs")),
            None => Ok(self),
        }
    }

    /// For a command that only looks: in the place of a SQLite database that is not there, an empty one that leaves
    /// nothing behind; and a word about it.
    pub(super) fn only_looking(mut self) -> (Self, Option<String>) {
        let missing = self.missing();
        #[cfg(feature = "_sqlite")]
        if missing.is_some() {
            let options = sqlx::sqlite::SqliteConnectOptions::new().in_memory(true);
            let pool = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1).connect_lazy_with(options);
            self.pool = AnyPool::Sqlite(pool);
        }
        let _ = &mut self;
        (self, missing)
    }

    fn missing(&self) -> Option<String> {
        match &self.pool {
            #[cfg(feature = "_sqlite")]
            AnyPool::Sqlite(pool) => {
                let options = pool.connect_options();
                let file = options.get_filename();
                // One in memory has a name that is an URI.
                let is_missing = !file.to_string_lossy().starts_with("file:") && !file.exists();
                is_missing.then(|| format!("there is no database `{}` yet", file.display()))
            }
            #[cfg(any(feature = "postgres", feature = "mysql"))]
            _ => None,
        }
    }

    /// A failure that may be the database's names it.
    pub(super) fn told<T>(&self, done: Result<T, impl Into<Failure>>) -> Result<T, Failure> {
        done.map_err(|error| match error.into() {
            Failure::Library { error, .. } if matches!(error.kind(), ErrorKind::Connection | ErrorKind::History) => {
                Failure::Library { error, database: Some(self.to_string()) }
            }
            failure => failure,
        })
    }
}

/// As it may be shown, and who named it.
impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, origin, .. } = self;
        match origin {
            Origin::Option => write!(f, "{place}"),
            Origin::Environment => write!(f, "{place} (from {VARIABLE})"),
            Origin::DotEnv => write!(f, "{place} ({VARIABLE} from `.env`)"),
        }
    }
}

impl Database {
    /// As it may be shown.
    pub(super) fn place(&self) -> String {
        self.place.to_string()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server { scheme, user, host, port, database } => {
                let database = database.as_deref().unwrap_or_default();
                if host.starts_with('/') {
                    write!(f, "{scheme}://{user}@/{database}?host={host}")
                } else {
                    write!(f, "{scheme}://{user}@{host}:{port}/{database}")
                }
            }
            Self::File(file) => write!(f, "sqlite:{file}"),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place where the command line reads the environment")]
fn environment() -> Option<String> {
    std::env::var(VARIABLE).ok().filter(|url| !url.is_empty())
}

/// The file is read for this one name, and changes nothing of the environment.
fn dot_env() -> Result<Option<String>, Failure> {
    let Ok(variables) = dotenvy::dotenv_iter() else { return Ok(None) };
    for variable in variables {
        // The error quotes the line, which may be the one with the password.
        let (name, value) = variable.map_err(|_| {
            Failure::other("`.env` cannot be read").help("give each variable a line of its own: `NAME=\"value\"`")
        })?;
        if name == VARIABLE && !value.is_empty() {
            return Ok(Some(value));
        }
    }
    Ok(None)
}

fn nowhere() -> Failure {
    Failure::usage("no database is named").help(
        "give `--database-url`, or set DATABASE_URL, in the environment or in a file `.env`: \
         `postgres://user@host/database`, `mysql://user@host/database` or `sqlite:file.db`",
    )
}

fn open(url: &str, origin: Origin) -> Result<(AnyPool, Place), Failure> {
    let named = match origin {
        Origin::Option => "`--database-url`".to_owned(),
        Origin::Environment => format!("{VARIABLE}, from the environment,"),
        Origin::DotEnv => format!("{VARIABLE}, from `.env`,"),
    };
    let scheme = url.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    match scheme.as_deref() {
        Some("postgres" | "postgresql") => postgres(url, &named),
        Some("mysql" | "mariadb") => mysql(url, &named),
        Some("sqlite") => sqlite(url, &named),
        // As Python's drivers are named.
        Some(scheme) if scheme.contains('+') => {
            let (database, _) = scheme.split_once('+').unwrap_or((scheme, ""));
            Err(Failure::usage(format!("{named} begins with `{scheme}:`, which names a driver as well"))
                .help(format!("leave the driver out: `{database}://…`")))
        }
        Some(scheme) if scheme.chars().all(|letter| letter.is_ascii_alphanumeric()) => {
            Err(Failure::usage(format!("{named} begins with `{scheme}:`, which is none of the databases"))
                .help(SCHEMES))
        }
        _ => Err(Failure::usage(format!("{named} is no URL of a database")).help(SCHEMES)),
    }
}

const SCHEMES: &str = "it begins with `postgres://`, `mysql://` (MariaDB as well) or `sqlite:`";

#[cfg_attr(
    all(feature = "postgres", feature = "mysql", feature = "_sqlite"),
    expect(dead_code, reason = "this build is for all of them")
)]
fn not_in_this_build(dialect: Dialect) -> Failure {
    Failure::usage(format!("this program was built without `{dialect}`")).help(format!(
        "build it with the feature `{dialect}` of `uno-migrate`; the program of that name has all databases"
    ))
}

fn unreadable(named: &str, error: &sqlx::Error, help: &str) -> Failure {
    let cause = match error {
        sqlx::Error::Configuration(cause) => cause.to_string(),
        other => other.to_string(),
    };
    Failure::usage(format!("{named} cannot be read")).caused_by(cause).help(help)
}

#[cfg(any(feature = "postgres", feature = "mysql"))]
const FORM: &str = "it has the form `postgres://user@host:port/database`, with `:password` behind the user; what is special in \
                    those two is written as a code: `@` as `%40`, `/` as `%2F`, `#` as `%23`, `%` as `%25`";

/// Pools open nothing before they are asked to; the engine opens its own connections with their options.
#[cfg(feature = "postgres")]
fn postgres(url: &str, named: &str) -> Result<(AnyPool, Place), Failure> {
    let options: sqlx::postgres::PgConnectOptions = url.parse().map_err(|error| unreadable(named, &error, FORM))?;
    let host = options.get_socket().map(|socket| socket.to_string_lossy().into_owned());
    let place = Place::Server {
        scheme: "postgres",
        user: options.get_username().to_owned(),
        host: host.unwrap_or_else(|| options.get_host().to_owned()),
        port: options.get_port(),
        database: options.get_database().map(str::to_owned),
    };
    Ok((AnyPool::Postgres(sqlx::postgres::PgPoolOptions::new().max_connections(1).connect_lazy_with(options)), place))
}

#[cfg(feature = "mysql")]
fn mysql(url: &str, named: &str) -> Result<(AnyPool, Place), Failure> {
    let options: sqlx::mysql::MySqlConnectOptions = url.parse().map_err(|error| unreadable(named, &error, FORM))?;
    let host = options.get_socket().map(|socket| socket.to_string_lossy().into_owned());
    let place = Place::Server {
        scheme: "mysql",
        user: options.get_username().to_owned(),
        host: host.unwrap_or_else(|| options.get_host().to_owned()),
        port: options.get_port(),
        database: options.get_database().map(str::to_owned),
    };
    if options.get_database().is_none_or(str::is_empty) {
        return Err(Failure::usage(format!("{named} names no database on `{}`", options.get_host()))
            .help("end it with the database's name: `mysql://user@host:3306/database`"));
    }
    Ok((AnyPool::MySql(sqlx::mysql::MySqlPoolOptions::new().max_connections(1).connect_lazy_with(options)), place))
}

#[cfg(feature = "_sqlite")]
fn sqlite(url: &str, named: &str) -> Result<(AnyPool, Place), Failure> {
    let options: sqlx::sqlite::SqliteConnectOptions = url.parse().map_err(|error| {
        unreadable(named, &error, "it is `sqlite:` and a path, as in `sqlite:app.db` or `sqlite:///var/app.db`")
    })?;
    // Who says how it is opened is not contradicted.
    let options = if url.contains("mode=") { options } else { options.create_if_missing(true) };
    let file = options.get_filename().to_owned();
    let is_in_memory = file.to_string_lossy().starts_with("file:");
    if let Some(directory) = file.parent().filter(|_| !is_in_memory)
        && !directory.as_os_str().is_empty()
        && !directory.is_dir()
    {
        return Err(Failure::other(format!("there is no directory `{}`", directory.display()))
            .caused_by(format!("the database `{}` would be in it", file.display()))
            .help("make it first; a path is relative to the directory where this program runs"));
    }
    let shown = if is_in_memory { ":memory:".to_owned() } else { file.to_string_lossy().into_owned() };
    let pool = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1).connect_lazy_with(options);
    Ok((AnyPool::Sqlite(pool), Place::File(shown)))
}

#[cfg(not(feature = "postgres"))]
fn postgres(_: &str, _: &str) -> Result<(AnyPool, Place), Failure> {
    Err(not_in_this_build(Dialect::Postgres))
}

#[cfg(not(feature = "mysql"))]
fn mysql(_: &str, _: &str) -> Result<(AnyPool, Place), Failure> {
    Err(not_in_this_build(Dialect::MySql))
}

#[cfg(not(feature = "_sqlite"))]
fn sqlite(_: &str, _: &str) -> Result<(AnyPool, Place), Failure> {
    Err(not_in_this_build(Dialect::Sqlite))
}

#[cfg(test)]
#[cfg(all(feature = "postgres", feature = "mysql", feature = "_sqlite"))]
mod tests {
    use super::*;

    fn find(url: &str) -> Database {
        Database::find(Some(&Secret(url.to_owned()))).unwrap()
    }

    #[tokio::test]
    async fn what_is_on_this_machine() {
        for local in [
            "postgres://app@localhost/a",
            "postgres://app@127.0.0.1:5433/a",
            "postgres://app@[::1]/a",
            "postgres://app@[::ffff:127.0.0.1]/a",
            "postgres:///a?host=/run/postgresql",
            "mysql://app@127.0.0.2/a",
            "sqlite:app.db",
            "sqlite::memory:",
        ] {
            assert!(find(local).is_local(), "{local}");
        }
        for remote in [
            "postgres://app@db.example.org/a",
            "postgres://app@[::ffff:10.0.0.7]/a",
            "mysql://app@10.0.0.7/a",
            "mysql://app@0.0.0.0/a",
            "mariadb://app@localhost.example.org/a",
        ] {
            assert!(!find(remote).is_local(), "{remote}");
        }
    }

    #[tokio::test]
    async fn no_password_is_shown() {
        let shown = |url: &str| find(url).to_string();
        assert_eq!(shown("postgres://app:geheim@host/a"), "postgres://app@host:5432/a");
        assert_eq!(shown("mysql://app:geheim@host:1/a"), "mysql://app@host:1/a");
        assert_eq!(shown("postgres://app:geheim@%2Frun%2Fpg/a"), "postgres://app@/a?host=/run/pg");
        assert_eq!(shown("sqlite://app.db?mode=ro"), "sqlite:app.db");
    }
}
