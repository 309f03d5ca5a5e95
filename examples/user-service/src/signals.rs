//! The signals that ask the service to end.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// Made before anything that takes its time: until then a signal ends the process at once, or, where it is the first one of a
/// container, is lost.
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
    pub(crate) async fn received(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
