//! Waiting for a load of another caller in this process.

use super::acquire::LONGEST_WAIT;
use super::budget::Budget;
use super::caller::Caller;
use super::look_up::{Aged, LookUp};
use super::request::Request;
use super::state::Engine;
use crate::clock;
use crate::flight::{self, Follower, Landing};
use crate::observe::Event;
use crate::value::{AnyValue, Content};

/// How a wait for somebody else's load ended.
pub(super) enum Followed {
    Answer(Content),
    /// It failed; with what can be handed on of that.
    Failed(Option<AnyValue>),
    /// It came to nothing that this caller may have.
    Again,
    /// It takes so long that it may be waiting for this caller.
    TooLong,
}

impl Engine {
    /// Safe to drop at any point.
    pub(super) async fn follow(
        &self,
        caller: Caller<'_>,
        follower: Follower<'_>,
        aged: Option<Aged>,
        budget: &mut Budget,
    ) -> Followed {
        let request = caller.request;
        // Who cannot load after the call does not heed that its patience ends.
        let patience = request.policy.windows().soft_timeout().filter(|_| caller.outlives);
        let began = clock::now();
        let landed = caller.wait(follower.landed());
        let landing = match (&aged, patience) {
            (Some(_), Some(patience)) => clock::at_most(patience, landed).await,
            // Two loads that call each other wait for each other.
            _ if flight::is_loading_here() => match clock::at_most(LONGEST_WAIT, landed).await {
                Some(landing) => Some(landing),
                None => return Followed::TooLong,
            },
            _ => Some(landed.await),
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
        self.tell(request, Event::Coalesced { took: clock::since(began) });
        answer
    }

    async fn instead(&self, request: &Request, aged: Aged, why: Event, budget: &mut Budget) -> Followed {
        match self.still_there(request, &aged, budget).await {
            Some(content) => {
                self.tell(request, why);
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
            LookUp::Nothing(_) => None,
            LookUp::Unknown(_) if self.is_not_believed(request) => None,
            LookUp::Unknown(_) => Some(aged.content.clone()),
        }
    }
}
