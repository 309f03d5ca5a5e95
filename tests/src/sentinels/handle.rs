//! What a test does to its sentinels and to the servers that they watch.

use std::iter;
use std::thread::sleep;
use std::time::Duration;

use tokio::time::Instant;

use super::sentinel::{Sentinel, Watch, ask, hurry};
use crate::process::Process;
use crate::resp::Reply;
use crate::server::{Builder, RedisServer, Tls, Whole};

/// How the master is called.
const NAME: &str = "mymaster";
const SENTINELS: usize = 3;
/// How long a master may be silent before it is taken to be gone.
const HASTY: Duration = Duration::from_millis(500);
/// The same where that must not happen by itself.
const CALM: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(20);
/// For everything that sentinels do.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a failover takes that is not given up.
const ATTEMPT: Duration = Duration::from_secs(8);

/// Redis servers, one of which is the master, and three sentinels that know which.
#[derive(Debug)]
pub struct Sentinels {
    servers: Vec<RedisServer>,
    watchers: Vec<Sentinel>,
    password: Option<String>,
}

/// What is wanted of who connects.
#[derive(Default)]
struct Guard {
    /// By sentinels.
    password: Option<String>,
    /// By servers, of the default user.
    server_password: Option<String>,
    /// By all of them.
    tls: Option<Tls>,
}

impl Sentinels {
    /// Starts a master with so many replicas, and returns when every sentinel knows all of them.
    #[must_use]
    pub fn start(replicas: usize) -> Self {
        Self::launch(replicas, HASTY, Guard::default())
    }

    /// The same; a master is left alone that is silent for some time.
    #[must_use]
    pub fn calm(replicas: usize) -> Self {
        Self::launch(replicas, CALM, Guard::default())
    }

    /// The same; the sentinels want a password.
    #[must_use]
    pub fn with_password(replicas: usize, password: &str) -> Self {
        Self::launch(replicas, HASTY, Guard { password: Some(password.to_owned()), ..Guard::default() })
    }

    /// The same; the sentinels want a password, and the servers another one, of each other too: the address is that of who may do
    /// everything there.
    #[must_use]
    pub fn with_passwords(replicas: usize, password: &str, server_password: &str) -> Self {
        let [password, server_password] = [password, server_password].map(|password| Some(password.to_owned()));
        Self::launch(replicas, HASTY, Guard { password, server_password, tls: None })
    }

    /// The same; everybody talks to everybody over TLS, and so may clients: see [`tls_url`](Self::tls_url).
    #[must_use]
    pub fn with_tls(replicas: usize, tls: &Tls) -> Self {
        Self::launch(replicas, HASTY, Guard { tls: Some(tls.clone()), ..Guard::default() })
    }

    fn launch(replicas: usize, down_after: Duration, guard: Guard) -> Self {
        let master = guard.server().start();
        let port = master.known_port();
        let replica = || guard.server().setting("replicaof", &format!("127.0.0.1 {port}")).start();
        let servers: Vec<_> = iter::once(master).chain(iter::repeat_with(replica).take(replicas)).collect();
        let Guard { password, server_password, tls } = guard;
        let watch = Watch {
            name: NAME,
            master: port,
            down_after,
            password: password.as_deref(),
            server_password: server_password.as_deref(),
            tls: tls.as_ref(),
        };
        let watchers = (0..SENTINELS).map(|_| Sentinel::start(&watch)).collect();
        let sentinels = Self { servers, watchers, password };
        sentinels
            .until("the sentinels answer", |all| all.watchers.iter().all(|one| all.reply(one, &["PING"]).is_some()));
        for sentinel in &sentinels.watchers {
            hurry(sentinel.port, sentinels.password.as_deref());
        }
        sentinels.until("the sentinels know each other and all servers", |all| {
            all.watchers.iter().all(|one| all.knows_everybody(one))
        });
        sentinels
    }

