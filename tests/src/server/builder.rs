//! What a server is started with.

use super::RedisServer;
use super::launch::Launch;
use super::permissions;
use super::tls::Tls;
use crate::port;

/// A port may be taken between the look at it and the start of the server.
const ATTEMPTS: u32 = 5;

/// Options of a [`RedisServer`].
#[derive(Debug, Clone, Default)]
pub struct Builder {
    pub(super) settings: Vec<(String, String)>,
    pub(super) password: Option<String>,
    pub(super) unix_socket: bool,
    /// What the user of the address may do besides.
    pub(super) also: &'static str,
    pub(super) tls: Option<Tls>,
}

impl Builder {
    /// One line of `redis.conf`, such as `("maxmemory", "2mb")`.
    #[must_use]
    pub fn setting(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The password that clients must give, and as whom they may do everything. Default: none, and the addresses are those
    /// of a user who may do what a cache needs.
    #[must_use]
    pub fn password(mut self, password: &str) -> Self {
        self.password = Some(password.to_owned());
        self
    }

    /// Listens on a unix socket as well; see [`RedisServer::unix_url`]. Default: no.
    #[must_use]
    pub fn unix_socket(mut self) -> Self {
        self.unix_socket = true;
        self
    }

    /// Lets the user of the address do as well what a cache needs in a cluster. Default: no.
    pub(crate) fn in_a_cluster(mut self) -> Self {
        self.also = permissions::NEEDS_IN_A_CLUSTER;
        self
    }

    /// Lets the user of the address do as well what a cache needs behind sentinels. Default: no.
    pub(crate) fn behind_sentinels(mut self) -> Self {
        self.also = permissions::NEEDS_BEHIND_SENTINELS;
        self
    }

    /// Takes connections over TLS as well, on a port of its own; see [`RedisServer::tls_url`]. Default: no.
    #[must_use]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Starts the server and returns when it answers.
    #[must_use]
    pub fn start(self) -> RedisServer {
        let mut launch = Launch::new(self);
        let mut reason = String::new();
        for _ in 0..ATTEMPTS {
            launch.port = port::next_free();
            launch.tls_port = port::next_free();
            match launch.start() {
                Ok(process) => return RedisServer::new(launch, process),
                Err(refused) => reason = refused,
            }
        }
        let has_no_tls = launch.is_secured() && reason.contains("Bad directive");
        assert!(
            !has_no_tls,
            "this `redis-server` is built without TLS: install one that has it, such as that of Debian"
        );
        panic!("no `redis-server` came up in {ATTEMPTS} attempts: {reason}")
    }
}
