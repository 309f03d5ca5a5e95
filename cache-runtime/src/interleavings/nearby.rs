//! What a process keeps, as its callers see it.

use std::future::{pending, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;

use super::callers::PLAIN;
use super::world::{Process, World};
use crate::engine::{Engine, InResult, Origin, read_through};
use crate::error::Error;
use crate::mode::Mode;

/// What `call` comes to, and whether that was kept in its process.
pub(super) async fn resolved<T>(engine: &Engine, call: impl Future<Output = T>) -> (T, bool) {
    let mut call = pin!(call);
    match at_once(engine, call.as_mut()).await {
        (Poll::Ready(answer), is_kept) => (answer, is_kept),
        (Poll::Pending, _) => (call.await, false),
    }
}

/// What `call` comes to without waiting, and whether that was kept in its process: whoever asks the store waits for a turn,
/// but for those who may not believe it.
async fn at_once<T>(engine: &Engine, mut call: Pin<&mut impl Future<Output = T>>) -> (Poll<T>, bool) {
    let disbelievers = || engine.counters.snapshot().failed_open;
    let before = disbelievers();
    let polled = poll_fn(|context| Poll::Ready(call.as_mut().poll(context))).await;
    (polled, disbelievers() == before)
}

impl World {
    /// Looks what each process keeps, and whether it may.
    pub(super) async fn look_near(&self, processes: &[Process]) {
        for process in processes {
            let Some(wire) = self.server.wire(process.number) else { continue };
            let expected = self.oracle.expect(process.number, Some(&wire));
            if let Some(got) = self.kept(process).await {
                self.oracle.judge_kept(expected, got, self.stored(), wire.is_quiet());
            }
        }
    }

    /// What a caller gets who goes away if it is not kept.
    async fn kept(&self, process: &Process) -> Option<u64> {
        let never = || -> Pin<Box<dyn Future<Output = Result<u64, Error>> + Send>> { Box::pin(pending()) };
        let (request, mut origin) = (self.request(process, PLAIN, Mode::Normal), Origin::new(never, None));
        let call = pin!(read_through::<_, u64, InResult>(&process.engine, &request, &mut origin));
        match at_once(&process.engine, call).await {
            (Poll::Ready(got), true) => got.ok(),
            _ => None,
        }
    }
}
