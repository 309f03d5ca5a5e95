//! Forgetting, and looking without loading.

use std::time::Duration;

use super::budget::Budget;
use super::look_up::LookUp;
use super::request::Request;
use super::state::Engine;
use crate::error::Error;
use crate::key::Key;
use crate::mode::Mode;
use crate::observe::{Event, Subject};
use crate::policy::Freshness;
use crate::spec::Spec;
use crate::value::Content;

impl Engine {
    /// Removes the entry at `key`, and with it the lease of whoever loads it, so that after `Ok` nothing that was loaded
    /// before is there, or will be.
    ///
    /// After an `Err` the entry is not used in this process any more, and removing it is tried again in the background.
    pub(crate) async fn invalidate(&self, key: &Key, spec: &'static Spec) -> Result<(), Error> {
        self.invalidate_within(key, spec, self.settings.operation_timeout).await
    }

    pub(super) async fn invalidate_within(
        &self,
        key: &Key,
        spec: &'static Spec,
        within: Duration,
    ) -> Result<(), Error> {
        self.flights.doom(key);
        self.remove(key, spec, &mut Budget::new(within)).await
    }

    /// Forgets every entry with the tag whose versions are kept at `tag`.
    pub(crate) async fn invalidate_tag(&self, tag: &Key, spec: &'static Spec) -> Result<(), Error> {
        self.flights.doom_tagged(tag);
        // Which of them have the tag, nobody knows.
        self.backoff.forget_everything();
        self.remove(tag, spec, &mut Budget::new(self.settings.operation_timeout)).await
    }

    /// Forgets every entry of the namespace.
    pub(crate) async fn clear(&self, spec: &'static Spec) -> Result<(), Error> {
        self.flights.doom_everything();
        self.backoff.forget_everything();
        self.remove(&self.everything, spec, &mut Budget::new(self.settings.operation_timeout)).await
    }

    pub(super) async fn remove(&self, key: &Key, spec: &'static Spec, budget: &mut Budget) -> Result<(), Error> {
        self.backoff.forget(key);
        self.forget_near(key);
        let (failures, returns) = (self.recall.failures(), self.recent.returns());
        let removed = budget.spend(|within| self.store.remove(key, within)).await;
        match &removed {
            Ok(()) => {
                self.recall.forget(key, failures);
                self.recent.note(key, returns);
                self.tell(Subject { spec, key: key.as_str() }, Event::Invalidated);
            }
            Err(error) => {
                self.tell(Subject { spec, key: key.as_str() }, Event::InvalidationFailed { kind: error.kind() });
                self.recall(key, spec, error);
            }
        }
        // Once more, for what was read before it was removed, or recalled, and is put there only now.
        self.forget_near(key);
        removed
    }

    fn recall(&self, key: &Key, spec: &'static Spec, error: &Error) {
        let consequence = if self.recall.add(key) {
            "an invalidation failed and will be tried again; until then the entry is not used in this process"
        } else {
            "an invalidation failed, with too many others waiting already; the entry may be served until its ttl is over"
        };
        tracing::error!(target: "cache_runtime", function = spec.name(), template = spec.written, error = %error.in_full(), "{consequence}");
        tracing::debug!(target: "cache_runtime", %key, "the key of the failed invalidation");
    }

    /// The entry of `request`, if the store has one that a call would get. Never loads.
    pub(crate) async fn peek(&self, request: &Request) -> Result<Option<Content>, Error> {
        self.peek_within(request, self.settings.operation_timeout).await
    }

    pub(super) async fn peek_within(&self, request: &Request, within: Duration) -> Result<Option<Content>, Error> {
        if request.mode != Mode::Normal {
            return Ok(None);
        }
        let mut budget = Budget::new(within);
        let (content, freshness) = match self.look_up(request, true, &mut budget).await {
            LookUp::Fresh(content) => (Some(content), Freshness::Fresh),
            LookUp::Aged(aged) if aged.freshness != Freshness::Retained => (Some(aged.content), aged.freshness),
            LookUp::Aged(_) | LookUp::Nothing(_) => (None, Freshness::Expired),
            LookUp::Unknown(error) => {
                self.tell(request, Event::FailedOpen { kind: error.kind() });
                return Err(error);
            }
        };
        let event = match content {
            Some(Content::Value(_)) if freshness == Freshness::Stale => Event::StaleHit,
            Some(Content::Value(_)) => Event::Hit,
            Some(Content::Absent) => Event::AbsentHit,
            None => Event::Miss,
        };
        self.tell(request, event);
        Ok(content)
    }
}
