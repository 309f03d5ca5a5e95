//! The environment as configuration: every variable is read and named here.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::str::FromStr;
use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use thiserror::Error;
use tracing_subscriber::EnvFilter;

/// What the service is started with. Where the cache is, `cache-runtime` reads by itself: `REDIS_URL` and `CACHE_*`.
#[derive(Clone, Debug)]
pub struct Config {
    /// `BIND`: where to listen. Default: `127.0.0.1:8080`. Port 0 is any free one.
    pub bind: SocketAddr,
    /// `DATABASE_URL`: the SQLite file, created where there is none. Default: `sqlite://users.db`.
    pub database: SqliteConnectOptions,
    /// `DATABASE_CONNECTIONS`: how many connections to it there may be. Default: 8.
    pub database_connections: u32,
    /// `SEED`: how many users to make up if there are none. Default: 0.
    pub seed: u32,
    /// `ORIGIN_LATENCY`: how much longer each statement takes, as if the database were far away. Default: nothing.
    pub origin_latency: Duration,
    /// `CACHE_BYPASS`: whether reads leave the cache alone, to compare. Default: `off`.
    pub cache_bypass: bool,
    /// `REQUEST_TIMEOUT`: the longest that a request may take. Default: `5s`.
    pub request_timeout: Duration,
    /// `DRAIN`: how long the service says that it is not ready, and serves all the same, before it stops. Default: nothing.
    pub drain: Duration,
    /// `SHUTDOWN_TIMEOUT`: how long requests may take to end after that. Default: `20s`.
    pub shutdown_timeout: Duration,
    /// `RUST_LOG`: what is logged. Default: `info`.
    pub log: String,
}

/// Variables that cannot be understood, all of them.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("the environment is not usable: {}", .0.join("; "))]
pub struct BadConfig(Vec<String>);

impl Config {
    /// The configuration that the environment of this process describes.
    ///
    /// # Errors
    ///
    /// Names every variable that cannot be understood, and what is expected there.
    pub fn from_env() -> Result<Self, BadConfig> {
        Self::read(|name| std::env::var_os(name))
    }

    fn read(variable: impl Fn(&str) -> Option<OsString>) -> Result<Self, BadConfig> {
        let mut reader = Reader { variable, faults: Vec::new() };
        let config = Self {
            bind: reader.read(
                "BIND",
                ([127, 0, 0, 1], 8080).into(),
                "an address and a port such as `0.0.0.0:8080`",
                parsed,
            ),
            database: reader.read("DATABASE_URL", users_db(), "a file such as `sqlite://users.db`", database),
            database_connections: reader.read("DATABASE_CONNECTIONS", 8, "a number from 1 to 100", connections),
            seed: reader.read("SEED", 0, "a number from 0 to 1000000", seed),
            origin_latency: reader.read("ORIGIN_LATENCY", Duration::ZERO, "a time such as `5ms`", duration),
            cache_bypass: reader.read("CACHE_BYPASS", false, "`on`, `1`, `off` or `0`", switch),
            request_timeout: reader.read("REQUEST_TIMEOUT", Duration::from_secs(5), "a time such as `5s`", some_time),
            drain: reader.read("DRAIN", Duration::ZERO, "a time such as `5s`", duration),
            shutdown_timeout: reader.read(
                "SHUTDOWN_TIMEOUT",
                Duration::from_secs(20),
                "a time such as `20s`",
                duration,
            ),
            log: reader.read("RUST_LOG", "info".to_owned(), "a filter such as `info,user_service=debug`", filter),
        };
        if reader.faults.is_empty() { Ok(config) } else { Err(BadConfig(reader.faults)) }
    }
}

struct Reader<F> {
    variable: F,
    faults: Vec<String>,
}

impl<F: Fn(&str) -> Option<OsString>> Reader<F> {
    /// What the variable says, else `default`. One that is empty counts as not set. One that is not understood is named, not
    /// shown: it may be a secret in the wrong place.
    fn read<T>(&mut self, name: &str, default: T, expected: &str, parse: impl Fn(&str) -> Option<T>) -> T {
        let Some(text) = (self.variable)(name).filter(|text| !text.is_empty()) else { return default };
        text.to_str().and_then(|text| parse(text.trim())).unwrap_or_else(|| {
            self.faults.push(format!("`{name}` is not understood; expected {expected}"));
            default
        })
    }
}

