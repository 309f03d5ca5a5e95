//! Everything before the origin: read, join somebody else's load, or lead one.

use std::future::Future;

use bytes::Bytes;

use super::acquire::Quest;
use super::backoff::Rest;
use super::caller::Caller;
use super::follow::Followed;
use super::lease::Lease;
use super::look_up::{Aged, LookUp};
use super::request::Request;
use super::state::Engine;
use crate::clock::{self, Instant};
use crate::flight::{Flying, Leader, Seat, Ticket};
use crate::mode::Mode;
use crate::observe::{Event, Lap};
use crate::policy::Freshness;
use crate::value::{AnyValue, Content, Version};

/// What a caller is to do.
pub(super) enum Prepared {
    /// Answer with this; where there is a lead, the time has come to load in the background.
    Found(Content, Option<Box<Lead>>),
    /// Answer with this failure of another caller's load.
    Failed(AnyValue),
    /// Load, for everybody.
    Lead(Box<Lead>),
    /// Load, for itself only, and store nothing.
    Alone,
}

/// The lead of a load.
pub(super) struct Lead {
    pub(super) leader: Leader,
    /// Where what is loaded is to be stored. `None`: nowhere, as the store is out of reach, or grants no lease; then another
    /// process may invalidate the key, and nobody would tell us.
    pub(super) spot: Option<Spot>,
    /// The old entry, where it may still be the answer.
    pub(super) aged: Option<Aged>,
    /// The right to load, over all processes.
    pub(super) lease: Option<Lease>,
}

/// Where a value is to be stored: in the place of what begins with `seen`, and of nothing else.
pub(super) struct Spot {
    pub(super) seen: Bytes,
    /// The versions that the tags had before the load.
    pub(super) tags: Vec<Version>,
}

impl Lead {
    /// Begins the load.
    pub(super) fn fly<F: Future>(&mut self, load: impl FnOnce() -> F) -> Flying<F> {
        let (leader, held) = self.with_what_it_holds();
        leader.fly(load, held)
    }

    /// The leader, and what stands in the store while it loads.
    pub(super) fn with_what_it_holds(&mut self) -> (&mut Leader, Option<Bytes>) {
        let held = self.lease.as_ref().map(|lease| lease.placeholder().to_bytes());
        (&mut self.leader, held)
    }

    /// Runs the load, and keeps the lease meanwhile.
    pub(super) async fn keep_up<F: Future>(&self, load: F) -> F::Output {
        match &self.lease {
            Some(lease) => lease.during(load, &self.leader).await,
            None => load.await,
        }
    }
}

impl From<&Aged> for Spot {
    fn from(aged: &Aged) -> Self {
        Self { seen: aged.beginning.clone(), tags: aged.tags.clone() }
    }
}

impl Engine {
    /// Safe to drop at any point.
    ///
    /// What happens on misses only is boxed, so that a hit is a small future.
    pub(super) async fn prepare(&self, caller: Caller<'_>) -> Prepared {
        let request = caller.request;
        match request.mode {
            Mode::Normal => {}
            Mode::Refresh => return Box::pin(self.overtake(caller)).await,
            Mode::Bypass => {
                self.tell(request, Event::Bypassed);
                return Prepared::Alone;
            }
        }
        let ticket = self.flights.ticket(&request.key);
        match self.look_near(&caller) {
            Some(found) => self.hit(&caller, found, Event::NearHit, ticket),
            None => self.look_and_join(caller, ticket).await,
        }
    }

