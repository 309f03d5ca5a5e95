//! The signals that ask the service to end.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// Made before anybody can be told that the process is there: until then, a signal ends it at once.
#[derive(Debug)]
pub(crate) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Returns at a SIGTERM, which orchestrators send, or a Ctrl-C.
    pub(crate) async fn received(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
