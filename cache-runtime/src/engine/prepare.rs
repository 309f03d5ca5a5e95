//! Everything before the origin: read, join somebody else's load, or lead one.

use std::mem;

use super::budget::Budget;
use super::look_up::LookUp;
use super::request::Request;
use super::state::Engine;
use crate::flight::{Landing, Leader, Seat};
use crate::mode::Mode;
use crate::observe::Event;
use crate::value::{AnyValue, Content};

/// What a caller is to do.
pub(super) enum Prepared<'e> {
    /// Answer with this.
    Found(Content),
    /// Answer with this failure of the load that was followed.
    Failed(AnyValue),
    /// Load, for everybody.
    Lead(Lead<'e>),
    /// Load, for itself only, and store nothing.
    Alone,
}

/// The lead of a load.
pub(super) struct Lead<'e> {
    pub(super) leader: Leader<'e>,
    /// Time left for storing; `None` where the store is out of reach and not to be tried.
    pub(super) budget: Option<Budget>,
}

impl Engine {
    /// Safe to drop at any point.
    pub(super) async fn prepare(&self, request: &Request, accepts_absent: bool) -> Prepared<'_> {
        let kind = request.value_type.type_id();
        let mut budget = Budget::new(self.settings.operation_timeout);
        match request.mode {
            Mode::Normal => {}
            Mode::Refresh => {
                let patience = self.settings.operation_timeout;
                let leader = self.flights.overtake(&request.key, kind, patience).await;
                return Prepared::Lead(Lead { leader, budget: Some(budget) });
            }
            Mode::Bypass => {
                self.tell(Event::Bypassed);
                return Prepared::Alone;
            }
        }
        let (mut failures, mut missed) = (0, false);
        loop {
            let ticket = self.flights.ticket(&request.key, failures);
            let store_answers = match self.look_up(request, accepts_absent, &mut budget).await {
                LookUp::Found(content) => return Prepared::Found(content),
                LookUp::Nothing => {
                    if !mem::replace(&mut missed, true) {
                        self.tell(Event::Miss);
                    }
                    true
                }
                LookUp::Unknown(_) => false,
            };
            match self.flights.join(&request.key, kind, ticket) {
                Seat::Leader(leader) => {
                    return Prepared::Lead(Lead { leader, budget: store_answers.then_some(budget) });
                }
                Seat::Reentrant => return Prepared::Alone,
                Seat::Outdated => {}
                Seat::Follower(follower) => match follower.landed().await {
                    Landing::Value(value) => return self.shared(Prepared::Found(Content::Value(value))),
                    Landing::Absent => return self.shared(Prepared::Found(Content::Absent)),
                    Landing::Failed(Some(failure)) => return self.shared(Prepared::Failed(failure)),
                    Landing::Failed(None) => failures += 1,
                    Landing::Abandoned => {}
                },
            }
        }
    }

    fn shared<'e>(&self, prepared: Prepared<'e>) -> Prepared<'e> {
        self.tell(Event::Coalesced);
        prepared
    }
}
