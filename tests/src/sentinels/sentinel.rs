//! One `redis-sentinel` process.

use std::ffi::OsStr;
use std::fmt::Write;
use std::fs;
use std::process::Stdio;
use std::time::Duration;

use tempfile::TempDir;

use crate::process::Process;
use crate::resp::{Connection, Reply};
use crate::server::{Tls, spawn};
use crate::{folder, port};

/// What it is told; it writes what it learns behind that.
const SETTINGS: &str = "bind 127.0.0.1
daemonize no
sentinel monitor NAME 127.0.0.1 MASTER 2
sentinel down-after-milliseconds NAME SILENCE
sentinel failover-timeout NAME 3000
sentinel parallel-syncs NAME 2
";

/// So often they look at servers and tell each other of them, in milliseconds, where that can be said (Redis 7).
const PERIODS: [&str; 8] = ["info-period", "200", "ping-period", "100", "publish-period", "200", "ask-period", "100"];

#[derive(Debug)]
pub(super) struct Sentinel {
    pub(super) port: u16,
    /// In use where there is TLS.
    pub(super) tls_port: u16,
    pub(super) process: Process,
    _folder: TempDir,
}

/// What it is to watch.
pub(super) struct Watch<'a> {
    pub(super) name: &'a str,
    /// The port of the master.
    pub(super) master: u16,
    pub(super) down_after: Duration,
    /// What it wants of who asks it.
    pub(super) password: Option<&'a str>,
    /// What the servers want of it.
    pub(super) server_password: Option<&'a str>,
    pub(super) tls: Option<&'a Tls>,
}

impl Sentinel {
    pub(super) fn start(watch: &Watch<'_>) -> Self {
        let (port, tls_port) = (port::next_free(), port::next_free());
        let folder = folder::temporary();
        let file = folder.path().join("sentinel.conf");
        let mut settings = format!("port {port}\ndir {}\n", folder.path().display());
        settings += &watch.guards();
        for (name, value) in watch.tls.into_iter().flat_map(|tls| tls.settings(folder.path(), tls_port).expect("files"))
        {
            writeln!(settings, "{name} {value}").expect("there is memory");
        }
        settings += &watch.orders();
        fs::write(&file, settings).expect("a file in the temporary folder");
        let arguments = [file.as_os_str(), OsStr::new("--sentinel")];
        let process = spawn(&arguments, Stdio::null(), Stdio::null()).expect("it starts");
        Self { port, tls_port, process, _folder: folder }
    }
}

impl Watch<'_> {
    fn guards(&self) -> String {
        let password = self.password.map(|word| format!("requirepass {word}\nsentinel sentinel-pass {word}\n"));
        let tls = self.tls.map(|_| "tls-replication yes\n");
        password.unwrap_or_default() + tls.unwrap_or_default()
    }

    fn orders(&self) -> String {
        let orders = SETTINGS.replace("NAME", self.name).replace("MASTER", &self.master.to_string());
        let orders = orders.replace("SILENCE", &self.down_after.as_millis().to_string());
        let password = self.server_password.map(|word| format!("sentinel auth-pass {} {word}\n", self.name));
        orders + &password.unwrap_or_default()
    }
}

/// Asks the sentinel on that port; `None`: it does not answer.
pub(super) fn ask(port: u16, password: Option<&str>, command: &[&str]) -> Option<Reply> {
    let mut connection = Connection::open(port).ok()?;
    if let Some(password) = password {
        connection.command(&["AUTH", password]).ok()?;
    }
    connection.command(command).ok()
}

/// Makes it look often.
pub(super) fn hurry(port: u16, password: Option<&str>) {
    for period in PERIODS.chunks(2) {
        ask(port, password, &[&["SENTINEL", "DEBUG"], period].concat());
    }
}
