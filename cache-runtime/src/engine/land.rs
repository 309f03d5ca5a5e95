//! The end of a load: what it brought is stored, then its followers are told.

use std::time::Duration;

use super::budget::Budget;
use super::lease::Lease;
use super::outcome::{Failure, Loaded};
use super::prepare::{Fill, Lead, Spot};
use super::request::Request;
use super::state::Engine;
use crate::error::Error;
use crate::flight::{Landing, Leader, Moment};
use crate::mode::Mode;
use crate::observe::Event;
use crate::policy::jittered;
use crate::value::{Content, Meta};

const MUTE: &str = "not shown: it is neither `Display` nor `Debug`";

impl Engine {
    /// Ends a load that brought an answer: stores it, unless the key was invalidated meanwhile, and tells the followers.
    ///
    /// Those who came before the load began have their answer at once. The others have it once it is known that nothing was
    /// invalidated before they came, and start over where it was, or where nobody can tell.
    pub(super) async fn land(&self, request: &Request, lead: Lead, loaded: Loaded, took: Duration) {
        self.tell(Event::Loaded { took });
        self.backoff.forget(&request.key);
        let Lead { leader, fill, lease, .. } = lead;
        let landing = match &loaded.content {
            Content::Value(value) => Landing::Value(value.clone()),
            Content::Absent => Landing::Absent,
        };
        let started = leader.started().unwrap_or_else(|| leader.moment());
        leader.bring(landing.clone(), started);
        let known_at = match fill {
            Fill::At(spot) => self.store_and_tell(request, &leader, lease, &loaded, took, spot).await,
            Fill::Refused => None,
            // Whoever invalidates in this process is heard, and nobody else could be.
            Fill::Unreachable if !leader.is_doomed() => Some(Moment::END),
            Fill::Unreachable => None,
        };
        if known_at.is_none() && request.mode == Mode::Refresh {
            // What was there before is older than what should be.
            let mut budget = Budget::new(self.settings.operation_timeout);
            let _ = self.remove(&request.key, request.spec, &mut budget).await;
        }
        leader.land(landing, known_at.unwrap_or(started));
    }

    /// Returns up to when nothing was invalidated, if that is known.
    async fn store_and_tell(
        &self,
        request: &Request,
        leader: &Leader,
        lease: Option<Lease>,
        loaded: &Loaded,
        took: Duration,
        mut spot: Spot,
    ) -> Option<Moment> {
        // Before it is sent: if it is accepted, nothing was invalidated until now.
        let sent = leader.moment();
        let filled = self.fill(request, loaded, took, &mut spot).await;
        self.tell_of_fill(request, &filled);
        match lease {
            // Whatever stands there now, it is not the lease.
            Some(lease) if filled.is_ok() && lease.stands_at(&request.key) => lease.is_used_up(),
            Some(lease) if !lease.stands_at(&request.key) => {
                let _ = lease.release(self.settings.operation_timeout).await;
            }
            _ => {}
        }
        let is_accepted = matches!(filled, Ok(true));
        let holds =
            is_accepted && (!leader.is_followed() || self.have_versions(request, &spot.tags, &mut spot.budget).await);
        holds.then_some(sent)
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
            if let Some(lease) = lease.filter(|lease| !lease.stands_at(&request.key)) {
                lease.rest(rest);
            }
        }
        leader.land(Landing::Failed(failure.shared), Moment::END);
        (failure.words, aged.filter(|_| !was_invalidated).map(|aged| aged.content))
    }

    /// Stores what was loaded; `false` where that was refused, because what it was to replace is gone.
    async fn fill(&self, request: &Request, loaded: &Loaded, took: Duration, spot: &mut Spot) -> Result<bool, Error> {
        let (key, Spot { seen, tags, budget }) = (&request.key, spot);
        let ttl = loaded.ttl.and_then(|ttl| jittered(ttl, request.policy.jitter_fraction()));
        let Some(ttl) = ttl else {
            // What is not to be stored must not leave an older value behind.
            return budget.spend(|within| self.store.remove_if(key, seen, within)).await;
        };
        let meta = Meta::new(ttl, retention(request, &loaded.content), took);
        let bytes = self.sealed(request, &loaded.content, meta, tags)?;
        budget.spend(|within| self.store.replace(key, seen, bytes, meta.life(), within)).await
    }

    fn tell_of_fill(&self, request: &Request, filled: &Result<bool, Error>) {
        self.tell(match filled {
            Ok(true) => Event::Filled,
            Ok(false) => Event::RefusedFill,
            Err(error) => Event::FillFailed { kind: error.kind() },
        });
        if let Err(error) = filled {
            tracing::debug!(target: "cache_runtime", function = request.spec.name, key = %request.key, %error, "not stored");
        }
    }
}

/// How long past its ttl an entry is kept. That there is nothing is forgotten in time.
pub(super) fn retention(request: &Request, content: &Content) -> Duration {
    match content {
        Content::Value(_) => request.policy.windows().retention(),
        Content::Absent => Duration::ZERO,
    }
}
