//! Where one server is, and who to be there.

use std::fmt;
use std::sync::Arc;

use redis::io::tcp::TcpSettings;
use redis::{
    Client, ConnectionAddr, ConnectionInfo, IntoConnectionInfo, ProtocolVersion, RedisConnectionInfo, RedisResult,
};

use super::credentials::{self, Credentials};
use super::login::Login;
use super::tls::{Certificates, choose_cryptography};
use crate::backend::redis::line::Trouble;
use crate::error::{Error, ErrorKind};

/// A server to connect to. Shows itself without its password.
#[derive(Clone)]
pub(crate) struct Endpoint {
    addr: ConnectionAddr,
    settings: RedisConnectionInfo,
    credentials: Option<Arc<dyn Credentials>>,
}

impl Endpoint {
    /// The default user's database 0 of a server.
    pub(in crate::backend::redis) fn new(addr: ConnectionAddr) -> Self {
        // A user with few permissions may lack `CLIENT SETINFO`.
        Self { addr, settings: RedisConnectionInfo::default().set_skip_set_lib_name(), credentials: None }
    }

    pub(in crate::backend::redis) fn of_user(mut self, login: Option<&Login>) -> Self {
        if let Some(login) = login {
            self.settings = self.settings.set_password(login.password());
            if let Some(name) = login.name() {
                self.settings = self.settings.set_username(name);
            }
        }
        self
    }

    /// Somebody who is asked who to be. `None`: that is known already.
    pub(in crate::backend::redis) fn with_credentials(mut self, credentials: &Arc<dyn Credentials>) -> Option<Self> {
        if self.settings.password().is_some() {
            return None;
        }
        self.credentials = Some(Arc::clone(credentials));
        Some(self)
    }

    /// Who to be from now on, if that is not known already.
    pub(in crate::backend::redis) async fn login(&self) -> Result<Option<Login>, Trouble> {
        match &self.credentials {
            Some(credentials) => credentials::ask(&**credentials).await.map(Some),
            None => Ok(None),
        }
    }

    pub(in crate::backend::redis) fn on_database(mut self, number: u32) -> Self {
        self.settings = self.settings.set_db(number.into());
        self
    }

    /// With certificates of one's own. `None`: the connections are not made over TLS.
    pub(in crate::backend::redis) fn secured(mut self, certificates: &Certificates) -> Option<Self> {
        self.addr = certificates.at(&self.addr).ok()?;
        Some(self)
    }

    /// Another server, to which one connects in the same way, and its database 0.
    pub(crate) fn at(&self, host: &str, port: u16) -> Result<Self, Error> {
        Ok(self.moved(host, port)?.on_database(0))
    }

    /// Another server, to which one connects in the same way, and its database of the same number.
    pub(in crate::backend::redis) fn moved(&self, host: &str, port: u16) -> Result<Self, Error> {
        let host = host.to_owned();
        let addr = match &self.addr {
            _ if host.is_empty() => None,
            ConnectionAddr::Tcp(..) => Some(ConnectionAddr::Tcp(host, port)),
            ConnectionAddr::TcpTls { tls_params, .. } => {
                Some(ConnectionAddr::TcpTls { host, port, insecure: false, tls_params: tls_params.clone() })
            }
            _ => None,
        };
        let addr = addr.ok_or_else(|| Error::new(ErrorKind::Refused, "a server was named by no host and port"))?;
        Ok(Self { addr, ..self.clone() })
    }

    pub(in crate::backend::redis) fn client(&self) -> RedisResult<Client> {
        self.open(self.settings.clone())
    }

    /// In RESP3, in which the server says things without being asked.
    pub(in crate::backend::redis) fn told(&self) -> RedisResult<Client> {
        self.open(self.settings.clone().set_protocol(ProtocolVersion::RESP3))
    }

    fn open(&self, settings: RedisConnectionInfo) -> RedisResult<Client> {
        if self.is_secured() {
            choose_cryptography();
        }
        // Small requests must not wait for company: `TCP_NODELAY` is off by default in redis 1.8.
        let tcp = TcpSettings::default().set_nodelay(true);
        let info: ConnectionInfo = self.addr.clone().into_connection_info()?;
        Client::open(info.set_tcp_settings(tcp).set_redis_settings(settings))
    }

    pub(in crate::backend::redis) fn is_at_the_place_of(&self, other: &Self) -> bool {
        self.addr == other.addr
    }

    /// Host and port; none of a socket.
    pub(in crate::backend::redis) fn address(&self) -> Option<(&str, u16)> {
        match &self.addr {
            ConnectionAddr::Tcp(host, port) | ConnectionAddr::TcpTls { host, port, .. } => Some((host, *port)),
            _ => None,
        }
    }

    /// Its host and port, as a URL has them.
    pub(in crate::backend::redis) fn place(&self) -> String {
        match &self.addr {
            ConnectionAddr::Tcp(host, port) | ConnectionAddr::TcpTls { host, port, .. } if host.contains(':') => {
                format!("[{host}]:{port}")
            }
            addr => addr.to_string(),
        }
    }

    pub(in crate::backend::redis) fn is_secured(&self) -> bool {
        matches!(self.addr, ConnectionAddr::TcpTls { .. })
    }

    /// The number of its database, as a URL has it.
    pub(in crate::backend::redis) fn database(&self) -> String {
        match self.settings.db() {
            0 => String::new(),
            number => format!("/{number}"),
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.addr {
            ConnectionAddr::Unix(_) => "unix",
            _ if self.is_secured() => "rediss",
            _ => "redis",
        };
        write!(f, "{scheme}://{}{}", self.place(), self.database())
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({self})")
    }
}
