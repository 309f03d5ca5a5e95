//! Forgetting, and looking without loading.

use super::budget::Budget;
use super::look_up::LookUp;
use super::request::Request;
use super::state::Engine;
use crate::error::Error;
use crate::key::Key;
use crate::mode::Mode;
use crate::observe::Event;
use crate::spec::Spec;
use crate::value::Content;

impl Engine {
    /// Removes the entry at `key`. Loads of it in progress in this process do not store any more, and one that is just
    /// storing is waited for, so that after `Ok` nothing loaded before is there.
    pub(crate) async fn invalidate(&self, key: &Key, spec: &'static Spec) -> Result<(), Error> {
        self.flights.doom(key, self.settings.operation_timeout).await;
        let mut budget = Budget::new(self.settings.operation_timeout);
        let removed = budget.spend(|within| self.store.remove(key, within)).await;
        self.tell(match &removed {
            Ok(()) => Event::Invalidated,
            Err(error) => Event::InvalidationFailed { kind: error.kind() },
        });
        if let Err(error) = &removed {
            tracing::error!(
                target: "cache_runtime",
                function = spec.name,
                template = spec.written,
                %error,
                "an invalidation failed; the entry may be served until its ttl is over",
            );
            tracing::debug!(target: "cache_runtime", %key, "the key of the failed invalidation");
        }
        removed
    }

    /// The entry of `request`, if the store has it. Never loads.
    pub(crate) async fn peek(&self, request: &Request) -> Result<Option<Content>, Error> {
        if request.mode != Mode::Normal {
            return Ok(None);
        }
        let mut budget = Budget::new(self.settings.operation_timeout);
        match self.look_up(request, true, &mut budget).await {
            LookUp::Found(content) => Ok(Some(content)),
            LookUp::Nothing => {
                self.tell(Event::Miss);
                Ok(None)
            }
            LookUp::Unknown(error) => Err(error),
        }
    }
}
