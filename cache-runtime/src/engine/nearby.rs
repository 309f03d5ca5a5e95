//! The near tier: asked before the store, and filled with what the store answers.

use std::time::Duration;

use bytes::Bytes;

use super::look_up::{Aged, freshness};
use super::request::Request;
use super::state::Engine;
use crate::clock::{self, Instant};
use crate::key::Key;
use crate::near::{Entry, Watch};
use crate::policy::{Freshness, Policy};
use crate::store::{Found, Listener};
use crate::value::{BEGINNING, Content, Opened};

/// What is kept in this process.
pub(super) enum Nearby {
    /// The answer.
    Fresh(Content),
    /// An entry that is getting old, or is old.
    Aged(Aged),
}

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

    /// The entry of `request`, where it is kept.
    pub(super) fn look_near(&self, request: &Request, accepts_absent: bool) -> Option<Nearby> {
        request.near?;
        let now = clock::now();
        self.near.as_ref()?.get(&request.key, now, |entry| judged(request, entry, accepts_absent, now))
    }

    /// To be called before the store is asked.
    pub(super) fn keeping(&self, request: &Request) -> Option<Keeping> {
        let (near, within) = (self.near.as_ref()?, request.near?);
        Some(Keeping { watch: near.watch(&request.key, &request.tags), asked: clock::now(), within })
    }

    /// Keeps an answer of the store. One that is told of nowhere, or has no end, is not kept.
    pub(super) fn keep(&self, request: &Request, keeping: Keeping, found: &Found, opened: &Opened) {
        let Keeping { watch, asked, within } = keeping;
        let (Some(near), Some(pledge), Some(life)) = (&self.near, &found.pledge, found.life) else { return };
        // What was left when the store was asked: it looks older than it is by no more than the way there.
        let ends = asked.checked_add(life.min(opened.meta.life()));
        let (Some(end), Some(beginning)) = (ends, found.bytes.as_deref().and_then(beginning)) else { return };
        let entry = Entry {
            content: opened.content.clone(),
            value_type: request.value_type,
            encoding: request.encoding,
            meta: opened.meta,
            beginning,
            tags: opened.tags.clone(),
            end,
            deadline: asked.checked_add(within).map_or(end, |deadline| deadline.min(end)),
            pledge: pledge.clone(),
            memory: opened.memory,
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

fn beginning(bytes: &[u8]) -> Option<[u8; BEGINNING]> {
    bytes.first_chunk().copied()
}

fn judged(request: &Request, entry: &Entry, accepts_absent: bool, now: Instant) -> Option<Nearby> {
    let is_absent = matches!(entry.content, Content::Absent);
    if !entry.is_for(request.value_type, request.encoding) || (is_absent && !accepts_absent) {
        return None;
    }
    let content = || entry.content.clone();
    match freshness(request, &entry.meta, Some(entry.life(now)), is_absent) {
        Freshness::Expired => None,
        Freshness::Fresh => Some(Nearby::Fresh(content())),
        freshness => Some(Nearby::Aged(Aged {
            content: content(),
            beginning: Bytes::copy_from_slice(&entry.beginning),
            tags: entry.tags.clone(),
            freshness,
        })),
    }
}
