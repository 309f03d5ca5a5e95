//! What a test does to its server.

use std::iter;

use super::Builder;
use super::launch::Launch;
use super::permissions::{PASSWORD, USER};
use super::topology;
use super::whole::Whole;
use crate::cluster::{is_primary, until_in_order};
use crate::process::Process;
use crate::resp::{Connection, Reply};

/// A `redis-server` on a free port of this machine, without persistence, ended when this is dropped.
#[derive(Debug)]
pub struct RedisServer {
    launch: Launch,
    process: Process,
    whole: Option<Box<Whole>>,
}

impl RedisServer {
    /// Starts a server with nothing special about it, and returns when it answers.
    ///
    /// With `CACHE_TESTS_ON=sentinel` in the environment it is a master that sentinels watch, and its [`url`](Self::url) is
    /// theirs. With `cluster` it stands for a whole cluster: that is where its [`url`](Self::url) leads to, what answers a
    /// [`command`](Self::command), and what is killed, frozen and started again. What is about one server is tested on a
    /// [`single`](Self::single) one.
    #[must_use]
    pub fn start() -> Self {
        topology::start()
    }

    /// A server that is part of nothing, whatever `CACHE_TESTS_ON` says: for what is about one server or the way to it, such as
    /// a proxy in front of it, its connections, and the commands that it counts.
    #[must_use]
    pub fn single() -> Self {
        Self::builder().start()
    }

