//! The leader of a miss gets the right to load, or what another process has loaded meanwhile.

use std::time::Duration;

use bytes::Bytes;

use super::budget::Budget;
use super::caller::Caller;
use super::election::{Election, election};
use super::lease::{Claim, Ground, LEASE, Lease};
use super::look_up::{Aged, Gap, LookUp, Place};
use super::prepare::{Lead, Prepared, Spot, is_answer};
use super::state::Engine;
use crate::clock::{self, Instant};
use crate::error::Error;
use crate::flight::{self, Landing, Leader, Moment};
use crate::key::Key;
use crate::observe::Event;
use crate::value::Content;

/// How long a caller waits for other processes at most; then it loads for itself, and stores nothing.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// So many loads of others may come to nothing under a waiting caller. Then it loads without a lease: an origin that fails is
/// not asked by one process after the other.
const MOST_DISAPPOINTMENTS: u32 = 3;
/// So often in a row the place can be taken between the look and the claim. Then there is something that a look does not
/// show, such as a list, and it is removed.
const MOST_LOST: u32 = 3;
/// Waiters do not all come back in the same moment.
const JITTER: Duration = Duration::from_millis(50);

/// One leader's way to its load.
pub(super) struct Quest<'a> {
    engine: &'a Engine,
    caller: Caller<'a>,
    budget: Budget,
    /// Whether the failure of a load that was waited for could not be handed on: then the next one is not waited for.
    is_disappointed: bool,
    began: Instant,
    /// The lease that was waited for last.
    awaited: Option<Bytes>,
    disappointments: u32,
    lost: u32,
}

/// What is to be done next.
enum Step {
    Load {
        spot: Option<Spot>,
        aged: Option<Aged>,
        lease: Option<Lease>,
    },
    /// Answer with the old value: the origin has failed in another process.
    TakeOld(Content),
    /// Wait until something else than `seen` stands at `at`.
    Wait {
        at: Key,
        seen: Bytes,
        life: Duration,
    },
    LookAgain,
}

impl<'a> Quest<'a> {
    pub(super) fn new(engine: &'a Engine, caller: Caller<'a>, budget: Budget, is_disappointed: bool) -> Self {
        Self {
            engine,
            caller,
            budget,
            is_disappointed,
            began: clock::now(),
            awaited: None,
            disappointments: 0,
            lost: 0,
        }
    }

    /// Goes on from what was found. Safe to drop at any point.
    pub(super) async fn run(mut self, leader: Leader, found: LookUp) -> Prepared {
        let pulse = leader.pulse();
        pulse.watch(self.find(leader, found)).await
    }

    async fn find(&mut self, leader: Leader, mut found: LookUp) -> Prepared {
        let mut asked: Option<Moment> = None;
        loop {
            let step = match found {
                LookUp::Fresh(content) => return self.found(leader, content, asked),
                LookUp::Aged(aged) if is_answer(aged.freshness, self.caller.outlives) => {
                    return self.found(leader, aged.content, asked);
                }
                LookUp::Aged(aged) => self.reload(aged).await,
                LookUp::Nothing(gap) => self.load(gap).await,
                LookUp::Unknown(_) => Step::UNLEASED,
            };
            match step {
                Step::Load { spot, aged, lease } => {
                    return Prepared::Lead(Box::new(Lead { leader, spot, aged, lease }));
                }
                Step::TakeOld(content) => {
                    self.engine.tell(self.caller.request, Event::StaleIfError);
                    return Prepared::Found(content, None);
                }
                Step::Wait { at, seen, life } => {
                    if let Err(error) = self.wait(&at, &seen, life).await {
                        found = LookUp::Unknown(error);
                        continue;
                    }
                }
                Step::LookAgain => {}
            }
            // Before the question is sent: the answer is for those, too, who are here by now.
            asked = Some(leader.moment());
            found = self.engine.look_closely(self.caller.request, self.caller.accepts_absent, &mut self.budget).await;
        }
    }

    /// Ends the flight with what another process has stored.
    fn found(&self, leader: Leader, content: Content, asked: Option<Moment>) -> Prepared {
        self.engine.tell(self.caller.request, Event::Coalesced { took: clock::since(self.began) });
        if let Some(asked) = asked {
            leader.land(Landing::from(&content), asked);
        }
        Prepared::Found(content, None)
    }

