//! One `redis-sentinel` process.

use std::ffi::OsStr;
use std::fs;
use std::process::Stdio;
use std::time::Duration;

use tempfile::TempDir;

use crate::process::Process;
use crate::resp::{Connection, Reply};
use crate::server::spawn;
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
    pub(super) process: Process,
    _folder: TempDir,
}

impl Sentinel {
    /// Starts one that watches the master on that port.
    pub(super) fn start(name: &str, master: u16, down_after: Duration, password: Option<&str>) -> Self {
        let port = port::next_free();
        let folder = folder::temporary();
        let file = folder.path().join("sentinel.conf");
        let login = password.map(|password| format!("requirepass {password}\nsentinel sentinel-pass {password}\n"));
        let settings = SETTINGS.replace("NAME", name).replace("MASTER", &master.to_string());
        let settings = settings.replace("SILENCE", &down_after.as_millis().to_string());
        let settings = format!("port {port}\ndir {}\n{}{settings}", folder.path().display(), login.unwrap_or_default());
        fs::write(&file, settings).expect("a file in the temporary folder");
        let arguments = [file.as_os_str(), OsStr::new("--sentinel")];
        let process = spawn(&arguments, Stdio::null(), Stdio::null()).expect("it starts");
        Self { port, process, _folder: folder }
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
