//! Who says the password, and a server that takes it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cache_runtime::{Cache, CacheBuilder, Credentials, Login, LoginFuture};
use cache_tests::RedisServer;

/// For everything that must happen; a machine under load takes its time.
pub(crate) const SOON: Duration = Duration::from_secs(20);
/// How long a password is said to be valid.
pub(crate) const VALID: Duration = Duration::from_millis(600);
const USER: &str = "rotating";

/// Says the password of the moment.
#[derive(Clone, Default)]
pub(crate) struct Vault {
    password: Arc<Mutex<String>>,
    asked: Arc<AtomicUsize>,
    is_sick: Arc<AtomicBool>,
    /// Panics, where it is sick.
    panics: bool,
    /// Does not answer, where it is sick.
    is_slow: bool,
}

impl Credentials for Vault {
    fn login(&self) -> LoginFuture<'_> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let is_sick = self.is_sick.load(Ordering::SeqCst);
        assert!(!(is_sick && self.panics), "the vault has fallen over");
        Box::pin(async move {
            if is_sick && self.is_slow {
                std::future::pending::<()>().await;
            }
            if is_sick {
                return Err("the vault is closed".into());
            }
            Ok(Login::new(self.password.lock().unwrap().clone()).user(USER).valid_for(VALID))
        })
    }
}

impl Vault {
    /// One that panics, or does not answer, where others say that they do not know.
    pub(crate) fn whose_sickness(panics: bool, is_slow: bool) -> Self {
        Self { panics, is_slow, ..Self::default() }
    }

    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    pub(crate) fn fall_sick(&self, is_sick: bool) {
        self.is_sick.store(is_sick, Ordering::SeqCst);
    }

    /// Says another password.
    pub(crate) fn say(&self, password: &str) {
        password.clone_into(&mut self.password.lock().unwrap());
    }

    /// Has the server take another password, and the old one no longer, and says it.
    pub(crate) fn rotate(&self, servers: &[RedisServer], number: usize) {
        let (old, new) = (self.password.lock().unwrap().clone(), format!("s3cret-{number}"));
        for server in servers {
            assert_eq!(server.command(&["ACL", "SETUSER", USER, &format!(">{new}")]).text(), "OK");
        }
        self.say(&new);
        for server in servers.iter().filter(|_| !old.is_empty()) {
            assert_eq!(server.command(&["ACL", "SETUSER", USER, &format!("<{old}")]).text(), "OK");
        }
    }
}

/// One at which the user has no password yet.
pub(crate) fn server() -> RedisServer {
    let server = RedisServer::single();
    give_user(&server);
    server
}

pub(crate) fn give_user(server: &RedisServer) {
    let may =
        "+get +mget +pttl +pexpire +set +del +getrange +eval +evalsha +ping +client|tracking +publish +subscribe +role";
    give_more(server, &format!("on ~* &* -@all {may}"));
}

/// Lets the user do more.
pub(crate) fn give_more(server: &RedisServer, rules: &str) {
    let order: Vec<_> = ["ACL", "SETUSER", USER].into_iter().chain(rules.split(' ')).collect();
    assert_eq!(server.command(&order).text(), "OK");
}

pub(crate) fn builder(url: &str, vault: &Vault) -> CacheBuilder {
    Cache::builder().url(url).credentials(vault.clone()).operation_timeout(SOON)
}

/// The address without a login.
pub(crate) fn url(server: &RedisServer) -> String {
    format!("redis://127.0.0.1:{}", server.port())
}

/// The ids of the user's connections.
pub(crate) fn connections(server: &RedisServer) -> Vec<String> {
    let clients = server.command(&["CLIENT", "LIST"]).text();
    let ours = clients.lines().filter(|client| client.contains(&format!("user={USER} ")));
    ours.filter_map(|client| client.split(' ').next()).map(ToOwned::to_owned).collect()
}

/// How often somebody has logged in there.
pub(crate) fn logins(server: &RedisServer) -> u64 {
    let stats = server.command(&["INFO", "commandstats"]).text();
    let line = stats.lines().find_map(|line| line.strip_prefix("cmdstat_auth:calls="));
    line.map_or(0, |rest| rest.split(',').next().unwrap().parse().unwrap())
}
