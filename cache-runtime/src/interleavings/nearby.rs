//! What a process keeps, as its callers see it.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use super::callers::PLAIN;
use super::world::{ENCODING, NAMES, Process, World};
use crate::engine::Engine;
use crate::near::{Look, Reader};
use crate::policy::Policy;
use crate::spec::BY_HAND;
use crate::value::ValueType;

impl World {
    /// What a caller gets before it asks anybody.
    pub(super) fn near_value(&self, process: &Process, entry: usize, policy: &Policy) -> Option<u64> {
        let within = process.engine.near_within(policy)?;
        let reader = Reader::new::<u64>(ValueType::of::<u64>(), ENCODING);
        let look = Look { text: NAMES[entry], tags: self.tag_text(), reader, within };
        process.engine.near_value(look, &BY_HAND, policy)
    }

    /// Looks what each process keeps, and whether it may.
    pub(super) fn look_near(&self, processes: &[Process]) {
        for process in processes {
            let Some(wire) = self.server.wire(process.number) else { continue };
            for (entry, key) in self.keys.iter().enumerate() {
                if let Some(got) = self.near_value(process, entry, &PLAIN) {
                    let expected = self.oracle.expect(process.number, Some(&wire));
                    self.oracle.judge_kept(expected, got, self.stored(key), wire.is_quiet());
                }
            }
        }
    }
}

/// What `call` comes to, and whether that was kept in its process: whoever asks the store waits for a turn, but for those who
/// may not believe it.
pub(super) async fn resolved<T>(engine: &Engine, call: impl Future<Output = T>) -> (T, bool) {
    let disbelievers = || engine.observer.stats().failed_open;
    let (before, mut call) = (disbelievers(), pin!(call));
    match poll_fn(|context| Poll::Ready(call.as_mut().poll(context))).await {
        Poll::Ready(answer) => (answer, disbelievers() == before),
        Poll::Pending => (call.await, false),
    }
}
