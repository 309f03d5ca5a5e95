//! Storing by hand, and what all storing has in common.

use std::time::Duration;

use bytes::Bytes;

use super::budget::Budget;
use super::land::retention;
use super::request::Request;
use super::state::Engine;
use crate::error::{Error, ErrorKind};
use crate::mode::Mode;
use crate::policy::{Policy, jittered};
use crate::value::{Content, Meta, Unsealed, Version, seal};

/// How long a tag is kept after its last use, unless the entries that have it live longer. Where its time is over, or it was
/// evicted, those entries are missed: never a wrong answer, but many loads.
const TAG_LIFE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

impl Engine {
    /// Stores `content` as the entry of `request`. A load of that key in progress does not store any more.
    ///
    /// Between writers the last one wins: two that store different values at the same time can leave either. After a
    /// change, invalidating is the safe thing to do.
    ///
    /// Where it cannot be stored, what was there before is removed, as by an invalidation.
    pub(crate) async fn put(&self, request: &Request, content: &Content, ttl: Option<Duration>) -> Result<(), Error> {
        if request.mode == Mode::Bypass {
            return Ok(());
        }
        self.flights.doom(&request.key, self.settings.operation_timeout).await;
        self.backoff.forget(&request.key);
        let mut budget = Budget::new(self.settings.operation_timeout);
        let stored = self.store_by_hand(request, content, ttl, &mut budget).await;
        match &stored {
            Ok(()) => self.recall.forget(&request.key),
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
        match ttl.and_then(|ttl| jittered(ttl, request.policy.jitter_fraction())) {
            Some(ttl) => {
                let tags = self.use_tags(request, budget).await?;
                let meta = Meta::new(ttl, retention(request, content), Duration::ZERO);
                let bytes = self.sealed(request, content, meta, &tags)?;
                budget.spend(|within| self.store.set(key, bytes, meta.life(), within)).await
            }
            // What is not to be stored must not leave an older value behind.
            None => budget.spend(|within| self.store.remove(key, within)).await,
        }
    }

    /// The versions of the tags of `request`, to be read before the load whose value is to carry them.
    pub(super) async fn use_tags(&self, request: &Request, budget: &mut Budget) -> Result<Vec<Version>, Error> {
        if request.tags.is_empty() {
            return Ok(Vec::new());
        }
        let life = request.usual_ttl().unwrap_or_default().saturating_add(request.policy.windows().retention());
        let life = TAG_LIFE.max(life.saturating_mul(2)).min(Policy::FOREVER);
        budget.spend(|within| self.store.use_tags(request.tags(), life, within)).await
    }

    /// The bytes of an entry.
    pub(super) fn sealed(
        &self,
        request: &Request,
        content: &Content,
        meta: Meta,
        tags: &[Version],
    ) -> Result<Bytes, Error> {
        let unsealed = Unsealed { key: request.key.as_str(), content, meta, tags };
        let bytes = seal(request.value_type, request.encoding, unsealed).map_err(|refused| {
            Error::new(ErrorKind::Unstorable, format!("`{}` cannot be stored", request.value_type.type_name()))
                .because(refused)
        })?;
        let limit = self.settings.max_value_bytes;
        if bytes.len() > limit {
            return Err(Error::new(
                ErrorKind::Unstorable,
                format!("a value of {} bytes is larger than `max_value_bytes`, {limit}", bytes.len()),
            ));
        }
        Ok(Bytes::from(bytes))
    }
}
