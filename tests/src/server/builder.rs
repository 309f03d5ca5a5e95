//! What a server is started with.

use super::RedisServer;
use super::launch::Launch;
use crate::port;

/// A port may be taken between the look at it and the start of the server.
const ATTEMPTS: u32 = 5;

/// Options of a [`RedisServer`].
#[derive(Debug, Clone, Default)]
pub struct Builder {
    pub(super) settings: Vec<(String, String)>,
    pub(super) password: Option<String>,
    pub(super) unix_socket: bool,
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

    /// Starts the server and returns when it answers.
    #[must_use]
    pub fn start(self) -> RedisServer {
        let mut launch = Launch::new(self);
        let mut reason = String::new();
        for _ in 0..ATTEMPTS {
            launch.port = port::next_free();
            match launch.start() {
                Ok(process) => return RedisServer::new(launch, process),
                Err(refused) => reason = refused,
            }
        }
        panic!("no `redis-server` came up in {ATTEMPTS} attempts: {reason}")
    }
}
