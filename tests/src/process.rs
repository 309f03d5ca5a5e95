//! The operating system's side of a test: child processes that never outlive it.

use std::io;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};

/// A child process, to kill and to freeze. It ends when this is dropped, or when we are gone without having dropped it.
#[derive(Debug)]
pub struct Process {
    child: Child,
    leash: Child,
}

impl Process {
    /// Starts it.
    ///
    /// # Errors
    /// When there is no such program, or it cannot be started.
    pub fn spawn(command: &mut Command) -> io::Result<Self> {
        let child = command.spawn()?;
        Ok(Self { leash: leash(child.id())?, child })
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its input and output, once, where the command has pipes for them.
    pub fn take_pipes(&mut self) -> Option<(ChildStdin, ChildStdout)> {
        self.child.stdin.take().zip(self.child.stdout.take())
    }

    /// How it ended, if it did.
    pub fn ended(&mut self) -> Option<String> {
        let status = self.child.try_wait().ok()??;
        Some(status.to_string())
    }

    /// Ends it at once, frozen or not, without a chance to say goodbye to its clients.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn kill(&mut self) -> io::Result<()> {
        self.child.kill()?;
        self.child.wait().map(drop)
    }

    /// Asks it to end (`SIGTERM`), which it may do in its own time.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn terminate(&self) -> io::Result<()> {
        Ok(kill_process(Pid::from_child(&self.child), Signal::TERM)?)
    }

    /// Asks it to end as Ctrl-C does (`SIGINT`).
    ///
    /// # Errors
    /// When the system refuses.
    pub fn interrupt(&self) -> io::Result<()> {
        Ok(kill_process(Pid::from_child(&self.child), Signal::INT)?)
    }

    /// Stops it in its tracks: the kernel goes on accepting connections and data on its behalf.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn freeze(&self) -> io::Result<()> {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, Signal::STOP)?;
        // The signal is on its way, not yet there: wait until the kernel says so.
        waitpid(Some(pid), WaitOptions::UNTRACED)?;
        Ok(())
    }

    /// Lets it go on.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn thaw(&self) -> io::Result<()> {
        Ok(kill_process(Pid::from_child(&self.child), Signal::CONT)?)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Nobody is left to tell, and a process that is already gone is what is wanted. The leash goes first: it must
        // not outlive the process, whose id may be given to another process.
        let _ = self.leash.kill();
        let _ = self.leash.wait();
        let _ = self.kill();
    }
}

/// Ends the process `id` when we are gone without having dropped it: it is in a `static`, an abort, a kill. Our end of
/// the pipe then closes, which the shell waits for.
fn leash(id: u32) -> io::Result<Child> {
    Command::new("sh")
        .args(["-c", "read -r _; kill -9 \"$0\"", &id.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
}
