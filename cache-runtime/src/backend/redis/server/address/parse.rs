//! From a URL to servers.

use std::sync::Arc;

use redis::ConnectionAddr;

use super::hosts::{self, Host};
use super::text::{Parts, cut, decoded, login, mistake, parameters};
use crate::backend::redis::server::master::Master;
use crate::backend::redis::server::tls::Certificates;
use crate::backend::redis::server::{Credentials, Endpoint, Login, Place};
use crate::error::Error;

const PORT: u16 = 6379;
const SENTINEL_PORT: u16 = 26379;

/// Where Redis is, and in which topology.
#[derive(Clone, Debug)]
pub(crate) enum Address {
    /// One server, be it that sentinels know which.
    Server(Place),
    /// Some servers of a cluster, by which the others are found.
    Cluster(Vec<Endpoint>),
}

impl Address {
    /// Reads a URL of the grammar above. Connects to nothing.
    pub(crate) fn parse(url: &str) -> Result<Self, Error> {
        let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
        match scheme.to_ascii_lowercase().as_str() {
            "redis" => Transport::Plain.single(rest),
            "rediss" => Transport::Tls.single(rest),
            "unix" => socket(rest),
            "redis+sentinel" => Transport::Plain.sentinel(rest),
            "rediss+sentinel" => Transport::Tls.sentinel(rest),
            "redis+cluster" => Transport::Plain.cluster(rest),
            "rediss+cluster" => Transport::Tls.cluster(rest),
            _ => Err(mistake(
                "the scheme is not known; expected `redis://`, `unix://`, `redis+sentinel://`, `redis+cluster://`, one of \
                 these with `rediss` for TLS, or `memory://`",
            )),
        }
    }
}

impl Address {
    /// With somebody who is asked who to be. `None`: the URL says that.
    pub(crate) fn with_credentials(self, credentials: &Arc<dyn Credentials>) -> Option<Self> {
        match self {
            Self::Server(place) => place.with_credentials(credentials).map(Self::Server),
            Self::Cluster(seeds) => {
                let seeds = seeds.into_iter().map(|seed| seed.with_credentials(credentials));
                seeds.collect::<Option<_>>().map(Self::Cluster)
            }
        }
    }

    /// With certificates of one's own. `None`: the scheme is none of TLS.
    pub(crate) fn secured(self, certificates: &Certificates) -> Option<Self> {
        match self {
            Self::Server(place) => place.secured(certificates).map(Self::Server),
            Self::Cluster(seeds) => {
                let seeds = seeds.into_iter().map(|seed| seed.secured(certificates));
                seeds.collect::<Option<_>>().map(Self::Cluster)
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Transport {
    Plain,
    Tls,
}

impl Transport {
    fn single(self, rest: &str) -> Result<Address, Error> {
        let parts = Parts::of(rest)?;
        let [] = parameters(parts.query, [])?;
        let host = hosts::one(parts.hosts, PORT)?;
        let endpoint = self.endpoint(host)?.of_user(parts.login()?.as_ref()).on_database(database(parts.path)?);
        Ok(Address::Server(Place::Fixed(endpoint)))
    }

    fn sentinel(self, rest: &str) -> Result<Address, Error> {
        let parts = Parts::of(rest)?;
        let [user, password] = parameters(parts.query, ["sentinel_user", "sentinel_pass"])?;
        let login = login(user, password, "`sentinel_user=..&sentinel_pass=..`")?;
        let (name, number) = parts.path.split_once('/').unwrap_or((parts.path, ""));
        let name = decoded(name, "the name of the master")?;
        if name.is_empty() {
            return Err(mistake(
                "there is no name of a master; expected `/name` behind the sentinels, often `/mymaster`",
            ));
        }
        let sentinels = self.endpoints(hosts::several(parts.hosts, SENTINEL_PORT)?, login.as_ref())?;
        let anywhere = self.endpoint((String::new(), PORT))?;
        let server = anywhere.of_user(parts.login()?.as_ref()).on_database(database(number)?);
        Ok(Address::Server(Place::Master(Master::new(name, sentinels, server))))
    }

    fn cluster(self, rest: &str) -> Result<Address, Error> {
        let parts = Parts::of(rest)?;
        let [] = parameters(parts.query, [])?;
        if database(parts.path)? != 0 {
            return Err(mistake("there is a database other than 0; expected none, as a cluster has no others"));
        }
        let seeds = hosts::several(parts.hosts, PORT)?;
        Ok(Address::Cluster(self.endpoints(seeds, parts.login()?.as_ref())?))
    }

    fn endpoints(self, hosts: Vec<Host>, login: Option<&Login>) -> Result<Vec<Endpoint>, Error> {
        hosts.into_iter().map(|host| Ok(self.endpoint(host)?.of_user(login))).collect()
    }

    fn endpoint(self, (host, port): Host) -> Result<Endpoint, Error> {
        match self {
            Self::Plain => Ok(Endpoint::new(ConnectionAddr::Tcp(host, port))),
            Self::Tls if cfg!(feature = "tls") => {
                Ok(Endpoint::new(ConnectionAddr::TcpTls { host, port, insecure: false, tls_params: None }))
            }
            Self::Tls => {
                Err(mistake("the scheme is one of TLS; expected the feature `tls` of cache-runtime, or `redis`"))
            }
        }
    }
}

fn socket(rest: &str) -> Result<Address, Error> {
    let (path, query) = cut(rest)?;
    let [number, user, password] = parameters(query, ["db", "user", "pass"])?;
    let login = login(user, password, "`user=..&pass=..`")?;
    let path = decoded(path, "the path")?;
    if !path.starts_with('/') {
        return Err(mistake("the path of the socket is not absolute; expected `unix:///path/to/socket`"));
    }
    if !cfg!(unix) {
        return Err(mistake("there are no unix sockets on this system; expected another scheme"));
    }
    let endpoint = Endpoint::new(ConnectionAddr::Unix(path.into()));
    Ok(Address::Server(Place::Fixed(
        endpoint.of_user(login.as_ref()).on_database(database(&number.unwrap_or_default())?),
    )))
}

/// The number of a database: nothing is 0.
fn database(text: &str) -> Result<u32, Error> {
    if text.is_empty() {
        return Ok(0);
    }
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|_| is_number);
    number.ok_or_else(|| mistake("the database is not a number; expected one such as `/0`"))
}
