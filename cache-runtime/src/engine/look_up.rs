//! Asking the store for one entry, and judging what it has.

use std::iter;
use std::mem;
use std::time::Duration;

use bytes::Bytes;

use super::aside::LARGE;
use super::budget::Budget;
use super::lease::LEASE;
use super::placeholder::Placeholder;
use super::request::Request;
use super::state::Engine;
use super::tags;
use crate::error::{Error, ErrorKind};
use crate::key::Key;
use crate::near::Reader;
use crate::observe::Event;
use crate::policy::{Freshness, Windows};
use crate::store::{Found, Query};
use crate::value::{BEGINNING, Content, Meta, Opened, Version, effort, open};

/// What the store knows.
pub(super) enum LookUp {
    /// The answer.
    Fresh(Content),
    /// An entry that is getting old, or is old.
    Aged(Aged),
    /// Nothing of use.
    Nothing(Gap),
    /// The store did not answer, or is not to be believed: the call goes on without it.
    Unknown(Error),
}

/// An entry past the time at which something is to be done about it.
#[derive(Clone, Debug)]
pub(super) struct Aged {
    pub(super) content: Content,
    /// What the stored bytes begin with for as long as this entry is there.
    pub(super) beginning: Bytes,
    /// The versions of its tags, which are those that the tags have.
    pub(super) tags: Vec<Version>,
    pub(super) freshness: Freshness,
}

/// A place without an entry.
pub(super) struct Gap {
    pub(super) place: Place,
    /// The versions that the tags have.
    pub(super) tags: Vec<Option<Version>>,
}

/// What is there instead of an entry, told by what it begins with.
pub(super) enum Place {
    Empty,
    /// Somebody loads, and has told so for at most so long, if that was asked.
    Leased(Bytes, Option<Duration>),
    /// Something that is of no use to anybody who asks like us.
    Taken(Bytes),
}

impl Engine {
    /// Reads the entry of `request`. `accepts_absent`: whether a remembered "nothing there" is an answer.
    pub(super) async fn look_up(&self, request: &Request, accepts_absent: bool, budget: &mut Budget) -> LookUp {
        let life = request.policy.windows().need_the_age();
        or_unknown(request, self.read(request, accepts_absent, life, budget).await)
    }

    /// The same, and how long a lease will stand.
    pub(super) async fn look_closely(&self, request: &Request, accepts_absent: bool, budget: &mut Budget) -> LookUp {
        or_unknown(request, self.read(request, accepts_absent, true, budget).await)
    }

    /// Whether an invalidation of the entry, or of one of its tags, has not gone through yet.
    pub(super) fn is_not_believed(&self, request: &Request) -> bool {
        self.keys(request).any(|key| self.recall.holds(key))
    }

    async fn read(
        &self,
        request: &Request,
        accepts_absent: bool,
        life: bool,
        budget: &mut Budget,
    ) -> Result<LookUp, Error> {
        let keep = request.near.is_some();
        let mut query = Query { key: &request.key, life: life || keep, keep, tags: self.tags(request) };
        loop {
            let keeping = self.keeping(request);
            if budget.left().is_zero() {
                return Err(Error::new(ErrorKind::Timeout, "no time is left to ask the store"));
            }
            let returns = self.recent.returns();
            if self.recent.may_owe(returns) {
                Box::pin(self.make_good(request, returns, budget)).await;
            }
            // Only now: what is recalled from here on is not kept.
            if self.is_not_believed(request) {
                return Err(Error::new(
                    ErrorKind::Unavailable,
                    "an invalidation of this entry has not gone through yet",
                ));
            }
            let mut found = budget.spend(|within| self.store.get(query, within)).await?;
            if self.recent.returns() != returns {
                // It may be the answer of another store, which has not heard of the latest removals.
                continue;
            }
            if found.bytes.as_ref().is_some_and(|bytes| Placeholder::is_loading(bytes)) {
                return Ok(LookUp::Nothing(leased(found, query.life)));
            }
            let Some(opened) = self.opened(request, &mut found).await else { return Ok(LookUp::Nothing(gap(found))) };
            // Kept beyond its ttl by somebody with another policy, so that its age matters after all.
            if opened.meta.retention.is_zero() || query.life {
                if let Some(keeping) = keeping {
                    self.keep(request, keeping, &found, &opened);
                }
                let life = found.life.filter(|_| query.life);
                return Ok(judged(request, opened, life, accepts_absent, found));
            }
            query.life = true;
        }
    }

