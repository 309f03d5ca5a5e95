//! One way of one connection: takes bytes in as they come and passes them on as the fault says.

use std::future::pending;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::sync::{mpsc, watch};
use tokio::task::yield_now;
use tokio::time::{Instant, sleep};

use super::fault::{Direction, Fault, Step, Waiting, says};

const CHUNK: usize = 16 * 1024;

type Arrived = (Instant, Vec<u8>);

pub(super) struct Pump<'a> {
    pub(super) way: Direction,
    pub(super) fault: watch::Receiver<Fault>,
    /// Counts what has passed, over all connections.
    pub(super) counter: &'a AtomicU64,
    /// Set when bytes of this connection are gone for good.
    pub(super) lossy: &'a AtomicBool,
    /// Set when the client has asked to be told of changes.
    pub(super) tracked: &'a AtomicBool,
}

impl Pump<'_> {
    /// Runs until the stream ends on either side or the fault ends it.
    pub(super) async fn run(self, from: ReadHalf<'_>, to: WriteHalf<'_>) -> io::Result<()> {
        // Taking in never waits for passing on, so that latency delays bytes without slowing them down.
        let (arrivals, queue) = mpsc::unbounded_channel();
        tokio::select! {
            result = self.pass_on(queue, to) => result,
            error = take_in(from, arrivals) => Err(error),
        }
    }

    async fn pass_on(mut self, mut queue: mpsc::UnboundedReceiver<Arrived>, mut to: WriteHalf<'_>) -> io::Result<()> {
        let mut passed = 0;
        while let Some((arrival, bytes)) = queue.recv().await {
            let mut rest = bytes.as_slice();
            if self.way == Direction::ToServer && says(rest, "TRACKING") {
                self.tracked.store(true, Ordering::Relaxed);
            }
            while !rest.is_empty() {
                if self.fault.has_changed().unwrap_or(false) {
                    passed = 0;
                }
                let fault = *self.fault.borrow_and_update();
                let is_tracked = self.tracked.load(Ordering::Relaxed);
                let waiting = Waiting { way: self.way, is_tracked, bytes: rest, age: arrival.elapsed(), passed };
                match fault.step(&waiting) {
                    Step::Wait(left) => self.pause(left).await,
                    Step::Disconnect => return Ok(()),
                    Step::Swallow => {
                        self.lossy.store(true, Ordering::Relaxed);
                        rest = &[];
                    }
                    Step::Pass(count, pause) => {
                        let (now, later) = rest.split_at(count);
                        // First counted, then sent: whoever has received a byte finds it counted.
                        self.counter.fetch_add(count as u64, Ordering::Relaxed);
                        to.write_all(now).await?;
                        passed += count;
                        rest = later;
                        self.pause(pause).await;
                    }
                }
            }
        }
        Ok(())
    }

    /// Waits, but not beyond the end of the fault.
    async fn pause(&self, duration: Duration) {
        if duration.is_zero() {
            // The shortest sleep is a millisecond long.
            return yield_now().await;
        }
        let mut fault = self.fault.clone();
        tokio::select! {
            () = sleep(duration) => {}
            _ = fault.changed() => {}
        }
    }
}

/// Ends with an error only; at the end of the stream it leaves the rest to those who pass on.
async fn take_in(mut from: ReadHalf<'_>, arrivals: mpsc::UnboundedSender<Arrived>) -> io::Error {
    let mut buffer = vec![0; CHUNK];
    loop {
        let count = match from.read(&mut buffer).await {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) => return error,
        };
        let bytes = buffer.iter().take(count).copied().collect();
        if arrivals.send((Instant::now(), bytes)).is_err() {
            break;
        }
    }
    drop(arrivals);
    pending().await
}
