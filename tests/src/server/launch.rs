//! From options to a server that answers.

use std::env;
use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::thread::sleep;
use std::time::Duration;

use tempfile::TempDir;

use super::{Builder, permissions};
use crate::folder;
use crate::process::Process;
use crate::resp::{Connection, Reply};

/// Names under which distributions install it, best known first.
const PROGRAMS: [&str; 2] = ["redis-server", "valkey-server"];
const PAUSE: Duration = Duration::from_millis(5);
const PATIENCE: u32 = 2_000;

/// Everything needed to start the same server again.
#[derive(Debug)]
pub(super) struct Launch {
    pub(super) port: u16,
    /// In use where there is TLS.
    pub(super) tls_port: u16,
    options: Builder,
    folder: TempDir,
}

impl Launch {
    pub(super) fn new(options: Builder) -> Self {
        Self { port: 0, tls_port: 0, options, folder: folder::temporary() }
    }

    pub(super) fn password(&self) -> Option<&str> {
        self.options.password.as_deref()
    }

    pub(super) fn socket(&self) -> Option<PathBuf> {
        let path = self.folder.path().join("redis.sock");
        self.options.unix_socket.then_some(path)
    }

    pub(super) fn is_secured(&self) -> bool {
        self.options.tls.is_some()
    }

    /// Starts the server; the error says why it does not answer.
    pub(super) fn start(&self) -> Result<Process, String> {
        let mut process = self.spawn().map_err(|error| error.to_string())?;
        for _ in 0..PATIENCE {
            if let Some(status) = process.ended() {
                return Err(format!("it ended with {status}: {}", self.last_words()));
            }
            match self.answering() {
                Ok(id) if id == process.id().to_string() => return Ok(process),
                Ok(id) => return Err(format!("process {id} has its port {}", self.port)),
                Err(_) => sleep(PAUSE),
            }
        }
        Err(format!("it does not answer: {}", self.last_words()))
    }

    /// A connection that may give commands.
    pub(super) fn connect(&self) -> io::Result<Connection> {
        let mut connection = Connection::open(self.port)?;
        if let Some(password) = self.password() {
            connection.command(&["AUTH", password])?;
        }
        Ok(connection)
    }

    fn spawn(&self) -> io::Result<Process> {
        let log = OpenOptions::new().create(true).append(true).open(self.log())?;
        let (arguments, also) = (self.arguments()?, log.try_clone()?);
        spawn(&arguments, log, also)
    }

    fn arguments(&self) -> io::Result<Vec<String>> {
        let fixed = [
            ("port", self.port.to_string()),
            ("bind", "127.0.0.1".to_owned()),
            ("dir", self.folder.path().display().to_string()),
            ("daemonize", "no".to_owned()),
            ("save", String::new()),
            ("appendonly", "no".to_owned()),
            // Replicas are made at once, and without a disk.
            ("repl-diskless-sync", "yes".to_owned()),
            ("repl-diskless-sync-delay", "0".to_owned()),
            ("repl-diskless-load", "swapdb".to_owned()),
        ];
        let socket = self.socket();
        let socket = socket.map(|path| ("unixsocket", path.display().to_string()));
        let password = self.password();
        let password = password.map(|password| ("requirepass", password.to_owned()));
        let settings = &self.options.settings;
        let tls = self.options.tls.as_ref().map(|tls| tls.settings(self.folder.path(), self.tls_port));
        let arguments = fixed
            .into_iter()
            .chain(socket)
            .chain(password)
            .chain(tls.transpose()?.into_iter().flatten())
            .map(|(name, value)| (name.to_owned(), value))
            .chain(settings.iter().cloned())
            .flat_map(|(name, value)| [format!("--{name}"), value])
            .chain(permissions::arguments(self.options.also));
        Ok(arguments.collect())
    }

    /// The id of the process that answers on our port, which need not be the one we started.
    fn answering(&self) -> io::Result<String> {
        match self.connect()?.command(&["INFO", "server"])? {
            info @ Reply::Bulk(_) => info
                .text()
                .lines()
                .find_map(|line| line.strip_prefix("process_id:"))
                .map(ToOwned::to_owned)
                .ok_or_else(|| io::Error::other("`INFO` does not tell the process id")),
            refused => Err(io::Error::other(format!("{refused:?}"))),
        }
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("redis.log")
    }

    fn last_words(&self) -> String {
        let log = fs::read_to_string(self.log()).unwrap_or_default();
        let from = log.len().saturating_sub(500);
        log.get(from..).unwrap_or_default().trim().to_owned()
    }
}

/// Starts the program under whatever name it is installed.
pub(crate) fn spawn<A: AsRef<OsStr>>(
    arguments: &[A],
    output: impl Into<Stdio>,
    errors: impl Into<Stdio>,
) -> io::Result<Process> {
    Process::spawn(Command::new(program()).args(arguments).stdin(Stdio::null()).stdout(output).stderr(errors))
}

/// The 7 of `Redis server v=7.0.15 ..`, and of `Server v=7.2.5 ..`, as others say it.
pub(crate) fn major_version() -> u32 {
    static VERSION: LazyLock<u32> = LazyLock::new(|| {
        let told = Command::new(program()).arg("--version").output().map(|output| output.stdout).unwrap_or_default();
        let told = String::from_utf8_lossy(&told).into_owned();
        let version = told.split_once("v=").and_then(|(_, version)| version.split('.').next()?.parse().ok());
        version.unwrap_or_else(|| panic!("`{} --version` tells no version: {told}", program()))
    });
    *VERSION
}

fn program() -> &'static str {
    PROGRAMS.into_iter().find(|program| is_installed(program)).unwrap_or_else(|| {
        panic!(
            "`redis-server` was not found: run `bash tests/run.sh`, or install it with \
             `apt-get install redis-server`, `dnf install redis`, `apk add redis` or `brew install redis`"
        )
    })
}

fn is_installed(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(program).is_file())
}
