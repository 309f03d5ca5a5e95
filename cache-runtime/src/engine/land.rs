//! The end of a load that brought an answer: it is stored, and its followers are told.

use std::time::Duration;

use super::budget::Budget;
use super::election::election;
use super::outcome::Loaded;
use super::prepare::{Lead, Spot};
use super::request::Request;
use super::state::Engine;
use crate::error::{Error, ErrorKind};
use crate::flight::{Landing, Leader, Moment};
use crate::mode::Mode;
use crate::observe::Event;
use crate::policy::jittered;
use crate::value::{Content, Meta};

impl Engine {
    /// Ends a load that brought an answer: stores it, unless the key was invalidated meanwhile, and tells the followers.
    ///
    /// Those who came before the load began have their answer at once. The others have it once it is known that nothing was
    /// invalidated before they came, and start over where it was, or where nobody can tell.
    pub(super) async fn land(&self, request: &Request, lead: Lead, loaded: Loaded) {
        self.tell(request, Event::Loaded { took: loaded.took });
        let Lead { leader, spot, lease, .. } = lead;
        let landing = Landing::from(&loaded.content);
        let started = leader.started().unwrap_or_else(|| leader.moment());
        leader.bring(landing.clone(), started);
        let known_at = match spot {
            Some(spot) => {
                let stored = self.store_and_tell(request, &leader, &loaded, spot);
                if let Some(lease) = &lease { lease.keep_up(stored).await } else { stored.await }
            }
            None => None,
        };
        if known_at.is_none() && request.mode == Mode::Refresh {
            // What was there before is older than what should be.
            let mut budget = Budget::new(self.settings.operation_timeout);
            let _ = self.remove(&request.key, request.spec, &mut budget).await;
        }
        if let Some(lease) = lease.filter(|lease| known_at.is_some() && lease.stands_at(&request.key)) {
            lease.replaced();
        }
        leader.land(landing, known_at.unwrap_or(started));
        self.end_the_rest(request).await;
    }

    /// Stores what was loaded. Returns up to when nothing was invalidated, if that is known.
    async fn store_and_tell(&self, request: &Request, leader: &Leader, loaded: &Loaded, spot: Spot) -> Option<Moment> {
        if leader.is_doomed() {
            // It would be refused, or missed.
            self.tell(request, Event::RefusedFill);
            return None;
        }
        // Not what the call has left: where answers are slow, nothing would ever be stored.
        let mut budget = Budget::new(self.settings.operation_timeout);
        // Before it is sent: if it is accepted, nothing was invalidated until now.
        let sent = leader.moment();
        let ttl = loaded.ttl.and_then(|ttl| jittered(ttl, request.policy.jitter_fraction()));
        let filled = self.fill(request, loaded, ttl, &spot, &mut budget).await;
        self.forget_near(&request.key);
        let is_accepted = match filled {
            Ok(is_accepted) => {
                if ttl.is_some() {
                    self.tell(request, if is_accepted { Event::Filled } else { Event::RefusedFill });
                }
                is_accepted
            }
            Err(error) => {
                self.not_stored(request, &error);
                self.leaves_nothing(request, &spot, &error, &mut budget).await
            }
        };
        let holds = is_accepted && (!leader.close() || self.have_versions(request, spot.tags, budget.left()).await);
        holds.then_some(sent)
    }

    /// Stores what was loaded; `false` where that was refused, because what it was to replace is gone.
    async fn fill(
        &self,
        request: &Request,
        loaded: &Loaded,
        ttl: Option<Duration>,
        spot: &Spot,
        budget: &mut Budget,
    ) -> Result<bool, Error> {
        let (key, Spot { seen, tags }) = (&request.key, spot);
        let Some(ttl) = ttl else {
            // What is not to be stored must not leave an older value behind.
            return budget.spend(|within| self.store.remove_if(key, seen, within)).await;
        };
        let meta = Meta::new(ttl, retention(request, &loaded.content), loaded.took);
        let bytes = self.sealed(request, &loaded.content, meta, tags).await?;
        budget.spend(|within| self.store.replace(key, seen, bytes, meta.life(), within)).await
    }

    /// What cannot be stored for what it is must not leave an older value behind either. `true`: nothing was invalidated until
    /// that was removed.
    async fn leaves_nothing(&self, request: &Request, spot: &Spot, error: &Error, budget: &mut Budget) -> bool {
        let is_of_the_value = matches!(error.kind(), ErrorKind::Unstorable | ErrorKind::TooLarge);
        let remove = |within| self.store.remove_if(&request.key, &spot.seen, within);
        is_of_the_value && budget.spend(remove).await.unwrap_or(false)
    }

    /// The origin is well again: it need not be left alone any more, here and in the other processes.
    async fn end_the_rest(&self, request: &Request) {
        if self.backoff.forget(&request.key) && request.policy.windows().need_the_age() {
            // Otherwise it ends by itself.
            let _ = self.store.remove(&election(&request.key), self.settings.operation_timeout).await;
        }
    }

    /// Tells of a value that could not be stored, or will not be.
    pub(super) fn not_stored(&self, request: &Request, error: &Error) {
        self.tell(request, Event::FillFailed { kind: error.kind() });
        tracing::debug!(target: "cache_runtime", function = request.spec.name(), key = %request.key, error = error.in_full(), "not stored");
    }
}

/// How long past its ttl an entry is kept. That there is nothing is forgotten in time.
pub(super) fn retention(request: &Request, content: &Content) -> Duration {
    match content {
        Content::Value(_) => request.policy.windows().retention(),
        Content::Absent => Duration::ZERO,
    }
}
