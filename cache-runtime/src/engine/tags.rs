//! The versions of the tags that an entry has: its own, and the one that every entry of the namespace has.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use super::budget::Budget;
use super::request::Request;
use super::state::Engine;
use crate::error::Error;
use crate::policy::Policy;
use crate::store::{Query, Tags};
use crate::value::{Opened, Version};

/// How long a tag is kept after its last use, unless the entries that have it live longer. Where its time is over, or it was
/// evicted, those entries are missed: never a wrong answer, but many loads.
const TAG_LIFE: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// One load in so many puts its tags in use anew, though they have versions: often enough in their life, and mostly for free.
const SELDOM: u32 = 64;

impl Engine {
    pub(super) fn tags<'a>(&'a self, request: &'a Request) -> Tags<'a> {
        Tags { every: Some(&self.everything), own: &request.tags }
    }

    /// The versions that a load about to begin gives its value; `seen` are those of the read that missed.
    ///
    /// They must be older than the load: a tag that is invalidated while it runs then has another version.
    pub(super) async fn versions(
        &self,
        request: &Request,
        seen: Vec<Option<Version>>,
        budget: &mut Budget,
    ) -> Result<Vec<Version>, Error> {
        match seen.into_iter().collect() {
            Some(versions) if fastrand::u32(..SELDOM) > 0 => Ok(versions),
            _ => self.use_tags(request, budget).await,
        }
    }

    /// The versions of the tags, those that nobody has used yet among them.
    pub(super) async fn use_tags(&self, request: &Request, budget: &mut Budget) -> Result<Vec<Version>, Error> {
        let life = request.usual_ttl().unwrap_or_default().saturating_add(request.policy.windows().retention());
        let life = TAG_LIFE.max(life.saturating_mul(2)).min(Policy::FOREVER);
        budget.spend(|within| self.store.use_tags(&request.key, self.tags(request), life, within)).await
    }

    /// Whether the tags still have these versions. Owns what it needs: it may be asked in the background.
    pub(super) fn have_versions(
        &self,
        request: &Request,
        versions: Vec<Version>,
        within: Duration,
    ) -> impl Future<Output = bool> + Send + use<> {
        let (store, key) = (Arc::clone(&self.store), request.key.clone());
        let (every, own) = (self.everything.clone(), request.tags.clone());
        async move {
            let query = Query { key: &key, life: false, keep: false, tags: Tags { every: Some(&every), own: &own } };
            store.get(query, within).await.is_ok_and(|found| are(&versions, &found.tags))
        }
    }
}

/// Whether no tag was invalidated since the value was loaded.
pub(super) fn are_those_of(opened: &Opened, now: &[Option<Version>]) -> bool {
    are(&opened.tags, now)
}

fn are(then: &[Version], now: &[Option<Version>]) -> bool {
    then.iter().copied().map(Some).eq(now.iter().copied())
}
