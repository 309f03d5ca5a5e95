//! One round, from its seed to its verdict.

use std::fmt;
use std::ops::Add;
use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use tokio::task::yield_now;
use tokio::time::{advance, sleep};

use super::callers::{BOTH, Call, PLAIN, POLICIES, Verb};
use super::cast::{Cast, Part};
use super::flaws::Flaw;
use super::oracle;
use super::plan::Plan;
use super::scheduler::{Kind, Stage, Verdict};
use super::steps::{Step, Steps};
use super::wire::Wire;
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
    pub(super) verdict: oracle::Verdict,
}

impl Add for Report {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let (a, b) = (self.verdict, other.verdict);
        let verdict = oracle::Verdict { judged: a.judged + b.judged, kept: a.kept + b.kept };
        Self { steps: self.steps + other.steps, near: self.near + other.near, verdict }
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
    verdict.map(|verdict| Report { steps: round.steps, near, verdict }).map_err(|what| Failure {
        seed,
        what,
        plan,
        trace: trace(),
    })
}

struct Round {
    rng: Rng,
    time: Time,
    /// What is left of the plan.
    left: Plan,
    world: Arc<World>,
    cast: Cast,
    /// How long nobody could do anything but wait.
    waited: Duration,
    steps: usize,
}

impl Round {
    /// Returns what was judged, or what is wrong.
    async fn run(&mut self) -> Result<oracle::Verdict, String> {
        if self.left.is_warm {
            let process = self.cast.any_process(&mut self.rng);
            let policy = if self.left.has_windows { BOTH } else { PLAIN };
            self.cast.start(Part::Reader, process, |caller| caller.read(Call::Owned(policy)));
            while self.go_on(false).await? {}
        }
        while self.go_on(true).await? {}
        while self.late_ones_come_or_do_not().await {}
        self.deliver_the_rest().await;
        self.world.oracle.reunite();
        self.world.scheduler.trace.note("everything is at rest".to_owned());
        self.cast.join();
        for process in self.cast.living() {
            self.cast.start(Part::Reader, process, |caller| caller.read(Call::Borrowed));
            while self.go_on(false).await? {}
        }
        self.world.oracle.verdict()
    }

