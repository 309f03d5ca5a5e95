//! Waiting for a change, wherever the key is meanwhile.

use std::borrow::Cow;
use std::error::Error as _;
use std::time::Duration;

use redis::RedisError;

use super::node::Errand;
use super::redirection::Redirection;
use super::site::Site;
use super::slot;
use crate::backend::redis::errors::{strange, unavailable};
use crate::backend::redis::waiting::{LONGEST_PAUSE, SHORTEST_PAUSE, Waiting, has_changed};
use crate::clock;
use crate::error::Error;
use crate::key::Key;

impl Site {
    /// Until what is at `key` does not begin with `seen` any more. A question takes `patience` at most.
    pub(super) async fn wait(&self, key: &Key, seen: &[u8], patience: Duration) -> Result<(), Error> {
        let slot = slot::of(key.as_str());
        let mut longest = SHORTEST_PAUSE;
        loop {
            let node = self.owner(slot, clock::now() + patience).await?;
            // It leaves off when the key leaves, as that is a change as well.
            let Err(error) = Waiting::new(node.lines(), key, seen).wait(patience).await else { return Ok(()) };
            let refusal = error.source().and_then(|reason| reason.downcast_ref::<RedisError>());
            match refusal.and_then(|refusal| Redirection::of(refusal, &node.addr)) {
                Some(Redirection::Moved(addr)) => {
                    self.named(&addr).ok_or_else(unavailable)?;
                    self.moved(slot, &addr);
                }
                // Nobody tells of a key whose slot is on its way.
                Some(Redirection::Ask(_) | Redirection::Later) => {}
                Some(Redirection::Down) | None => {
                    self.survey();
                    return Err(error);
                }
            }
            if self.is_changed(key, seen, patience).await? {
                return Ok(());
            }
            clock::pause(longest.mul_f64(0.5 + 0.5 * fastrand::f64())).await;
            longest = LONGEST_PAUSE.min(longest * 2);
        }
    }

    async fn is_changed(&self, key: &Key, seen: &[u8], patience: Duration) -> Result<bool, Error> {
        let mut get = redis::cmd("GET");
        get.arg(key.as_str());
        let errand = Errand::of(key.as_str(), vec![Cow::Owned(get)]);
        let answers = self.run(&errand, clock::now() + patience).await?;
        has_changed(answers.each.into_iter().next().ok_or_else(|| strange("GET"))?, seen)
    }
}