    /// The master, with everything else.
    pub(crate) fn into_master(mut self) -> RedisServer {
        let master = self.servers.remove(self.position());
        master.part_of(Whole::Watched(self))
    }

    /// `redis+sentinel://user:password@127.0.0.1:port,127.0.0.1:port,127.0.0.1:port/mymaster`, for the code under test.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_on(&self.watchers.iter().map(|sentinel| sentinel.port).collect::<Vec<_>>())
    }

    /// The same with other sentinels, or with proxies to them.
    #[must_use]
    pub fn url_on(&self, ports: &[u16]) -> String {
        let hosts: Vec<_> = ports.iter().map(|port| format!("127.0.0.1:{port}")).collect();
        let server = self.servers[0].url();
        let (login, _) = server.trim_start_matches("redis://").split_once('@').unwrap_or_default();
        let password = self.password.as_ref().map(|password| format!("?sentinel_pass={password}"));
        format!("redis+sentinel://{login}@{}/{NAME}{}", hosts.join(","), password.unwrap_or_default())
    }

    /// `rediss+sentinel://user:password@host:port,..`, for what was started with TLS. `host` is a name of this machine; what the
    /// sentinels tell of the servers is an address.
    #[must_use]
    pub fn tls_url(&self, host: &str) -> String {
        let hosts: Vec<_> = self.watchers.iter().map(|sentinel| format!("{host}:{}", sentinel.tls_port)).collect();
        let server = self.servers[0].tls_url(host);
        let (login, _) = server.trim_start_matches("rediss://").split_once('@').unwrap_or_default();
        format!("rediss+sentinel://{login}@{}/{NAME}", hosts.join(","))
    }

    /// Gives every sentinel a command, which must be `OK`.
    pub fn tell(&self, command: &[&str]) {
        for sentinel in &self.watchers {
            let answer = self.reply(sentinel, command).map(|reply| reply.text());
            assert_eq!(answer.as_deref(), Some("OK"), "`{}` was refused", command.join(" "));
        }
    }

    /// The ports of the sentinels.
    #[must_use]
    pub fn ports(&self) -> Vec<u16> {
        self.watchers.iter().map(|sentinel| sentinel.port).collect()
    }

    /// One of the sentinels, to kill and to freeze.
    pub fn sentinel(&mut self, number: usize) -> &mut Process {
        &mut self.watchers[number].process
    }

    /// All servers, in the order in which they were started.
    #[must_use]
    pub fn servers(&self) -> &[RedisServer] {
        &self.servers
    }

    /// The server that most of the sentinels name.
    #[must_use]
    pub fn master(&self) -> &RedisServer {
        &self.servers[self.position()]
    }

    /// One that is not the master.
    #[must_use]
    pub fn replica(&self) -> &RedisServer {
        let master = self.position();
        let replica = self.servers.iter().enumerate().find(|(number, _)| *number != master);
        replica.map(|(_, server)| server).expect("there is a replica")
    }

    /// Makes another server the master, as somebody does who wants to restart the old one; returns when all sentinels say so.
    pub fn failover(&self) {
        self.settle();
        let old = self.master().known_port();
        let begin = ["SENTINEL", "FAILOVER", NAME];
        // A failover may be given up by those who have begun it.
        self.until("the sentinels name another master", |all| {
            all.watchers.iter().any(|one| all.reply(one, &begin).is_some_and(|reply| reply.text() == "OK"));
            all.becomes(ATTEMPT, |all| all.name_another_than(old))
        });
    }

    /// Ends the master at once; returns when all sentinels name another one. Call [`restart`](Self::restart) to have it back.
    pub fn kill_master(&mut self) -> usize {
        let number = self.position();
        let old = self.servers[number].known_port();
        self.servers[number].kill();
        self.until("the sentinels name another master", |all| all.name_another_than(old));
        number
    }

    /// Starts a killed server again, empty.
    pub fn restart(&mut self, number: usize) {
        self.servers[number].restart();
    }

    /// Returns when every server but the master is a replica of it, and has what it has.
    pub fn settle(&self) {
        self.until("the others are replicas of the master", |all| {
            let master = all.master();
            let role = master.command(&["ROLE"]);
            let connected = matches!(&role, Reply::Array(parts) if matches!(parts.get(2), Some(Reply::Array(replicas))
                if replicas.len() == all.servers.len() - 1));
            connected && all.servers.iter().filter(|server| server.port() != master.port()).all(is_replica)
        });
    }

    fn name_another_than(&self, old: u16) -> bool {
        let named: Vec<_> = self.watchers.iter().filter_map(|one| self.named(one)).collect();
        named.len() * 2 > SENTINELS && named.iter().all(|port| *port != old)
    }

    fn position(&self) -> usize {
        let mut named: Vec<_> = self.watchers.iter().filter_map(|one| self.named(one)).collect();
        named.sort_unstable();
        let named = named.get(named.len() / 2).copied();
        let number = self.servers.iter().position(|server| Some(server.known_port()) == named);
        number.unwrap_or_else(|| panic!("the sentinels name no master that is known here: {named:?}"))
    }

    fn named(&self, sentinel: &Sentinel) -> Option<u16> {
        let reply = self.reply(sentinel, &["SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME])?;
        reply.texts().get(1)?.parse().ok()
    }

    fn knows_everybody(&self, sentinel: &Sentinel) -> bool {
        let number = |what: &str| match self.reply(sentinel, &["SENTINEL", what, NAME]) {
            Some(Reply::Array(all)) => all.len(),
            _ => 0,
        };
        number("SENTINELS") == SENTINELS - 1 && number("REPLICAS") == self.servers.len() - 1
    }

    fn reply(&self, sentinel: &Sentinel, command: &[&str]) -> Option<Reply> {
        ask(sentinel.port, self.password.as_deref(), command).filter(|reply| !matches!(reply, Reply::Error(_)))
    }

    fn until(&self, what: &str, check: impl Fn(&Self) -> bool) {
        assert!(self.becomes(PATIENCE, check), "not within {PATIENCE:?}, although it should be: {what}");
    }

    fn becomes(&self, within: Duration, check: impl Fn(&Self) -> bool) -> bool {
        let start = Instant::now();
        while !check(self) {
            if start.elapsed() > within {
                return false;
            }
            sleep(PAUSE);
        }
        true
    }
}

impl Guard {
    fn server(&self) -> Builder {
        let mut server = RedisServer::builder().behind_sentinels();
        if let Some(password) = &self.server_password {
            server = server.password(password).setting("masterauth", password);
        }
        match &self.tls {
            Some(tls) => server.tls(tls.clone()).setting("tls-replication", "yes"),
            None => server,
        }
    }
}

/// Whether it is one that has caught up.
fn is_replica(server: &RedisServer) -> bool {
    matches!(server.command(&["ROLE"]), Reply::Array(parts)
        if parts.first().is_some_and(|role| role.text() == "slave") && parts.get(3).is_some_and(|state| state.text() == "connected"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failover_makes_a_master_of_a_replica() {
        let sentinels = Sentinels::start(1);
        let (old, new) = (sentinels.master().port(), sentinels.replica().port());
        sentinels.failover();
        assert_eq!(sentinels.master().port(), new);
        sentinels.settle();
        assert_eq!(sentinels.replica().port(), old);
    }

    #[test]
    fn who_takes_the_place_of_a_master_that_is_killed_has_its_data() {
        let mut sentinels = Sentinels::with_password(2, "s3cret");
        sentinels.settle();
        let mut connection = sentinels.master().connect();
        connection.command(&["SET", "a", "1"]).unwrap();
        assert_eq!(connection.command(&["WAIT", "2", "10000"]).unwrap().integer(), 2);
        let old = sentinels.kill_master();
        assert_eq!(sentinels.master().command(&["GET", "a"]).text(), "1");
        sentinels.restart(old);
        sentinels.settle();
    }
}
