//! The operating system's side of a server: a child process that never outlives its owner.

use std::process::{Child, Command, Stdio};
use std::{fs::File, io};

use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};

/// Names under which distributions install it, best known first.
const PROGRAMS: [&str; 2] = ["redis-server", "valkey-server"];

#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    leash: Child,
}

impl Process {
    pub(super) fn spawn(arguments: &[String], log: &File) -> io::Result<Self> {
        for program in PROGRAMS {
            let spawned = Command::new(program)
                .args(arguments)
                .stdin(Stdio::null())
                .stdout(log.try_clone()?)
                .stderr(log.try_clone()?)
                .spawn();
            match spawned {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
                Ok(child) => return Ok(Self { leash: leash(child.id())?, child }),
            }
        }
        panic!(
            "`redis-server` was not found: run `bash tests/run.sh`, or install it with \
             `apt-get install redis-server`, `dnf install redis`, `apk add redis` or `brew install redis`"
        )
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it did.
    pub(super) fn ended(&mut self) -> Option<String> {
        let status = self.child.try_wait().ok()??;
        Some(status.to_string())
    }

    /// Ends it at once, frozen or not, without a chance to say goodbye to its clients.
    pub(super) fn kill(&mut self) -> io::Result<()> {
        self.child.kill()?;
        self.child.wait().map(drop)
    }

    /// Stops it in its tracks: the kernel goes on accepting connections and data on its behalf.
    pub(super) fn freeze(&self) -> io::Result<()> {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, Signal::STOP)?;
        // The signal is on its way, not yet there: wait until the kernel says so.
        waitpid(Some(pid), WaitOptions::UNTRACED)?;
        Ok(())
    }

    pub(super) fn thaw(&self) -> io::Result<()> {
        Ok(kill_process(Pid::from_child(&self.child), Signal::CONT)?)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Nobody is left to tell, and a process that is already gone is what is wanted. The leash goes first: it must
        // not outlive the server, whose id may be given to another process.
        let _ = self.leash.kill();
        let _ = self.leash.wait();
        let _ = self.kill();
    }
}

/// Ends the process `id` when we are gone without having dropped it: a server in a `static`, an abort, a kill. Our end of
/// the pipe then closes, which the shell waits for.
fn leash(id: u32) -> io::Result<Child> {
    Command::new("sh")
        .args(["-c", "read -r _; kill -9 \"$0\"", &id.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
}
