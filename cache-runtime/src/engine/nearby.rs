//! The near tier: asked before the store, and filled with what the store answers.

use std::time::Duration;

use super::caller::Caller;
use super::look_up::freshness;
use super::prepare::is_answer;
use super::request::Request;
use super::state::Engine;
use crate::clock::{self, Instant, Tick};
use crate::key::Key;
use crate::near::{Entry, Life, Look, Terms, Watch};
use crate::observe::{Event, Subject};
use crate::policy::{Freshness, Policy, Windows};
use crate::spec::Spec;
use crate::store::{Found, Listener};
use crate::value::{Content, Opened, Value};

/// A question whose answer is to be kept, before it is asked.
pub(super) struct Keeping {
    watch: Watch,
    asked: (Tick, Instant),
}

impl Engine {
    /// How long a call under `policy` keeps what it reads; `None`: it does not.
    pub(crate) fn near_within(&self, policy: &Policy) -> Option<Duration> {
        self.near.as_ref().and(policy.near_within(self.settings.near))
    }

    /// The value that a call asks for, where it is kept and fresh: most of what a service asks for most often.
    pub(crate) fn near_value<V: Value>(&self, look: Look<'_>, spec: &'static Spec, policy: &Policy) -> Option<V> {
        self.near.as_ref()?.get(look, |entry| {
            let is_fresh = judge(policy.windows(), entry) == Freshness::Fresh;
            let value = entry.value::<V>().filter(|_| is_fresh)?;
            self.tell(Subject { spec, key: look.text }, Event::NearHit);
            Some(value.clone())
        })
    }

    /// The answer to a call with its freshness, where one is kept.
    pub(super) fn look_near(
        &self,
        &Caller { request, accepts_absent, outlives, .. }: &Caller<'_>,
    ) -> Option<(Content, Freshness)> {
        let (near, within) = (self.near.as_ref()?, request.near?);
        let text = near.text(&request.key)?;
        near.get(Look { text, tags: &request.tag_text, reader: request.reader, within }, |entry| {
            let freshness = judge(request.policy.windows(), entry);
            let is_answer = is_answer(freshness, outlives) && (accepts_absent || !entry.is_absent());
            // A value is cloned only if it is to be handed out.
            if is_answer { Some((entry.content()?, freshness)) } else { None }
        })
    }

    /// To be called before the store is asked.
    pub(super) fn keeping(&self, request: &Request) -> Option<Keeping> {
        let near = self.near.as_ref().filter(|_| request.near.is_some())?;
        let watch = near.watch(&request.key, &request.tags, &request.tag_text);
        Some(Keeping { watch, asked: (Tick::now(), clock::now()) })
    }

    /// Keeps an answer of the store. One of which changes are not told, or that has no end, is not kept.
    pub(super) fn keep(&self, request: &Request, keeping: Keeping, found: &Found, opened: &Opened) {
        let Keeping { watch, asked: (tick, asked) } = keeping;
        let (Some(near), Some(pledge), Some(life)) = (&self.near, &found.pledge, found.life) else { return };
        let life = life.min(opened.meta.life());
        // From when the store was asked: it looks older than it is, by no more than the way there.
        let Some(end) = asked.checked_add(life) else { return };
        let terms = Terms {
            reader: request.reader,
            pledge: pledge.clone(),
            asked: tick,
            end: tick.within(life),
            is_retained: !opened.meta.retention.is_zero(),
            life: Box::new(Life { meta: opened.meta, end }),
        };
        near.keep(&request.key, watch, opened, terms);
    }

    /// Forgets here what is about to change in the store, or has: nobody in this process is to wait until the store tells.
    pub(super) fn forget_near(&self, key: &Key) {
        if let Some(near) = &self.near {
            near.changed(key.as_str().as_bytes());
        }
    }
}

fn judge(windows: &Windows, entry: &Entry) -> Freshness {
    let Terms { is_retained, life, .. } = entry.terms();
    if !is_retained && !windows.need_the_age() {
        // It ends before it does in the store.
        return Freshness::Fresh;
    }
    freshness(windows, &life.meta, Some(clock::until(life.end)), entry.is_absent())
}
