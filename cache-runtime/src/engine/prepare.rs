//! Everything before the origin: read, join somebody else's load, or lead one.

use std::mem;

use super::backoff::Rest;
use super::budget::Budget;
use super::lease::Lease;
use super::look_up::{Aged, LookUp};
use super::request::Request;
use super::state::Engine;
use crate::clock;
use crate::flight::{Follower, Landing, Leader, Seat, Ticket};
use crate::mode::Mode;
use crate::observe::Event;
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
    /// Time left for storing; `None` where the store is out of reach and not to be tried.
    pub(super) budget: Option<Budget>,
    /// The entry whose place the load is to take.
    pub(super) aged: Option<Aged>,
    /// The versions that the tags had before the load.
    pub(super) tags: Vec<Version>,
    /// The right to load in the background.
    pub(super) lease: Option<Lease>,
}

/// How a wait for somebody else's load ended.
enum Followed {
    Answer(Content),
    /// It failed; with what can be handed on of that.
    Failed(Option<AnyValue>),
    /// It came to nothing.
    Again,
}

impl Engine {
    /// `outlives`: whether the load can go on after the call. Safe to drop at any point.
    ///
    /// What happens on misses only is boxed, so that a hit is a small future.
    pub(super) async fn prepare(&self, request: &Request, accepts_absent: bool, outlives: bool) -> Prepared {
        let mut budget = Budget::new(self.settings.operation_timeout);
        match request.mode {
            Mode::Normal => {}
            Mode::Refresh => return Box::pin(self.overtake(request, budget)).await,
            Mode::Bypass => {
                self.tell(Event::Bypassed);
                return Prepared::Alone;
            }
        }
        let (mut failures, mut missed) = (0, false);
        loop {
            let ticket = self.flights.ticket(&request.key, failures);
            let (aged, store_answers) = match self.look_up(request, accepts_absent, &mut budget).await {
                LookUp::Fresh(content) => return self.hit(content),
                LookUp::Aged(aged) if is_answer(aged.freshness, outlives) => {
                    return self.hit_of_age(request, aged, ticket, outlives);
                }
                LookUp::Aged(aged) => (Some(aged), true),
                LookUp::Nothing => (None, true),
                LookUp::Unknown(_) => (None, false),
            };
            if store_answers && !mem::replace(&mut missed, true) {
                self.tell(Event::Miss);
            }
            if let Some(answer) = self.at_rest(request, aged.as_ref()) {
                return answer;
            }
            match self.flights.join(request.place(), ticket) {
                Seat::Leader(leader) => {
                    let budget = store_answers.then_some(budget);
                    return Box::pin(self.lead(request, leader, budget, aged)).await;
                }
                Seat::Reentrant => return Prepared::Alone,
                Seat::Outdated => {}
                Seat::Follower(follower) => {
                    match Box::pin(self.follow(request, follower, aged, outlives, &mut budget)).await {
                        Followed::Answer(content) => return Prepared::Found(content, None),
                        Followed::Failed(Some(failure)) => return Prepared::Failed(failure),
                        Followed::Failed(None) => failures += 1,
                        Followed::Again => {}
                    }
                }
            }
        }
    }

    /// Loads without reading; what is in the air does not store any more.
    async fn overtake(&self, request: &Request, budget: Budget) -> Prepared {
        let patience = self.settings.operation_timeout;
        let leader = self.flights.overtake(request.place(), patience).await;
        self.lead(request, leader, Some(budget), None).await
    }

    /// The versions of the tags are read before the load, so that a tag that is invalidated while it runs wins.
    async fn lead(
        &self,
        request: &Request,
        leader: Leader,
        mut budget: Option<Budget>,
        aged: Option<Aged>,
    ) -> Prepared {
        let tags = match &mut budget {
            Some(budget) => self.use_tags(request, budget).await.ok(),
            None => None,
        };
        let budget = budget.filter(|_| tags.is_some());
        Prepared::Lead(Box::new(Lead { leader, budget, aged, tags: tags.unwrap_or_default(), lease: None }))
    }

    fn hit(&self, content: Content) -> Prepared {
        self.tell(if matches!(content, Content::Absent) { Event::AbsentHit } else { Event::Hit });
        Prepared::Found(content, None)
    }

    /// A hit that nobody waits for, and the lead of a reload for the first who comes when that is due.
    fn hit_of_age(&self, request: &Request, aged: Aged, ticket: Ticket, outlives: bool) -> Prepared {
        let content = aged.content.clone();
        self.tell(if aged.freshness == Freshness::Stale { Event::StaleHit } else { Event::Hit });
        if !outlives || self.backoff.rest(&request.key).is_some() {
            return Prepared::Found(content, None);
        }
        let lead = match self.flights.join(request.place(), ticket) {
            Seat::Leader(leader) => Some(Box::new(Lead {
                leader,
                budget: Some(Budget::new(self.settings.operation_timeout)),
                aged: Some(aged),
                tags: Vec::new(),
                lease: None,
            })),
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
            self.tell(if failures > 0 { Event::StaleIfError } else { Event::StaleIfSlow });
            return Some(Prepared::Found(aged.content.clone(), None));
        }
        let failure = failure?;
        self.tell(Event::HeldOff);
        Some(Prepared::Failed(failure))
    }

    async fn follow(
        &self,
        request: &Request,
        follower: Follower<'_>,
        aged: Option<Aged>,
        outlives: bool,
        budget: &mut Budget,
    ) -> Followed {
        let patience = request.policy.windows().soft_timeout().filter(|_| outlives);
        let landing = match (&aged, patience) {
            (Some(_), Some(patience)) => clock::at_most(patience, follower.landed()).await,
            _ => Some(follower.landed().await),
        };
        let answer = match (landing, aged) {
            (Some(Landing::Value(value)), _) => Followed::Answer(Content::Value(value)),
            (Some(Landing::Absent), _) => Followed::Answer(Content::Absent),
            (Some(Landing::Abandoned), _) => return Followed::Again,
            (Some(Landing::Failed(_)), Some(aged)) => {
                return self.instead(request, aged, Event::StaleIfError, budget).await;
            }
            (None, Some(aged)) => return self.instead(request, aged, Event::StaleIfSlow, budget).await,
            (Some(Landing::Failed(Some(failure))), None) => Followed::Failed(Some(failure)),
            (Some(Landing::Failed(None)) | None, None) => return Followed::Failed(None),
        };
        self.tell(Event::Coalesced);
        answer
    }

    async fn instead(&self, request: &Request, aged: Aged, why: Event, budget: &mut Budget) -> Followed {
        match self.still_there(request, &aged, budget).await {
            Some(content) => {
                self.tell(why);
                Followed::Answer(content)
            }
            None => Followed::Again,
        }
    }

    /// The old value, or what has taken its place. `None` where it was invalidated since it was read: an invalidation is
    /// not an expiry.
    pub(super) async fn still_there(&self, request: &Request, aged: &Aged, budget: &mut Budget) -> Option<Content> {
        match self.look_up(request, true, budget).await {
            LookUp::Fresh(content) => Some(content),
            LookUp::Aged(now) => Some(now.content),
            LookUp::Nothing => None,
            LookUp::Unknown(_) if self.recall.holds(&request.key) => None,
            LookUp::Unknown(_) => Some(aged.content.clone()),
        }
    }
}

/// Whether a caller gets the entry without waiting for a load.
fn is_answer(freshness: Freshness, outlives: bool) -> bool {
    match freshness {
        Freshness::Fresh | Freshness::RefreshAhead => true,
        Freshness::Stale => outlives,
        Freshness::Retained | Freshness::Expired => false,
    }
}
