//! The near tier: asked before the store, and filled with what the store answers.

use std::time::Duration;

use bytes::Bytes;

use super::look_up::{Aged, freshness};
use super::request::Request;
use super::returned::Returns;
use super::state::Engine;
use crate::clock::{self, Instant};
use crate::key::Key;
use crate::near::{Entry, Facts, Reader, Watch};
use crate::observe::Event;
use crate::policy::{Freshness, Policy, Windows};
use crate::store::{Found, Listener};
use crate::value::{Content, Opened, Value};

/// A question whose answer is to be kept, before it is asked.
pub(super) struct Keeping {
    watch: Watch,
    asked: Instant,
    within: Duration,
}

impl Engine {
    /// How long a call under `policy` keeps what it reads; `None`: it does not.
    pub(crate) fn near_within(&self, policy: &Policy) -> Option<Duration> {
        self.near.as_ref().and(policy.near_within(self.settings.near))
    }

    /// The answer of a call, where it is kept and fresh: most of what a service asks for most often.
    ///
    /// `text` is what it is kept at: the key without the namespace.
    pub(crate) fn near_answer<R, V, S>(&self, text: &str, policy: &Policy, reader: Reader) -> Option<R>
    where
        R: Returns<V, S>,
        V: Value,
    {
        let now = clock::now();
        self.near.as_ref()?.get(text, reader, now, |entry| {
            let Content::Value(value) = &entry.content else { return None };
            let is_fresh = judge(policy.windows(), entry, now) == Freshness::Fresh;
            let value = value.downcast_ref::<V>().filter(|_| is_fresh)?;
            self.tell(Event::NearHit);
            Some(R::value(value.clone()))
        })
    }

    /// The entry of `request` with its freshness, where it is kept.
    pub(super) fn look_near(&self, request: &Request, accepts_absent: bool) -> Option<Aged> {
        let (near, now) = (self.near.as_ref().filter(|_| request.near.is_some())?, clock::now());
        near.get(near.text(&request.key)?, request.reader(), now, |entry| {
            if matches!(entry.content, Content::Absent) && !accepts_absent {
                return None;
            }
            let Facts { beginning, tags, .. } = &*entry.facts;
            let freshness = judge(request.policy.windows(), entry, now);
            let (content, beginning) = (entry.content.clone(), Bytes::copy_from_slice(beginning));
            Some(Aged { content, beginning, tags: tags.clone(), freshness })
        })
    }

    /// To be called before the store is asked.
    pub(super) fn keeping(&self, request: &Request) -> Option<Keeping> {
        let (near, within) = (self.near.as_ref()?, request.near?);
        Some(Keeping { watch: near.watch(&request.key, &request.tags), asked: clock::now(), within })
    }

    /// Keeps an answer of the store. One of which changes are not told, or that has no end, is not kept.
    pub(super) fn keep(&self, request: &Request, keeping: Keeping, found: &Found, opened: &Opened) {
        let Keeping { watch, asked, within } = keeping;
        let (Some(near), Some(pledge), Some(life)) = (&self.near, &found.pledge, found.life) else { return };
        // From when the store was asked: it looks older than it is, by no more than the way there.
        let end = asked.checked_add(life.min(opened.meta.life()));
        let beginning = found.bytes.as_ref().and_then(|bytes| bytes.first_chunk());
        let (Some(end), Some(&beginning)) = (end, beginning) else { return };
        let deadline = asked.checked_add(within).map_or(end, |deadline| deadline.min(end));
        let (meta, tags, memory) = (opened.meta, opened.tags.clone(), opened.memory);
        let entry = Entry {
            content: opened.content.clone(),
            reader: request.reader(),
            is_retained: !meta.retention.is_zero(),
            deadline,
            pledge: pledge.clone(),
            facts: Box::new(Facts { meta, end, beginning, tags, memory }),
        };
        near.keep(&request.key, watch, entry);
    }

    /// Forgets here what is about to change in the store, or has: nobody in this process is to wait until the store tells.
    pub(super) fn forget_near(&self, key: &Key) {
        if let Some(near) = &self.near {
            near.changed(key.as_str().as_bytes());
        }
    }
}

fn judge(windows: &Windows, entry: &Entry, now: Instant) -> Freshness {
    if !entry.is_retained && !windows.need_the_age() {
        // Here it ends before it does in the store.
        return Freshness::Fresh;
    }
    let is_absent = matches!(entry.content, Content::Absent);
    freshness(windows, &entry.facts.meta, Some(entry.facts.life(now)), is_absent)
}