    /// Reads the store, and joins the load of the key where that is no answer, until there is one.
    async fn look_and_join(&self, caller: Caller<'_>, mut ticket: Ticket) -> Prepared {
        let Caller { request, accepts_absent, outlives, .. } = caller;
        let lap = Lap::begin();
        let mut budget = caller.budget(self.settings.operation_timeout);
        // Since when it is known, and told, that the call gets no answer at once.
        let (mut failures, mut told) = (0, None);
        loop {
            let found = match self.look_up(request, accepts_absent, &mut budget).await {
                LookUp::Fresh(content) => {
                    return self.hit_in_store(&caller, (content, Freshness::Fresh), (lap, told), ticket);
                }
                LookUp::Aged(Aged { content, freshness, .. }) if is_answer(freshness, outlives) => {
                    return self.hit_in_store(&caller, (content, freshness), (lap, told), ticket);
                }
                LookUp::Unknown(error) => {
                    caller.note(&error);
                    LookUp::Unknown(error)
                }
                found => found,
            };
            // Only for this round: whose next question is answered is not blind any more.
            let seen = if matches!(found, LookUp::Unknown(_)) { ticket.blind() } else { ticket };
            let aged = if let LookUp::Aged(aged) = &found { Some(aged) } else { None };
            let at_rest = self.at_rest(request, aged);
            if told.is_none() {
                self.tell(request, no_answer(&found, at_rest.as_ref()));
                told = Some(clock::now());
            }
            if let Some(answer) = at_rest {
                return answer;
            }
            match self.flights.join(request.place(), seen) {
                Seat::Leader(leader) => {
                    let quest = Quest::new(self, caller, budget, failures > 0);
                    return Box::pin(quest.run(leader, found)).await;
                }
                Seat::Reentrant => return Prepared::Alone,
                Seat::Outdated => {}
                Seat::Follower(follower) => {
                    let aged = aged.cloned();
                    match Box::pin(self.follow(caller, follower, aged, &mut budget)).await {
                        Followed::Answer(content) => return Prepared::Found(content, None),
                        Followed::Failed(Some(failure)) => return Prepared::Failed(failure),
                        Followed::Failed(None) => failures += 1,
                        Followed::Again => {}
                        Followed::TooLong => return Prepared::Alone,
                    }
                }
            }
            ticket = self.flights.ticket_again(&request.key, ticket, failures);
        }
    }

    /// A hit that took as long as `lap`; or, where it was `told` some time ago that there is none, what has come since.
    fn hit_in_store(
        &self,
        caller: &Caller<'_>,
        found: (Content, Freshness),
        (lap, told): (Lap, Option<Instant>),
        ticket: Ticket,
    ) -> Prepared {
        if let Some(told) = told {
            return self.hit(caller, found, Event::Coalesced { took: clock::since(told) }, ticket);
        }
        let prepared = self.hit(caller, found, Event::Hit, ticket);
        // It is told by now, so that the function is known.
        self.observer.hit_took(caller.request.spec, lap);
        prepared
    }

    /// A hit that nobody waits for, told as `fresh` if it is that, and the lead of a reload for the first who comes when that
    /// is due. It will look for itself what there is to replace.
    fn hit(
        &self,
        &Caller { request, outlives, .. }: &Caller<'_>,
        (content, freshness): (Content, Freshness),
        fresh: Event,
        ticket: Ticket,
    ) -> Prepared {
        let event = match (fresh, &content, freshness) {
            (Event::Coalesced { .. }, ..) => fresh,
            (_, Content::Absent, _) => Event::AbsentHit,
            (_, _, Freshness::Stale) => Event::StaleHit,
            _ => fresh,
        };
        self.tell(request, event);
        if freshness == Freshness::Fresh || !outlives || self.backoff.rest(&request.key).is_some() {
            return Prepared::Found(content, None);
        }
        let lead = match self.flights.join(request.place(), ticket) {
            Seat::Leader(leader) => Some(Box::new(Lead { leader, spot: None, aged: None, lease: None })),
            _ => None,
        };
        Prepared::Found(content, lead)
    }

    /// The answer of a caller whose origin is left alone because it has just failed, if there is one.
    fn at_rest(&self, request: &Request, aged: Option<&Aged>) -> Option<Prepared> {
        if !request.policy.windows().need_the_age() {
            return None;
        }
        let Rest { failure, failures, .. } = self.backoff.rest(&request.key)?;
        if let Some(aged) = aged {
            self.tell(request, if failures > 0 { Event::StaleIfError } else { Event::StaleIfSlow });
            return Some(Prepared::Found(aged.content.clone(), None));
        }
        Some(Prepared::Failed(failure?))
    }
}

/// What the store has for a call that gets no answer from it.
fn no_answer(found: &LookUp, at_rest: Option<&Prepared>) -> Event {
    match (found, at_rest) {
        (LookUp::Unknown(error), _) => Event::FailedOpen { kind: error.kind() },
        (_, Some(Prepared::Failed(_))) => Event::HeldOff,
        _ => Event::Miss,
    }
}

/// Whether a caller gets the entry without waiting for a load.
pub(super) fn is_answer(freshness: Freshness, outlives: bool) -> bool {
    match freshness {
        Freshness::Fresh | Freshness::RefreshAhead => true,
        Freshness::Stale => outlives,
        Freshness::Retained | Freshness::Expired => false,
    }
}
