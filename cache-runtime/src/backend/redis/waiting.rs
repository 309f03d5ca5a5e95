//! Waiting for a change: told of it by the server, or else by asking now and then.

use std::pin::pin;
use std::time::Duration;

use redis::{Cmd, RedisError, Value};

use super::errors::{is_about_the_connection, is_wrong_type, translated, unavailable};
use super::lines::{Lines, Told};
use super::question::Question;
use crate::clock::{before, pause};
use crate::error::Error;
use crate::key::Key;

/// The first pause between two questions. Long enough for the connection that tells of changes to be made.
pub(super) const SHORTEST_PAUSE: Duration = Duration::from_millis(5);
pub(super) const LONGEST_PAUSE: Duration = Duration::from_millis(100);

/// A change that somebody waits for.
pub(super) struct Waiting<'a> {
    lines: &'a Lines,
    key: &'a Key,
    seen: &'a [u8],
    get: Cmd,
}

impl<'a> Waiting<'a> {
    /// Until what is at `key` does not begin with `seen` any more.
    pub(super) fn new(lines: &'a Lines, key: &'a Key, seen: &'a [u8]) -> Self {
        let mut get = redis::cmd("GET");
        get.arg(key.as_str());
        Self { lines, key, seen, get }
    }

    /// Waits as long as the server is within reach. A question takes `patience` at most.
    pub(super) async fn wait(&self, patience: Duration) -> Result<(), Error> {
        let mut reason = None;
        let gone = async { reason = Some(self.lines.plain().out_of_reach().await) };
        let changed = before(pin!(self.until_changed(patience)), pin!(gone)).await;
        changed.unwrap_or_else(|| Err(reason.unwrap_or_else(unavailable)))
    }

    async fn until_changed(&self, patience: Duration) -> Result<(), Error> {
        let told = self.lines.told();
        let mut longest = SHORTEST_PAUSE;
        loop {
            let rest = longest.mul_f64(0.5 + 0.5 * fastrand::f64());
            match before(told.link().comes_up(), pause(rest)).await {
                Some(true) => return self.until_told(told).await,
                // Closed, and so is the store: whoever goes on asks a new connection.
                Some(false) => return Ok(()),
                None => {}
            }
            if self.has_changed(self.lines.plain().run(self.question(), patience).await?)? {
                return Ok(());
            }
            longest = LONGEST_PAUSE.min(longest * 2);
        }
    }

    /// Returns as well when the connection is lost, and with it what it would have told.
    async fn until_told(&self, told: &Told) -> Result<(), Error> {
        // Before the question: what changes after the answer was given is told of, and heard, in any case.
        let waiter = told.register(self.key);
        let mut status = told.link().status();
        match told.link().attempt(&mut status, self.question()).await {
            Ok(Err(error)) if is_about_the_connection(&error) => return Ok(()),
            Ok(answer) => {
                if self.has_changed(answer)? {
                    return Ok(());
                }
            }
            Err(_down) => return Ok(()),
        }
        let _ = before(waiter.woken(), status.changed()).await;
        Ok(())
    }

    fn question(&self) -> Question<'_> {
        Question::repeatable(&self.get)
    }

    fn has_changed(&self, answer: Result<Value, RedisError>) -> Result<bool, Error> {
        has_changed(answer, self.seen)
    }
}

/// Whether what a `GET` has answered does not begin with `seen`.
pub(super) fn has_changed(answer: Result<Value, RedisError>, seen: &[u8]) -> Result<bool, Error> {
    match answer {
        Ok(Value::BulkString(bytes)) => Ok(!bytes.starts_with(seen)),
        Ok(_) => Ok(true),
        Err(error) if is_wrong_type(&error) => Ok(true),
        Err(error) => Err(translated(error)),
    }
}
