//! The end of a load that failed: its followers are told, and its origin is left alone for a while.

use std::time::Duration;

use super::outcome::Failure;
use super::prepare::Lead;
use super::request::Request;
use super::state::Engine;
use crate::flight::Landing;
use crate::observe::Event;
use crate::value::{AnyValue, Content};

impl Engine {
    /// Ends a load that failed while a caller waits for it; returns the old value if that is to be the answer instead.
    pub(super) fn failed(&self, request: &Request, lead: Lead, failure: &Failure, took: Duration) -> Option<Content> {
        let old = self.give_up(request, lead, failure.shared.clone(), took)?;
        self.tell(request, Event::StaleIfError);
        tracing::warn!(
            target: "cache_runtime",
            function = request.spec.name(),
            error = failure.in_words(),
            "the origin failed; its caller gets the old value",
        );
        Some(old)
    }

    /// Ends a load that failed in the background, where nobody but the log is told.
    pub(super) fn failed_unseen(&self, request: &Request, lead: Lead, failure: &Failure, took: Duration) {
        self.give_up(request, lead, failure.shared.clone(), took);
        self.tell(request, Event::ReloadFailed);
        tracing::warn!(
            target: "cache_runtime",
            function = request.spec.name(),
            error = failure.in_words(),
            "a load in the background failed; the old value stays in use, and the load is tried again later",
        );
    }

    /// Leaves the origin alone for a while; `failure` is what it returned, where that can be shared. Returns the old value if
    /// it can be used.
    pub(super) fn give_up(
        &self,
        request: &Request,
        lead: Lead,
        failure: Option<AnyValue>,
        took: Duration,
    ) -> Option<Content> {
        self.tell(request, Event::LoadFailed { took });
        let Lead { leader, aged, lease, spot } = lead;
        // An invalidation is not an expiry: from then on there is no old value, and the next caller is to try at once.
        let was_invalidated = leader.is_doomed();
        let rest = (request.policy.windows().need_the_age() && !was_invalidated)
            .then(|| self.backoff.failed(&request.key, failure.clone()));
        if leader.is_doomed() {
            // Since it was asked: whoever invalidates dooms first, and then forgets the rest.
            self.backoff.forget(&request.key);
        }
        let started = leader.started().unwrap_or_else(|| leader.moment());
        let landing = Landing::Failed(failure);
        match (lease, rest) {
            // What the origin said need not be true any more for those who came after it was asked.
            (Some(lease), _) if lease.stands_at(&request.key) => {
                let within = self.settings.operation_timeout;
                let unchanged = spot.map(|spot| self.have_versions(request, spot.tags, within));
                let unchanged = async { if let Some(unchanged) = unchanged { unchanged.await } else { false } };
                lease.end_with(leader, landing, started, unchanged);
            }
            (Some(lease), Some(rest)) => {
                lease.rest(rest);
                leader.land(landing, started);
            }
            _ => leader.land(landing, started),
        }
        aged.filter(|_| !was_invalidated).map(|aged| aged.content)
    }
}
