//! The end of a load: what it brought is stored, then its followers are told.

use std::time::Duration;

use super::budget::Budget;
use super::outcome::{Failure, Loaded};
use super::prepare::Lead;
use super::request::Request;
use super::state::Engine;
use crate::error::Error;
use crate::flight::Landing;
use crate::mode::Mode;
use crate::observe::Event;
use crate::policy::jittered;
use crate::value::{Content, Meta};

const MUTE: &str = "not shown: it is neither `Display` nor `Debug`";

impl Engine {
    /// Ends a load that brought an answer: stores it, unless the key was invalidated meanwhile, then tells the followers.
    ///
    /// In this order, so that whoever finds no load in progress any more finds the value in the store.
    pub(super) async fn land(&self, request: &Request, mut lead: Lead, loaded: Loaded, took: Duration) {
        self.tell(Event::Loaded { took });
        self.backoff.forget(&request.key);
        let mut was_refused = false;
        if let Some(mut budget) = lead.budget.take() {
            if lead.leader.begin_fill() {
                let filled = self.fill(request, &lead, &loaded, took, &mut budget).await;
                was_refused = self.told_of_fill(request, &filled);
            } else {
                self.tell(Event::RefusedFill);
            }
            if let Some(lease) = lead.lease.take() {
                lease.release().await;
            }
        }
        lead.leader.land(match loaded.content {
            // Who came after the entry was invalidated must not get what was loaded before.
            _ if was_refused => Landing::Abandoned,
            Content::Value(value) => Landing::Value(value),
            Content::Absent => Landing::Absent,
        });
    }

    /// Ends a load that failed while a caller waits for it; returns the old value if that is to be the answer instead.
    pub(super) fn failed(&self, request: &Request, lead: Lead, failure: Failure, took: Duration) -> Option<Content> {
        let (words, old) = self.give_up(request, lead, failure, took);
        let old = old?;
        self.tell(Event::StaleIfError);
        tracing::warn!(
            target: "cache_runtime",
            function = request.spec.name,
            error = words.as_deref().unwrap_or(MUTE),
            "the origin failed; its caller gets the old value",
        );
        Some(old)
    }

    /// Ends a load that failed in the background, where nobody but the log is told.
    pub(super) fn failed_unseen(&self, request: &Request, lead: Lead, failure: Failure, took: Duration) {
        let (words, _) = self.give_up(request, lead, failure, took);
        self.tell(Event::ReloadFailed);
        tracing::warn!(
            target: "cache_runtime",
            function = request.spec.name,
            error = words.as_deref().unwrap_or(MUTE),
            "a load in the background failed; the old value stays in use, and the load is tried again later",
        );
    }

    /// Leaves the origin alone for a while. Returns what went wrong, and the old value if it can be used.
    fn give_up(
        &self,
        request: &Request,
        lead: Lead,
        failure: Failure,
        took: Duration,
    ) -> (Option<String>, Option<Content>) {
        self.tell(Event::LoadFailed { took });
        let Lead { leader, aged, lease, .. } = lead;
        // An invalidation is not an expiry: from then on there is no old value, and the next caller is to try at once.
        let was_invalidated = leader.is_doomed();
        if request.policy.windows().need_the_age() && !was_invalidated {
            let rest = self.backoff.failed(&request.key, failure.shared.clone());
            if let Some(lease) = lease {
                lease.rest(rest);
            }
        }
        leader.land(Landing::Failed(failure.shared));
        (failure.words, aged.filter(|_| !was_invalidated).map(|aged| aged.content))
    }

    /// Stores what was loaded; `false` where that was refused, because the entry it was to replace is gone.
    async fn fill(
        &self,
        request: &Request,
        lead: &Lead,
        loaded: &Loaded,
        took: Duration,
        budget: &mut Budget,
    ) -> Result<bool, Error> {
        let key = &request.key;
        let ttl = loaded.ttl.and_then(|ttl| jittered(ttl, request.policy.jitter_fraction()));
        let Some(ttl) = ttl else {
            // What is not to be stored must not leave an older value behind.
            return match &lead.aged {
                Some(aged) => budget.spend(|within| self.store.remove_if(key, &aged.beginning, within)).await,
                None if request.mode == Mode::Refresh => {
                    budget.spend(|within| self.store.remove(key, within)).await.map(|()| true)
                }
                None => Ok(true),
            };
        };
        let meta = Meta::new(ttl, retention(request, &loaded.content), took);
        let bytes = self.sealed(request, &loaded.content, meta, &lead.tags)?;
        match &lead.aged {
            Some(aged) => {
                let replace = |within| self.store.replace(key, &aged.beginning, bytes, meta.life(), within);
                budget.spend(replace).await
            }
            None => budget.spend(|within| self.store.set(key, bytes, meta.life(), within)).await.map(|()| true),
        }
    }

    /// Tells what became of a fill; `true` where it was refused.
    fn told_of_fill(&self, request: &Request, filled: &Result<bool, Error>) -> bool {
        self.tell(match filled {
            Ok(true) => Event::Filled,
            Ok(false) => Event::RefusedFill,
            Err(error) => Event::FillFailed { kind: error.kind() },
        });
        if let Err(error) = filled {
            tracing::debug!(target: "cache_runtime", function = request.spec.name, key = %request.key, %error, "not stored");
        }
        matches!(filled, Ok(false))
    }
}

/// How long past its ttl an entry is kept. That there is nothing is forgotten in time.
pub(super) fn retention(request: &Request, content: &Content) -> Duration {
    match content {
        Content::Value(_) => request.policy.windows().retention(),
        Content::Absent => Duration::ZERO,
    }
}
