//! One round, from its seed to its verdict.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use tokio::task::yield_now;
use tokio::time::sleep;

use super::callers::{BOTH, Call, PLAIN};
use super::cast::{Cast, Part};
use super::flaws::Flaw;
use super::oracle::Counts;
use super::plan::Plan;
use super::scheduler::{Kind, Stage};
use super::steps::{Step, Steps};
use super::world::World;
use crate::store::Store;

/// No round is that long unless something in it goes on for ever.
const MOST_STEPS: usize = 2_000;
/// By then, whatever lease is still waited for is over.
const LIFE_OF_A_LEASE: usize = 300;
/// Nobody waits that long for anything but another caller, who never comes.
const PATIENCE: Duration = Duration::from_secs(20);

/// Whose time passes in a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Time {
    /// That of the machine, which is to play no part: rounds are short.
    Real,
    /// The test's own, which stands still until the round lets some of it pass.
    Paused,
}

/// What a round that went well was about.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Report {
    pub(super) steps: usize,
    /// Rounds in which some process keeps what it reads.
    pub(super) near: u64,
    /// Reads that had to return something new enough.
    pub(super) judged: u64,
    /// Looks at what a process keeps that found something.
    pub(super) kept: u64,
}

impl Report {
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            steps: self.steps + other.steps,
            near: self.near + other.near,
            judged: self.judged + other.judged,
            kept: self.kept + other.kept,
        }
    }
}

/// What went wrong, and how it came to that.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) seed: u64,
    pub(super) what: String,
    plan: Plan,
    trace: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, what, plan, trace } = self;
        write!(f, "{what}; the same again: INTERLEAVINGS_SEED={seed}\n{plan:?}\n{trace}")
    }
}

/// Plays the round of `seed` on `store`.
pub(super) async fn play(seed: u64, store: Arc<dyn Store>, time: Time, flaw: Option<Flaw>) -> Result<Report, Failure> {
    // What the engine draws belongs to the round as well.
    fastrand::seed(seed);
    let mut rng = Rng::with_seed(seed);
    let plan = Plan::drawn(&mut rng);
    let world = Arc::new(World::new(plan.clone(), format!("round-{seed}"), store, flaw));
    let cast = Cast::new(&world);
    let mut round = Round { rng, time, left: plan.clone(), world, cast, waited: Duration::ZERO, steps: 0 };
    let verdict = round.run().await;
    round.cast.end();
    settle().await;
    let trace = || round.world.scheduler.trace.to_string();
    let near = u64::from(plan.near > 0);
    verdict.map(|Counts { judged, kept }| Report { steps: round.steps, near, judged, kept }).map_err(|what| Failure {
        seed,
        what,
        plan,
        trace: trace(),
    })
}

pub(super) struct Round {
    pub(super) rng: Rng,
    pub(super) time: Time,
    /// What is left of the plan.
    pub(super) left: Plan,
    pub(super) world: Arc<World>,
    pub(super) cast: Cast,
    /// How long nobody could do anything but wait.
    waited: Duration,
    steps: usize,
}

impl Round {
    /// Returns what was judged, or what is wrong.
    async fn run(&mut self) -> Result<Counts, String> {
        if self.left.is_warm {
            let process = self.cast.any_process(&mut self.rng);
            let policy = if self.left.has_windows { BOTH } else { PLAIN };
            self.cast.start(Part::Reader, process, |caller| caller.read(Call::Owned(policy), 0));
            while self.go_on(false).await? {}
        }
        while self.go_on(true).await? {}
        while self.late_ones_come_or_do_not().await {}
        self.deliver_the_rest().await;
        self.world.oracle.reunite();
        self.world.scheduler.trace.note("everything is at rest".to_owned());
        self.cast.join();
        for process in self.cast.living() {
            for entry in 0..self.world.keys.len() {
                self.cast.start(Part::Reader, process.clone(), |caller| caller.read(Call::Borrowed, entry));
                while self.go_on(false).await? {}
            }
        }
        self.world.oracle.verdict()
    }

    /// One step. `false`: everybody is done.
    async fn go_on(&mut self, is_rough: bool) -> Result<bool, String> {
        settle().await;
        self.world.look_near(&self.cast.living());
        self.world.oracle.verdict()?;
        self.cast.reap().await?;
        let turns = self.world.scheduler.turns();
        let is_idle = turns.iter().all(|turn| turn.stage == Stage::Late);
        let starts = if is_rough { self.left.readers + self.left.writes } else { 0 };
        if is_idle && starts == 0 {
            return if self.cast.has_callers() { self.wait().await.map(|()| true) } else { Ok(false) };
        }
        let mut steps = Steps::of(&turns, is_rough.then_some(&self.left));
        for wire in self.world.server.wires() {
            steps.add_wire(&wire, is_rough.then_some(&self.left));
        }
        if is_rough {
            self.add_what_else_may_happen(&mut steps);
        }
        let is_waited_for = turns.iter().any(|turn| turn.kind == Kind::Wake);
        steps.add(if is_waited_for && self.steps > LIFE_OF_A_LEASE { 8 } else { 0 }, Step::EndLease);
        self.steps += 1;
        if self.steps > MOST_STEPS {
            return Err(format!("it does not come to an end in {MOST_STEPS} steps"));
        }
        if let Some(step) = steps.draw(&mut self.rng) {
            self.take(step).await;
        }
        Ok(true)
    }

    fn add_what_else_may_happen(&self, steps: &mut Steps) {
        let (left, cast) = (&self.left, &self.cast);
        let may_write = !(left.in_turn && cast.has_writer());
        steps.add(2 * left.readers.min(2), Step::StartReader);
        steps.add(if may_write { 2 * left.writes.min(2) } else { 0 }, Step::StartWrite);
        steps.add(if cast.has_callers() { left.cancels } else { 0 }, Step::Cancel);
        steps.add(if cast.living().len() > 1 { left.deaths } else { 0 }, Step::Kill);
        steps.add(left.expiries, Step::Expire);
        steps.add(2 * left.flushes, Step::Flush);
        steps.add(3 * left.agings, Step::Age);
        steps.add(left.uses, Step::UseTags);
        steps.add(left.returns, Step::Return);
        steps.add(if self.time == Time::Paused { left.pauses } else { 0 }, Step::Pause);
    }

    /// Nobody waits for them any more.
    async fn late_ones_come_or_do_not(&mut self) -> bool {
        let step = Steps::of(&self.world.scheduler.turns(), None).draw(&mut self.rng);
        if let Some(step) = step {
            self.take(step).await;
            settle().await;
        }
        step.is_some()
    }

    /// Lets the time go on, as nobody can do anything else.
    async fn wait(&mut self) -> Result<(), String> {
        let pause = Duration::from_millis(1).max(self.waited / 2);
        self.waited += pause;
        if self.waited > PATIENCE {
            return Err(format!("{} waited for ever", self.cast.names()));
        }
        sleep(pause).await;
        self.ask_for_life();
        Ok(())
    }
}

/// Lets everybody go as far as it goes. While this waits for one turn of the runtime, 61 others are polled, which is more
/// than there are; whom they wake comes after.
pub(super) async fn settle() {
    for _ in 0..5 {
        yield_now().await;
    }
}
