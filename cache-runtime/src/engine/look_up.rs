//! Asking the store for one entry, and judging what it has.

use std::iter;
use std::time::Duration;

use super::budget::Budget;
use super::request::Request;
use super::state::Engine;
use crate::error::{Error, ErrorKind};
use crate::observe::Event;
use crate::policy::Freshness;
use crate::store::{Found, Query};
use crate::value::{Content, Meta, Opened, Version, open};

/// What the store knows.
pub(super) enum LookUp {
    /// The answer.
    Fresh(Content),
    /// An entry that is getting old, or is old.
    Aged(Aged),
    /// Nothing of use.
    Nothing,
    /// The store did not answer, or is not to be believed: the call goes on without it.
    Unknown(Error),
}

/// An entry past the time at which something is to be done about it.
#[derive(Clone, Debug)]
pub(super) struct Aged {
    pub(super) content: Content,
    /// What the stored bytes begin with for as long as this entry is there.
    pub(super) beginning: [u8; 17],
    pub(super) freshness: Freshness,
}

impl Engine {
    /// Reads the entry of `request`. `accepts_absent`: whether a remembered "nothing there" is an answer.
    pub(super) async fn look_up(&self, request: &Request, accepts_absent: bool, budget: &mut Budget) -> LookUp {
        let answer = self.read(request, budget).await;
        match answer {
            Ok(Some((opened, life))) => judged(request, opened, life, accepts_absent),
            Ok(None) => LookUp::Nothing,
            Err(error) => {
                self.tell(Event::FailedOpen { kind: error.kind() });
                tracing::debug!(target: "cache_runtime", function = request.spec.name, key = %request.key, %error, "read failed");
                LookUp::Unknown(error)
            }
        }
    }

    /// The entry if it can be used, and how long it still lives.
    async fn read(&self, request: &Request, budget: &mut Budget) -> Result<Option<(Opened, Option<Duration>)>, Error> {
        if iter::once(&request.key).chain(&request.tags).any(|key| self.recall.holds(key)) {
            return Err(Error::new(ErrorKind::Unavailable, "an invalidation of this entry has not gone through yet"));
        }
        let mut query =
            Query { key: &request.key, life: request.policy.windows().need_the_age(), tags: request.tags() };
        loop {
            let found = budget.spend(|within| self.store.get(query, within)).await?;
            let Some(opened) = self.opened(request, &found) else { return Ok(None) };
            // Kept beyond its ttl by somebody with another policy, so that its age matters after all.
            if opened.meta.retention.is_zero() || query.life {
                return Ok(Some((opened, found.life.filter(|_| query.life))));
            }
            query.life = true;
        }
    }

    fn opened(&self, request: &Request, found: &Found) -> Option<Opened> {
        let bytes = found.bytes.as_ref()?;
        match open(request.value_type, request.key.as_str(), bytes, request.encoding) {
            Ok(opened) => has_tags(&opened, &found.tags).then_some(opened),
            Err(mismatch) => {
                self.tell(Event::Mismatch { what: mismatch.label() });
                tracing::debug!(target: "cache_runtime", function = request.spec.name, key = %request.key, what = mismatch.label(), "stored value not usable");
                None
            }
        }
    }
}

/// Whether no tag was invalidated since the value was loaded.
fn has_tags(opened: &Opened, now: &[Option<Version>]) -> bool {
    opened.tags.iter().copied().map(Some).eq(now.iter().copied())
}

fn judged(request: &Request, opened: Opened, life: Option<Duration>, accepts_absent: bool) -> LookUp {
    let freshness = freshness(request, &opened.meta, life, matches!(opened.content, Content::Absent));
    let beginning = opened.beginning();
    match (freshness, opened.content) {
        (Freshness::Expired, _) => LookUp::Nothing,
        (_, Content::Absent) if !accepts_absent => LookUp::Nothing,
        (Freshness::Fresh, content) => LookUp::Fresh(content),
        (freshness, content) => LookUp::Aged(Aged { content, beginning, freshness }),
    }
}

fn freshness(request: &Request, meta: &Meta, life: Option<Duration>, is_absent: bool) -> Freshness {
    let windows = request.policy.windows();
    if !windows.need_the_age() && meta.retention.is_zero() {
        // The store itself ends it.
        return Freshness::Fresh;
    }
    // Longer than it can be, or without an end: the entry, or a clock, was tampered with.
    let age = life.and_then(|left| meta.life().checked_sub(left));
    match windows.judge(meta.ttl, age) {
        // That there is nothing is forgotten when its time is over, neither sooner nor later.
        Freshness::RefreshAhead if is_absent => Freshness::Fresh,
        Freshness::Stale | Freshness::Retained if is_absent => Freshness::Expired,
        freshness => freshness,
    }
}
