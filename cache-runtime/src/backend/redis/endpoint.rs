//! Where a server is, from a URL.

use std::fmt;

use redis::io::tcp::TcpSettings;
use redis::{Client, ConnectionAddr, ConnectionInfo, IntoConnectionInfo, ProtocolVersion};

use crate::error::{Error, ErrorKind};

/// A server to connect to. Shows itself without its password.
#[derive(Clone)]
pub(crate) struct Endpoint {
    client: Client,
    /// The same server in RESP3, in which it says things without being asked.
    told: Client,
}

impl Endpoint {
    /// Reads `redis://[user:password@]host[:port][/db]`, the same with `rediss://` for TLS, or
    /// `unix:///path[?db=N&user=..&pass=..]`. Connects to nothing.
    pub(crate) fn parse(url: &str) -> Result<Self, Error> {
        if url.starts_with("rediss://") && !cfg!(feature = "tls") {
            return Err(Error::new(ErrorKind::Config, "`rediss://` needs the feature `tls` of cache-runtime"));
        }
        let info = url.into_connection_info().map_err(|error| {
            // The reason may quote what it could not read, which may be a password.
            let reason = error.to_string();
            let shown = if url.contains('@') { "it has a part that cannot be read" } else { &reason };
            Error::new(
                ErrorKind::Config,
                format!("the URL is not understood ({shown}); expected `redis://[user:password@]host[:port][/db]`"),
            )
        })?;
        Self::of(settled(info))
    }

    fn of(info: ConnectionInfo) -> Result<Self, Error> {
        let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
        let told = info.clone().set_redis_settings(settings);
        let open = |info| Client::open(info).map_err(|_| Error::new(ErrorKind::Config, "the URL names no server"));
        Ok(Self { client: open(info)?, told: open(told)? })
    }

    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    pub(super) fn told(&self) -> &Client {
        &self.told
    }
}

/// Small requests must not wait for company (`TCP_NODELAY` is off by default in redis 1.8), and a user with few
/// permissions may lack `CLIENT SETINFO`.
fn settled(info: ConnectionInfo) -> ConnectionInfo {
    let settings = info.redis_settings().clone().set_skip_set_lib_name();
    info.set_tcp_settings(TcpSettings::default().set_nodelay(true)).set_redis_settings(settings)
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let info = self.client.get_connection_info();
        let scheme = match info.addr() {
            ConnectionAddr::Unix(_) => "unix",
            ConnectionAddr::TcpTls { .. } => "rediss",
            _ => "redis",
        };
        write!(f, "{scheme}://{}", info.addr())?;
        match info.redis_settings().db() {
            0 => Ok(()),
            db => write!(f, "/{db}"),
        }
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_where_it_is_and_never_its_password() {
        for (url, shown) in [
            ("redis://localhost", "redis://localhost:6379"),
            ("redis://:hunter2@cache.internal:7000/3", "redis://cache.internal:7000/3"),
            ("redis://app:hunter2@[::1]:7000", "redis://::1:7000"),
            ("unix:///run/redis.sock?db=2&pass=hunter2", "unix:///run/redis.sock/2"),
        ] {
            let endpoint = Endpoint::parse(url).unwrap();
            assert_eq!(endpoint.to_string(), shown);
            assert!(!format!("{endpoint:?}").contains("hunter2"));
        }
    }

    #[test]
    fn a_url_that_cannot_be_read_is_refused_without_showing_it() {
        for url in [
            "redis://:hunter2@",
            "redis://:hunter2@host:port",
            "redis://:hunter2@[half",
            "http://:hunter2@host",
            "hunter2",
        ] {
            let error = Endpoint::parse(url).unwrap_err();
            let source = std::error::Error::source(&error).map(ToString::to_string);
            assert!(!format!("{error} {error:?} {source:?}").contains("hunter2"), "{error:?}");
            assert_eq!(error.kind(), ErrorKind::Config);
        }
    }
}
