//! The server that the connections of a runtime lead to, wherever it is just now.

use std::fmt;
use std::future::pending;
use std::sync::Arc;

use super::credentials::Credentials;
use super::endpoint::Endpoint;
use super::master::Master;
use super::tls::Certificates;
use crate::backend::redis::line::Trouble;

/// Where to connect to. Shows itself without passwords.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// What its host says, which may be a name that moves.
    Fixed(Endpoint),
    /// What sentinels say.
    Master(Master),
}

impl Place {
    pub(in crate::backend::redis) fn secured(self, certificates: &Certificates) -> Option<Self> {
        match self {
            Self::Fixed(endpoint) => endpoint.secured(certificates).map(Self::Fixed),
            Self::Master(master) => master.secured(certificates).map(Self::Master),
        }
    }

    pub(in crate::backend::redis) fn with_credentials(self, credentials: &Arc<dyn Credentials>) -> Option<Self> {
        match self {
            Self::Fixed(endpoint) => endpoint.with_credentials(credentials).map(Self::Fixed),
            Self::Master(master) => master.with_credentials(credentials).map(Self::Master),
        }
    }

    /// Where the server is, better not where the last one was `tried` in vain. Whether it is what it is said to be, it says
    /// itself: see [`has_role`](Self::has_role).
    pub(in crate::backend::redis) async fn find(&self, tried: Option<&Endpoint>) -> Result<Endpoint, Trouble> {
        match self {
            Self::Fixed(endpoint) => Ok(endpoint.clone()),
            Self::Master(master) => master.find(tried).await,
        }
    }

    /// Returns when the server that was found is not the right one any more, by all that is said.
    pub(in crate::backend::redis) async fn moves(&self, from: &Endpoint) {
        match self {
            Self::Fixed(_) => pending().await,
            Self::Master(master) => master.moves(from).await,
        }
    }

    /// Whether the server is to be asked for its role. Who says where it is may be behind the times.
    pub(in crate::backend::redis) fn has_role(&self) -> bool {
        matches!(self, Self::Master(_))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(endpoint) => endpoint.fmt(f),
            Self::Master(master) => master.fmt(f),
        }
    }
}
