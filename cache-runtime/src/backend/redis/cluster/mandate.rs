//! Whether a node still answers for its slots.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use redis::{Cmd, RedisResult, Value};
use tokio::sync::Notify;

/// A node that has lost touch with the others may have lost its slots as well, and what is changed where they are now it
/// cannot tell. It answers a `PING` all the same. So it is asked for a key of its own instead, with each sign of life: it
/// refuses if the slot is not its own any more, or if it has lost touch.
#[derive(Default)]
pub(in crate::backend::redis) struct Mandate {
    key: Mutex<Option<String>>,
    holds: AtomicBool,
    /// Has the connection asked for a sign of life at once.
    bell: OnceLock<Arc<Notify>>,
    /// Has the cluster surveyed.
    surveys: Arc<Notify>,
}

impl Mandate {
    pub(super) fn none(surveys: &Arc<Notify>) -> Arc<Self> {
        Arc::new(Self { surveys: Arc::clone(surveys), ..Self::default() })
    }

    /// The key that the node is asked for from now on; `None`: it has no slot.
    pub(super) fn renew(&self, key: Option<String>) {
        *self.key() = key;
        self.ask();
    }

    /// The key that it is asked for.
    pub(super) fn asked_for(&self) -> Option<String> {
        self.key().clone()
    }

    pub(in crate::backend::redis) fn ring_by(&self, bell: &Arc<Notify>) {
        let _ = self.bell.set(Arc::clone(bell));
    }

    /// Has the node asked at once.
    pub(in crate::backend::redis) fn ask(&self) {
        if let Some(bell) = self.bell.get() {
            bell.notify_one();
        }
    }

    /// What to ask the node.
    pub(in crate::backend::redis) fn question(&self) -> Cmd {
        let Some(key) = self.asked_for() else { return redis::cmd("PING") };
        let mut question = redis::cmd("PTTL");
        question.arg(key);
        question
    }

    /// Whether the node answers for its slots, by its answer to the question.
    pub(in crate::backend::redis) fn judge(&self, answer: RedisResult<Value>) -> bool {
        let is_its_own = match answer.and_then(Value::extract_error) {
            Ok(_) => true,
            // A slot that is on its way to another node is still its own.
            Err(refusal) => refusal.code() == Some("ASK"),
        };
        let holds = is_its_own && self.key().is_some();
        self.holds.store(holds, Ordering::Release);
        if !holds {
            self.surveys.notify_one();
        }
        holds
    }

    /// The connection on which it was asked is lost.
    pub(in crate::backend::redis) fn lapse(&self) {
        self.holds.store(false, Ordering::Release);
    }

    /// Whether it did when it was asked last.
    pub(in crate::backend::redis) fn holds(&self) -> bool {
        self.holds.load(Ordering::Acquire)
    }

    fn key(&self) -> MutexGuard<'_, Option<String>> {
        self.key.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use redis::parse_redis_value;

    use super::*;

    #[test]
    fn a_node_answers_for_its_slots_unless_it_refuses() {
        let mandate = Mandate::none(&Arc::default());
        assert!(!mandate.judge(Ok(Value::SimpleString("PONG".to_owned()))), "it has none");
        mandate.renew(Some("%~all{1}".to_owned()));
        for (line, holds) in [
            (":-2", true),
            ("-ASK 1 b:2", true),
            ("-MOVED 1 b:2", false),
            ("-CLUSTERDOWN The cluster is down", false),
            ("-NOPERM no", false),
        ] {
            assert_eq!(mandate.judge(parse_redis_value(format!("{line}\r\n").as_bytes())), holds, "{line}");
            assert_eq!(mandate.holds(), holds);
        }
    }
}