    /// Removes once more what this process had removed before the store came back, where that would be read.
    async fn make_good(&self, request: &Request, returns: u64, budget: &mut Budget) {
        let keys = self.keys(request);
        let made_good = async |within| {
            self.recent.make_good(keys, returns, within).await;
            Ok(())
        };
        // What does not go through is in the recall, which is asked next.
        let _ = budget.spend(made_good).await;
    }

    /// All that is read for a request.
    fn keys<'a>(&'a self, request: &'a Request) -> impl Iterator<Item = &'a Key> {
        iter::once(&request.key).chain(self.tags(request).iter())
    }

    /// What the bytes are. Of large ones only the beginning is left in `found`: to give back the memory of the others takes
    /// as long as many reads.
    async fn opened(&self, request: &Request, found: &mut Found) -> Option<Opened> {
        let bytes = found.bytes.as_ref()?;
        let Reader { value_type, encoding, .. } = request.reader;
        let opened = if effort(bytes) > LARGE {
            let beginning = beginning(found).map(|beginning| Bytes::copy_from_slice(&beginning));
            let (key, bytes) = (request.key.clone(), mem::replace(&mut found.bytes, beginning)?);
            Box::pin(self.aside.run(move || open(value_type, key.as_str(), &bytes, encoding))).await
        } else {
            open(value_type, request.key.as_str(), bytes, encoding)
        };
        match opened {
            Ok(opened) => tags::are_those_of(&opened, &found.tags).then_some(opened),
            Err(mismatch) => {
                self.tell(request, Event::Mismatch { what: mismatch.label() });
                tracing::debug!(target: "cache_runtime", function = request.spec.name(), key = %request.key, what = mismatch.label(), "stored value not usable");
                None
            }
        }
    }
}

fn or_unknown(request: &Request, read: Result<LookUp, Error>) -> LookUp {
    read.unwrap_or_else(|error| {
        tracing::debug!(target: "cache_runtime", function = request.spec.name(), key = %request.key, error = %error.in_full(), "read failed");
        LookUp::Unknown(error)
    })
}

/// What is there that is no entry.
fn gap(found: Found) -> Gap {
    let place = beginning(&found).map_or(Place::Empty, Place::Taken);
    Gap { place, tags: found.tags.into_vec() }
}

/// A lease. One without an end, or that lives longer than leases do, is nobody's.
fn leased(found: Found, life_was_asked: bool) -> Gap {
    let is_held = !life_was_asked || found.life.is_some_and(|life| life <= LEASE);
    match beginning(&found) {
        Some(seen) if is_held => {
            Gap { place: Place::Leased(seen, found.life.filter(|_| life_was_asked)), tags: found.tags.into_vec() }
        }
        _ => gap(found),
    }
}

fn beginning(found: &Found) -> Option<Bytes> {
    found.bytes.as_ref().map(|bytes| bytes.slice(..bytes.len().min(BEGINNING)))
}

fn judged(request: &Request, opened: Opened, life: Option<Duration>, accepts_absent: bool, found: Found) -> LookUp {
    let freshness = freshness(request.policy.windows(), &opened.meta, life, matches!(opened.content, Content::Absent));
    match (freshness, opened.content) {
        (Freshness::Expired, _) => LookUp::Nothing(gap(found)),
        (_, Content::Absent) if !accepts_absent => LookUp::Nothing(gap(found)),
        (Freshness::Fresh, content) => LookUp::Fresh(content),
        (freshness, content) => {
            let beginning = beginning(&found).unwrap_or_default();
            LookUp::Aged(Aged { content, beginning, tags: opened.tags.into_vec(), freshness })
        }
    }
}

pub(super) fn freshness(windows: &Windows, meta: &Meta, life: Option<Duration>, is_absent: bool) -> Freshness {
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