    /// A single server with options.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(super) fn new(launch: Launch, process: Process) -> Self {
        Self { launch, process, whole: None }
    }

    pub(crate) fn part_of(mut self, whole: Whole) -> Self {
        self.whole = Some(Box::new(whole));
        self
    }

    /// `redis://user:password@127.0.0.1:port`, for the code under test: a user who may do what a cache needs and nothing
    /// else. Where the server was built with a password, it is that one, without a user's name.
    #[must_use]
    pub fn url(&self) -> String {
        self.whole.as_deref().map_or_else(|| self.url_on(self.port()), Whole::url)
    }

    /// The address of the server alone on another port, where a proxy listens.
    #[must_use]
    pub fn url_on(&self, port: u16) -> String {
        let (user, password) = self.login();
        format!("redis://{user}:{password}@127.0.0.1:{port}")
    }

    /// `unix:///path`, for a server that was built with a unix socket.
    #[must_use]
    pub fn unix_url(&self) -> String {
        let Some(path) = self.launch.socket() else {
            panic!("this server has no unix socket: build it with `.unix_socket()`");
        };
        let login = match self.login() {
            ("", password) => format!("pass={password}"),
            (user, password) => format!("user={user}&pass={password}"),
        };
        format!("unix://{}?{login}", path.display())
    }

    /// `rediss://user:password@host:port`, for a server that was built with TLS. `host` is a name of this machine.
    #[must_use]
    pub fn tls_url(&self, host: &str) -> String {
        assert!(self.launch.is_secured(), "this server has no TLS: build it with `.tls(..)`");
        let (user, password) = self.login();
        format!("rediss://{user}:{password}@{host}:{}", self.launch.tls_port)
    }

    /// The port by which other servers know it.
    pub(crate) fn known_port(&self) -> u16 {
        if self.launch.is_secured() { self.launch.tls_port } else { self.launch.port }
    }

    /// Changes what the user of [`url`](Self::url) may do, such as `server.permit("-del")`, also on connections that are open.
    pub fn permit(&self, rules: &str) {
        self.others().iter().for_each(|other| other.permit(rules));
        let order: Vec<_> = ["ACL", "SETUSER", USER].into_iter().chain(rules.split_whitespace()).collect();
        assert_eq!(self.ask(&order), Reply::Status("OK".to_owned()), "the rules `{rules}` are not understood");
    }

    /// The port, the same after a restart.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.launch.port
    }

    /// The id of its process, another one after a restart.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Ends the process at once (`SIGKILL`); its port refuses connections from then on.
    pub fn kill(&mut self) {
        self.others_mut().iter_mut().for_each(Self::kill);
        if let Err(error) = self.process.kill() {
            panic!("`redis-server` cannot be killed: {error}");
        }
    }

    /// Stops the process in its tracks (`SIGSTOP`): connections are accepted, nothing is answered.
    pub fn freeze(&self) {
        self.others().iter().for_each(Self::freeze);
        if let Err(error) = self.process.freeze() {
            panic!("`redis-server` cannot be frozen: {error}");
        }
    }

    /// Lets a frozen process go on (`SIGCONT`); it answers everything that has piled up.
    pub fn thaw(&self) {
        self.others().iter().for_each(Self::thaw);
        if let Err(error) = self.process.thaw() {
            panic!("`redis-server` cannot be thawed: {error}");
        }
    }

    /// Starts it again, empty, on the same port, after killing it if it still runs.
    pub fn restart(&mut self) {
        self.kill();
        match self.launch.start() {
            Ok(process) => self.process = process,
            Err(reason) => panic!("`redis-server` did not come back: {reason}"),
        }
        self.others_mut().iter_mut().for_each(Self::restart);
        if !self.others().is_empty() {
            until_in_order(|| iter::once(&*self).chain(self.others()));
        }
    }

    /// Runs one command on a fresh connection that may do everything, such as `server.command(&["TTL", "user:7"])`.
    pub fn command<A: AsRef<[u8]>>(&self, arguments: &[A]) -> Reply {
        match self.whole.as_deref() {
            Some(Whole::Cluster(others)) => others.command_by(self.port(), arguments),
            _ => self.ask(arguments),
        }
    }

    /// Runs one command that names no key where the keys are: at each primary of a cluster, else at the only server.
    pub fn everywhere<A: AsRef<[u8]>>(&self, arguments: &[A]) -> Vec<Reply> {
        let others = self.others().iter().filter(|other| is_primary(other));
        iter::once(self).chain(others).map(|server| server.ask(arguments)).collect()
    }

    /// At this server, whatever it is part of.
    pub(crate) fn ask<A: AsRef<[u8]>>(&self, arguments: &[A]) -> Reply {
        match self.connect().command(arguments) {
            Ok(reply) => reply,
            Err(error) => panic!("the test's own command got no answer from Redis: {error}"),
        }
    }

    /// A connection of one's own that may do everything, for commands that belong together or keep the server busy.
    #[must_use]
    pub fn connect(&self) -> Connection {
        match self.launch.connect() {
            Ok(connection) => connection,
            Err(error) => panic!("the test's own connection to Redis failed: {error}"),
        }
    }

    /// The same at the server that has the key.
    #[must_use]
    pub fn connect_to(&self, key: &str) -> Connection {
        match self.whole.as_deref() {
            Some(Whole::Cluster(others)) if others.port_of(key) != self.port() => others.primary_of(key).connect(),
            _ => self.connect(),
        }
    }

    fn others(&self) -> &[Self] {
        self.whole.as_deref().map_or(&[], Whole::others)
    }

    fn others_mut(&mut self) -> &mut [Self] {
        self.whole.as_deref_mut().map_or(&mut [], Whole::others_mut)
    }

    /// The user's name, or nothing for the default user, and the password.
    fn login(&self) -> (&str, &str) {
        self.launch.password().map_or((USER, PASSWORD), |password| ("", password))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_keeps_what_it_is_told_and_forgets_it_in_a_restart() {
        let mut server = RedisServer::start();
        let (port, pid) = (server.port(), server.pid());
        assert_eq!(server.command(&["SET", "a", "1"]).text(), "OK");
        assert_eq!(server.command(&["KEYS", "*"]).texts(), ["a"]);
        assert_eq!(server.command(&["TTL", "a"]).integer(), -1);

        server.restart();
        assert_eq!(server.command(&["GET", "a"]), Reply::Nil);
        assert_eq!(server.port(), port);
        assert_ne!(server.pid(), pid);
    }

    #[test]
    fn a_password_is_asked_for_and_part_of_the_address() {
        let server = RedisServer::builder().password("s3cret").unix_socket().start();
        assert!(server.url().starts_with("redis://:s3cret@127.0.0.1:"));
        assert!(server.unix_url().ends_with("redis.sock?pass=s3cret"));
        let mut stranger = Connection::open(server.port()).unwrap();
        let refused = stranger.command(&["PING"]).unwrap();
        assert!(refused.text().starts_with("NOAUTH"));
        assert_eq!(server.command(&["PING"]).text(), "PONG");
    }

    #[test]
    fn the_address_is_that_of_a_user_who_may_do_little_until_permitted_more() {
        let server = RedisServer::builder().unix_socket().start();
        assert!(server.url().starts_with(&format!("redis://{USER}:{PASSWORD}@127.0.0.1:")));
        assert!(server.unix_url().ends_with(&format!("redis.sock?user={USER}&pass={PASSWORD}")));
        let mut connection = Connection::open(server.port()).unwrap();
        assert_eq!(connection.command(&["AUTH", USER, PASSWORD]).unwrap().text(), "OK");
        assert_eq!(connection.command(&["PING"]).unwrap().text(), "PONG");
        assert!(connection.command(&["DBSIZE"]).unwrap().text().starts_with("NOPERM"));
        assert!(connection.command(&["CLIENT", "TRACKING", "OFF"]).unwrap().text().starts_with("OK"));
        server.permit("+dbsize -client");
        assert_eq!(connection.command(&["DBSIZE"]).unwrap().integer(), 0);
        assert!(connection.command(&["CLIENT", "TRACKING", "OFF"]).unwrap().text().starts_with("NOPERM"));
    }

    #[test]
    fn a_frozen_server_answers_when_it_is_thawed() {
        let server = RedisServer::start();
        let mut connection = server.connect();
        server.freeze();
        connection.send(&["PING"]).unwrap();
        server.thaw();
        assert_eq!(connection.receive().unwrap().text(), "PONG");
    }

    #[test]
    fn a_killed_server_refuses_connections() {
        let mut server = RedisServer::start();
        server.kill();
        assert!(Connection::open(server.port()).is_err());
    }

    #[test]
    #[should_panic(expected = "maxmemory")]
    fn a_server_that_cannot_start_says_why() {
        let _ = RedisServer::builder().setting("maxmemory", "many").start();
    }
}
