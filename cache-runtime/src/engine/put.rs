//! Storing by hand, and what all storing has in common.

use std::time::Duration;

use bytes::Bytes;

use super::aside::LARGE;
use super::budget::Budget;
use super::land::retention;
use super::lease::{Claim, Ground};
use super::request::Request;
use super::state::Engine;
use crate::error::Error;
use crate::mode::Mode;
use crate::near::Reader;
use crate::observe::Event;
use crate::policy::jittered;
use crate::value::{Bounds, Content, Meta, SealError, Unsealed, Version, seal};

impl Engine {
    /// Stores `content` as the entry of `request`. A load of that key in progress, in whatever process, does not store any
    /// more; and an invalidation that comes while this is under way wins.
    ///
    /// Between writers the last one wins: who stores a value that is older than what another writer has stored or invalidated
    /// by then leaves the older one. After a change, invalidating is the safe thing to do.
    ///
    /// Where it cannot be stored, what was there before is removed, as by an invalidation.
    pub(crate) async fn put(&self, request: &Request, content: &Content, ttl: Option<Duration>) -> Result<(), Error> {
        self.put_within(request, content, ttl, self.settings.operation_timeout).await
    }

    pub(super) async fn put_within(
        &self,
        request: &Request,
        content: &Content,
        ttl: Option<Duration>,
        within: Duration,
    ) -> Result<(), Error> {
        if request.mode == Mode::Bypass {
            return Ok(());
        }
        self.flights.doom(&request.key);
        self.backoff.forget(&request.key);
        let mut budget = Budget::new(within);
        let sent = self.recall.failures();
        self.forget_near(&request.key);
        let stored = self.store_by_hand(request, content, ttl, &mut budget).await;
        self.forget_near(&request.key);
        match &stored {
            Ok(()) => self.recall.forget(&request.key, sent),
            Err(_) => {
                // Whatever is there is older than what should be.
                let _ = self.remove(&request.key, request.spec, &mut budget).await;
            }
        }
        stored
    }

    async fn store_by_hand(
        &self,
        request: &Request,
        content: &Content,
        ttl: Option<Duration>,
        budget: &mut Budget,
    ) -> Result<(), Error> {
        let key = &request.key;
        let Some(ttl) = ttl.and_then(|ttl| jittered(ttl, request.policy.jitter_fraction())) else {
            // What is not to be stored must not leave an older value behind.
            return budget.spend(|within| self.store.remove(key, within)).await;
        };
        // Before the claim: a tag that is invalidated after it must find an older version here.
        let tags = self.use_tags(request, budget).await?;
        let claimed = budget.spend(|within| async move { Ok(self.claim(key, Ground::Any, within).await) });
        let lease = match claimed.await? {
            Claim::Won(lease) => lease,
            // Whatever was there, it is gone.
            Claim::Lost => return Ok(()),
            Claim::Failed(error) => return Err(error),
        };
        let meta = Meta::new(ttl, retention(request, content), Duration::ZERO);
        let bytes = lease.keep_up(self.sealed(request, content, meta, &tags)).await?;
        let placeholder = lease.placeholder();
        // As for a fill after a load: where answers are slow, nothing would ever be stored.
        *budget = Budget::new(self.settings.operation_timeout);
        let fill = |within| self.store.replace(key, placeholder.as_bytes(), bytes, meta.life(), within);
        let is_stored = lease.keep_up(budget.spend(fill)).await?;
        lease.replaced();
        if !is_stored {
            // Somebody has invalidated it since, or stores what is newer.
            self.tell(request, Event::RefusedFill);
        }
        Ok(())
    }

    /// The bytes of an entry.
    pub(super) async fn sealed(
        &self,
        request: &Request,
        content: &Content,
        meta: Meta,
        tags: &[Version],
    ) -> Result<Bytes, Error> {
        let bounds = Bounds::new(self.settings.max_value_bytes, self.settings.compress_above);
        let Reader { value_type, encoding, .. } = request.reader;
        let unsealed = Unsealed { key: request.key.as_str(), content, meta, tags };
        let mut sealed = seal(value_type, encoding, bounds.writing_at_most(LARGE), unsealed);
        if matches!(sealed, Err(SealError::TooLarge { limit: LARGE, .. })) && bounds.written > LARGE {
            let (key, content, tags) = (request.key.clone(), content.clone(), tags.to_vec());
            let seal = move || {
                let unsealed = Unsealed { key: key.as_str(), content: &content, meta, tags: &tags };
                seal(value_type, encoding, bounds, unsealed)
            };
            sealed = Box::pin(self.aside.run(seal)).await;
        }
        sealed.map(Bytes::from).map_err(|refused| self.refused(request, refused))
    }
}