    /// The next step where there is no entry.
    async fn load(&mut self, gap: Gap) -> Step {
        let ground = match &gap.place {
            Place::Empty => Ground::Free,
            Place::Taken(seen) => Ground::Over(seen),
            // How long it stands only matters to whoever waits for it.
            Place::Leased(_, None) => return Step::LookAgain,
            Place::Leased(seen, Some(life)) => {
                self.lost = 0;
                return self.wait_or(self.caller.request.key.clone(), seen.clone(), *life, Step::UNLEASED);
            }
        };
        let (engine, key) = (self.engine, &self.caller.request.key);
        let claimed = self.budget.spend(|within| async move { Ok(engine.claim(key, ground, within).await) }).await;
        match claimed.unwrap_or_else(Claim::Failed) {
            Claim::Won(lease) => match engine.versions(self.caller.request, gap.tags, &mut self.budget).await {
                Ok(tags) => {
                    let spot = Spot { seen: lease.placeholder().to_bytes(), tags };
                    Step::Load { spot: Some(spot), aged: None, lease: Some(lease) }
                }
                Err(error) => self.unleased(&error),
            },
            Claim::Failed(error) => self.unleased(&error),
            Claim::Lost => {
                self.lost += 1;
                if self.lost > MOST_LOST {
                    return Step::UNLEASED;
                }
                if self.lost == MOST_LOST {
                    let _ = self.budget.spend(|within| engine.store.remove(key, within)).await;
                }
                Step::LookAgain
            }
        }
    }

    /// The next step where there is an old entry that may be of use if the origin fails.
    async fn reload(&mut self, aged: Aged) -> Step {
        let (engine, key) = (self.engine, &self.caller.request.key);
        let spot = Some(Spot::from(&aged));
        if self.caller.outlives && self.caller.request.policy.windows().soft_timeout().is_some() {
            // It has patience of its own, and is elected when that begins.
            return Step::Load { spot, aged: Some(aged), lease: None };
        }
        match engine.elect(key).await {
            Election::Won(lease) => Step::Load { spot, aged: Some(aged), lease: Some(lease) },
            Election::Failed => Step::Load { spot, aged: Some(aged), lease: None },
            Election::Over => {
                self.lost += 1;
                if self.lost > MOST_LOST {
                    return Step::Load { spot, aged: Some(aged), lease: None };
                }
                if self.lost == MOST_LOST {
                    let at = election(key);
                    let _ = self.budget.spend(|within| engine.store.remove(&at, within)).await;
                }
                Step::LookAgain
            }
            Election::Resting => {
                engine.backoff.left_to_another(key);
                Step::TakeOld(aged.content)
            }
            Election::Lost(seen, life) => {
                self.wait_or(election(key), seen, life, Step::Load { spot, aged: Some(aged), lease: None })
            }
        }
    }

    /// Waits, unless there is no sense in that.
    fn wait_or(&mut self, at: Key, seen: Bytes, life: Duration, instead: Step) -> Step {
        // One that is ours is held by a load that this call is part of: it would wait for itself.
        if self.is_disappointed || flight::is_held_here(&seen) || clock::since(self.began) > LONGEST_WAIT {
            return instead;
        }
        match &self.awaited {
            None => self.engine.tell(self.caller.request, Event::Waited),
            Some(same) if *same == seen => {}
            Some(_) => self.disappointments += 1,
        }
        if self.disappointments >= MOST_DISAPPOINTMENTS {
            return instead;
        }
        self.awaited = Some(seen.clone());
        Step::Wait { at, seen, life }
    }

    /// Where the store grants no lease.
    fn unleased(&self, error: &Error) -> Step {
        self.caller.note(error);
        self.engine.not_stored(self.caller.request, error);
        Step::UNLEASED
    }

    async fn wait(&mut self, at: &Key, seen: &[u8], life: Duration) -> Result<(), Error> {
        let within = life.min(LEASE) + JITTER.mul_f64(fastrand::f64());
        self.caller.wait(self.engine.store.changed(at, seen, within)).await?;
        // The store has just answered.
        self.budget = Budget::new(self.engine.settings.operation_timeout);
        Ok(())
    }
}

impl Step {
    /// Loads, and stores nothing.
    const UNLEASED: Self = Self::Load { spot: None, aged: None, lease: None };
}