    /// One step. `false`: everybody is done.
    async fn go_on(&mut self, is_rough: bool) -> Result<bool, String> {
        settle().await;
        self.world.look_near(&self.cast.living()).await;
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

    async fn take(&mut self, step: Step) {
        let (scheduler, left) = (Arc::clone(&self.world.scheduler), &mut self.left);
        // A step that is left over may be for somebody who has gone.
        let used_up = |left: &mut u32| *left = left.saturating_sub(1);
        match step {
            Step::TakeEffect(id) | Step::Repeat(id) => {
                if matches!(step, Step::Repeat(_)) {
                    used_up(&mut left.repeats);
                }
                // Where it travels on a connection that is broken, it turns out now that it is.
                if let Some(wire) = scheduler.wire(id) {
                    self.mend_all(&wire);
                }
                scheduler.take_effect(id).await;
                // Many answers arrive before anything else happens.
                if self.rng.bool() {
                    scheduler.go_on(id);
                }
            }
            Step::GoOn(id) => scheduler.go_on(id),
            Step::Lose(id) => scheduler.lose(id),
            Step::Fail(id) => {
                used_up(if scheduler.kind(id) == Some(Kind::Return) { &mut left.failures } else { &mut left.timeouts });
                self.fail(id, Verdict::Fail);
            }
            Step::Refuse(id) => {
                used_up(&mut left.refusals);
                self.fail(id, Verdict::Refuse);
            }
            Step::StartReader => self.start_reader(),
            Step::StartWrite => self.start_write(),
            Step::Cancel => {
                used_up(&mut left.cancels);
                self.cast.cancel(&mut self.rng);
            }
            Step::Kill => {
                used_up(&mut left.deaths);
                self.cast.kill(&mut self.rng);
            }
            Step::Expire => {
                used_up(&mut left.expiries);
                let World { key, tag, everything, .. } = &*self.world;
                let keys = [key, key, key, &key.beside("r"), tag, everything];
                self.world.expire(keys[self.rng.usize(..keys.len())]).await;
            }
            Step::Flush => {
                used_up(&mut left.flushes);
                self.world.flush().await;
            }
            Step::EndLease => self.world.expire(&self.world.key).await,
            Step::Age => {
                used_up(&mut left.agings);
                self.world.age([0.75, 0.5, 0.2][self.rng.usize(..3)]).await;
            }
            Step::UseTags => {
                used_up(&mut left.uses);
                self.world.use_tags().await;
            }
            Step::Return => {
                used_up(&mut left.returns);
                let process = self.cast.any_process(&mut self.rng);
                scheduler.trace.note(format!("process {} believes that the store was gone", process.number));
                process.store.come_back();
            }
            Step::Pause => {
                used_up(&mut left.pauses);
                self.pause().await;
            }
            Step::Deliver(process) => {
                if let Some(wire) = self.world.server.wire(process) {
                    self.deliver(&wire);
                }
            }
            Step::Break(process) => {
                used_up(&mut left.breaks);
                if let Some(wire) = self.world.server.wire(process) {
                    scheduler.trace.note(format!("process {process} LOSES its connection, and does not know it"));
                    wire.break_off();
                    // Many are made anew before anything else happens.
                    if self.rng.bool() {
                        self.mend_all(&wire);
                    }
                }
            }
            Step::Mend(process) => {
                if let Some(wire) = self.world.server.wire(process) {
                    self.mend(&wire);
                }
            }
        }
    }

    fn deliver(&mut self, wire: &Wire) {
        let Some((what, answered)) = wire.deliver() else { return };
        self.world.scheduler.trace.note(format!("process {}: {what}", wire.process));
        if let Some(id) = answered {
            self.world.scheduler.arrive(id);
            if self.rng.bool() {
                self.world.scheduler.go_on(id);
            }
        }
    }

    /// What was under way on a connection that broke is sent again, or given up.
    fn mend(&mut self, wire: &Wire) {
        let (what, lost) = wire.mend();
        self.world.scheduler.trace.note(format!("process {} {what}", wire.process));
        for id in lost {
            if self.rng.u8(..4) > 0 {
                self.world.scheduler.ask_again(id);
            } else {
                self.fail(id, Verdict::Fail);
            }
        }
    }

    fn mend_all(&mut self, wire: &Wire) {
        while !wire.is_up() {
            self.mend(wire);
        }
    }

    /// Until every process has heard of everything.
    async fn deliver_the_rest(&mut self) {
        for wire in self.world.server.wires() {
            self.mend_all(&wire);
            while wire.next().is_some() {
                self.deliver(&wire);
            }
        }
        settle().await;
    }

    async fn pause(&mut self) {
        let pause = Duration::from_millis([20, 700, 2_100, 40_000][self.rng.usize(..4)]);
        self.world.scheduler.trace.note(format!("{pause:?} pass"));
        advance(pause).await;
        self.ask_for_life();
    }

    /// Each process asks now and then, and whenever some time has passed.
    fn ask_for_life(&self) {
        self.world.server.wires().iter().for_each(|wire| wire.ask_for_life());
    }

    fn fail(&self, id: u64, verdict: Verdict) {
        if let Some((process, kind)) = self.world.scheduler.fail(id, verdict) {
            let must_do_without = match kind {
                Kind::Read | Kind::Remove => true,
                Kind::Claim => verdict == Verdict::Fail,
                Kind::Fill | Kind::Step | Kind::Return | Kind::Wake => false,
            };
            if must_do_without {
                self.world.oracle.cut_off(process);
            }
        }
    }

    fn start_reader(&mut self) {
        self.left.readers -= 1;
        // The last one is about time.
        let most = if self.time == Time::Paused { POLICIES.len() } else { POLICIES.len() - 1 };
        let call = match self.rng.usize(..=most) {
            0 => Call::Borrowed,
            number if self.left.has_windows => Call::Owned(POLICIES[number - 1]),
            _ => Call::Owned(PLAIN),
        };
        let process = self.cast.any_process(&mut self.rng);
        self.cast.start(Part::Reader, process, |caller| caller.read(call));
    }

    fn start_write(&mut self) {
        self.left.writes -= 1;
        let mut verbs = vec![Verb::Invalidate, Verb::Remove, Verb::Clear, Verb::Refresh];
        if self.left.in_turn {
            verbs.extend([Verb::Put; 4]);
        }
        if self.left.is_tagged {
            verbs.extend([Verb::InvalidateTag, Verb::RemoveTag]);
        }
        let verb = verbs[self.rng.usize(..verbs.len())];
        let process = self.cast.any_process(&mut self.rng);
        let value = self.world.oracle.commit();
        self.world.scheduler.trace.note(format!("the row becomes {value}"));
        self.cast.start(Part::Writer, process, |caller| caller.write(value, verb));
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
async fn settle() {
    for _ in 0..5 {
        yield_now().await;
    }
}