fn users_db() -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename("users.db")
}

fn parsed<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

fn database(text: &str) -> Option<SqliteConnectOptions> {
    // Its parser would take any text for the name of a file, and what has no name is another database on each connection.
    let named = |options: &SqliteConnectOptions| !options.get_filename().as_os_str().is_empty();
    if text.starts_with("sqlite:") { parsed(text).filter(named) } else { None }
}

fn connections(text: &str) -> Option<u32> {
    parsed(text).filter(|number| (1..=100).contains(number))
}

fn seed(text: &str) -> Option<u32> {
    parsed(text).filter(|number| *number <= 1_000_000)
}

fn duration(text: &str) -> Option<Duration> {
    humantime::parse_duration(text).ok()
}

fn some_time(text: &str) -> Option<Duration> {
    duration(text).filter(|time| !time.is_zero())
}

fn switch(text: &str) -> Option<bool> {
    match text {
        "on" | "1" => Some(true),
        "off" | "0" => Some(false),
        _ => None,
    }
}

fn filter(text: &str) -> Option<String> {
    EnvFilter::try_new(text).is_ok().then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    fn with(name: &'static str, text: &'static str) -> Result<Config, BadConfig> {
        Config::read(|asked| (asked == name).then(|| text.into()))
    }

    #[test]
    fn what_is_empty_is_not_set() {
        let config = with("BIND", "").unwrap();
        assert_eq!(config.bind.to_string(), "127.0.0.1:8080");
        assert_eq!(config.database.get_filename().to_str(), Some("users.db"));
    }

    #[test]
    fn times_and_switches_are_read_as_people_write_them() {
        assert_eq!(with("ORIGIN_LATENCY", "5ms").unwrap().origin_latency, Duration::from_millis(5));
        assert!(with("CACHE_BYPASS", "1").unwrap().cache_bypass);
        assert!(!with("CACHE_BYPASS", "off").unwrap().cache_bypass);
    }

    #[test]
    fn every_bad_value_is_named_and_none_is_shown() {
        let refused = Config::read(|_| Some("hunter2=loud".into())).unwrap_err().to_string();
        for name in ["BIND", "DATABASE_URL", "DATABASE_CONNECTIONS", "SEED", "ORIGIN_LATENCY", "CACHE_BYPASS"] {
            assert!(refused.contains(&format!("`{name}` is not understood; expected ")), "{refused}");
        }
        for name in ["REQUEST_TIMEOUT", "DRAIN", "SHUTDOWN_TIMEOUT", "RUST_LOG"] {
            assert!(refused.contains(&format!("`{name}` is not understood; expected ")), "{refused}");
        }
        assert!(!refused.contains("hunter2"), "{refused}");
    }

    #[test]
    fn the_readme_names_every_variable() {
        let asked = RefCell::new(Vec::new());
        let _ = Config::read(|name| {
            asked.borrow_mut().push(format!("| `{name}` | "));
            None
        });
        let readme = include_str!("../README.md");
        assert_eq!(asked.borrow().iter().find(|row| !readme.contains(*row)), None);
        assert_eq!(asked.borrow().len(), 10);
    }

    #[test]
    #[cfg(unix)]
    fn a_value_that_is_no_text_is_not_taken_for_none() {
        use std::os::unix::ffi::OsStringExt;
        let refused = Config::read(|asked| (asked == "BIND").then(|| OsString::from_vec(vec![0xff]))).unwrap_err();
        assert!(refused.to_string().contains("`BIND` is not understood"), "{refused}");
    }

    #[test]
    fn a_database_has_a_name_and_a_request_some_time() {
        for text in ["sqlite:", "sqlite://", "sqlite://?mode=rwc"] {
            assert!(with("DATABASE_URL", text).is_err(), "{text}");
        }
        assert!(with("REQUEST_TIMEOUT", "0s").is_err());
        assert_eq!(with("SHUTDOWN_TIMEOUT", "0s").unwrap().shutdown_timeout, Duration::ZERO);
    }

    #[test]
    fn numbers_have_limits() {
        assert!(with("DATABASE_CONNECTIONS", "0").is_err());
        assert!(with("SEED", "1000001").is_err());
        assert!(with("SEED", "1000000").is_ok());
    }
}
