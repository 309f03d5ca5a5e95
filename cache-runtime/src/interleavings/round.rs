//! One round, from its seed to its verdict.

use std::fmt;
use std::mem;
use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use tokio::task::{JoinHandle, yield_now};
use tokio::time::{advance, sleep};

use super::callers::{Call, Caller, PLAIN, POLICIES, Verb};
use super::plan::Plan;
use super::scheduler::{Kind, Stage};
use super::steps::{Step, Steps};
use super::world::{Process, World};
use crate::store::Store;

/// No round is that long unless something in it goes on for ever.
const MOST_STEPS: usize = 2_000;
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
    /// Reads that had to return something new enough.
    pub(super) judged: u64,
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
pub(super) async fn play(seed: u64, store: Arc<dyn Store>, time: Time) -> Result<Report, Failure> {
    // What the engine draws belongs to the round as well.
    fastrand::seed(seed);
    let mut rng = Rng::with_seed(seed);
    let plan = Plan::drawn(&mut rng);
    let world = Arc::new(World::new(plan.clone(), format!("round-{seed}"), store));
    let processes = (0..plan.processes).map(|number| Some(world.process(number))).collect();
    let mut round =
        Round { rng, time, left: plan.clone(), world, processes, tasks: Vec::new(), started: 0, waited: Duration::ZERO, steps: 0 };
    let verdict = round.run().await;
    round.end().await;
    let trace = || round.world.scheduler.trace.to_string();
    verdict
        .map(|judged| Report { steps: round.steps, judged })
        .map_err(|what| Failure { seed, what, plan, trace: trace() })
}

struct Round {
    rng: Rng,
    time: Time,
    /// What is left of the plan.
    left: Plan,
    world: Arc<World>,
    /// `None` are dead.
    processes: Vec<Option<Process>>,
    tasks: Vec<Task>,
    started: u32,
    /// How long nobody could do anything but wait.
    waited: Duration,
    steps: usize,
}

struct Task {
    name: String,
    process: usize,
    is_writer: bool,
    handle: JoinHandle<()>,
}

impl Round {
    /// Returns how many reads were judged, or what is wrong.
    async fn run(&mut self) -> Result<u64, String> {
        while self.go_on(true).await? {}
        while self.late_ones_come_or_do_not().await {}
        self.world.oracle.reunite();
        self.world.scheduler.trace.note("everything is at rest".to_owned());
        let fresh = self.world.process(self.processes.len());
        self.processes.push(Some(fresh));
        for process in self.processes.clone().into_iter().flatten() {
            self.start(process, |caller| caller.read(Call::Borrowed), false);
            while self.go_on(false).await? {}
        }
        self.world.oracle.verdict()
    }

    /// One step. `false`: everybody is done.
    async fn go_on(&mut self, is_rough: bool) -> Result<bool, String> {
        settle().await;
        self.world.oracle.verdict()?;
        self.reap().await?;
        let turns = self.world.scheduler.turns();
        let is_idle = turns.iter().all(|turn| turn.stage == Stage::Late);
        let starts = if is_rough { self.left.readers + self.left.writes } else { 0 };
        if is_idle && starts == 0 && self.tasks.is_empty() {
            return Ok(false);
        }
        if is_idle && starts == 0 {
            return self.wait().await.map(|()| true);
        }
        let mut steps = Steps::of(&turns, is_rough.then_some(&self.left));
        if is_rough {
            self.add_what_else_may_happen(&mut steps);
        }
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
        let left = &self.left;
        let one_at_a_time = left.puts && self.tasks.iter().any(|task| task.is_writer);
        steps.add(2 * left.readers.min(2), Step::StartReader);
        steps.add(if one_at_a_time { 0 } else { 2 * left.writes.min(2) }, Step::StartWrite);
        steps.add(if self.tasks.is_empty() { 0 } else { left.cancels }, Step::Cancel);
        steps.add(if self.processes.iter().flatten().count() > 1 { left.deaths } else { 0 }, Step::Kill);
        steps.add(left.expiries, Step::Expire);
        steps.add(left.agings, Step::Age);
        steps.add(left.returns, Step::Return);
        steps.add(if self.time == Time::Paused { left.pauses } else { 0 }, Step::Pause);
    }

    async fn take(&mut self, step: Step) {
        let scheduler = Arc::clone(&self.world.scheduler);
        match step {
            Step::TakeEffect(id) => {
                scheduler.take_effect(id).await;
                // Most answers arrive before anything else happens.
                if self.rng.u8(..3) > 0 {
                    scheduler.go_on(id);
                }
            }
            Step::GoOn(id) => scheduler.go_on(id),
            Step::Lose(id) => scheduler.lose(id),
            Step::Fail(id) => match scheduler.fail(id) {
                Some((_, Kind::Return)) => self.left.failures -= 1,
                Some((process, kind)) => {
                    self.left.timeouts -= 1;
                    if kind != Kind::Fill {
                        self.world.oracle.cut_off(process);
                    }
                }
                None => {}
            },
            Step::StartReader => self.start_reader(),
            Step::StartWrite => self.start_write(),
            Step::Cancel => self.cancel(),
            Step::Kill => self.kill(),
            Step::Expire => {
                self.left.expiries -= 1;
                let World { key, tag, .. } = &*self.world;
                let keys = [key.clone(), key.clone(), key.beside("r"), tag.clone()];
                self.world.expire(&keys[self.rng.usize(..keys.len())]).await;
            }
            Step::EndLease => self.world.expire(&self.world.key).await,
            Step::Age => {
                self.left.agings -= 1;
                self.world.age([0.75, 0.5, 0.2][self.rng.usize(..3)]).await;
            }
            Step::Return => {
                self.left.returns -= 1;
                let process = self.any_process();
                scheduler.trace.note(format!("process {} believes that the store was gone", process.number));
                process.store.come_back();
            }
            Step::Pause => {
                self.left.pauses -= 1;
                let pause = Duration::from_millis([20, 700, 2_100, 40_000][self.rng.usize(..4)]);
                scheduler.trace.note(format!("{pause:?} pass"));
                advance(pause).await;
            }
        }
    }

    fn start_reader(&mut self) {
        self.left.readers -= 1;
        let most = if self.time == Time::Paused { POLICIES.len() } else { POLICIES.len() - 1 };
        let call = match self.rng.usize(..2 * most) {
            number if number < most && self.left.has_windows => Call::Owned(POLICIES[number]),
            number if number % 2 == 0 => Call::Owned(PLAIN),
            _ => Call::Borrowed,
        };
        let process = self.any_process();
        self.start(process, |caller| caller.read(call), false);
    }

    fn start_write(&mut self) {
        self.left.writes -= 1;
        let verbs: &[Verb] = match (self.left.puts, self.left.is_tagged) {
            (true, false) => &[Verb::Put, Verb::Put, Verb::Invalidate, Verb::Remove, Verb::Refresh],
            (true, true) => &[Verb::Put, Verb::Put, Verb::Invalidate, Verb::InvalidateTag, Verb::Refresh],
            (false, false) => &[Verb::Invalidate, Verb::Invalidate, Verb::Remove, Verb::Refresh],
            (false, true) => &[Verb::Invalidate, Verb::InvalidateTag, Verb::RemoveTag, Verb::Remove, Verb::Refresh],
        };
        let verb = verbs[self.rng.usize(..verbs.len())];
        let process = self.any_process();
        let value = self.world.oracle.commit();
        self.world.scheduler.trace.note(format!("the row becomes {value}"));
        self.start(process, |caller| caller.write(value, verb), true);
    }

    fn start<F: Future<Output = ()> + Send + 'static>(
        &mut self,
        process: Process,
        run: impl FnOnce(Caller) -> F,
        is_writer: bool,
    ) {
        self.started += 1;
        let name = format!("{} {}", if is_writer { "writer" } else { "reader" }, self.started);
        let number = process.number;
        self.world.scheduler.trace.note(format!("process {number}: {name} starts"));
        let caller = Caller { name: name.clone(), process, world: Arc::clone(&self.world) };
        let handle = tokio::spawn(run(caller));
        self.tasks.push(Task { name, process: number, is_writer, handle });
    }

    fn any_process(&mut self) -> Process {
        let living: Vec<_> = self.processes.iter().flatten().collect();
        living[self.rng.usize(..living.len())].clone()
    }

    fn cancel(&mut self) {
        self.left.cancels -= 1;
        let task = self.tasks.swap_remove(self.rng.usize(..self.tasks.len()));
        self.world.scheduler.trace.note(format!("process {}: {} GOES AWAY", task.process, task.name));
        task.handle.abort();
    }

    fn kill(&mut self) {
        self.left.deaths -= 1;
        let Process { number, .. } = self.any_process();
        self.world.scheduler.trace.note(format!("process {number} DIES"));
        self.world.scheduler.kill(number);
        self.processes[number] = None;
        for task in self.tasks.extract_if(.., |task| task.process == number) {
            task.handle.abort();
        }
    }

    /// Nobody waits for them any more.
    async fn late_ones_come_or_do_not(&mut self) -> bool {
        let steps = Steps::of(&self.world.scheduler.turns(), None);
        let step = steps.draw(&mut self.rng);
        if let Some(step) = step {
            self.take(step).await;
            settle().await;
        }
        step.is_some()
    }

    /// Takes out who is done.
    async fn reap(&mut self) -> Result<(), String> {
        for done in self.tasks.extract_if(.., |task| task.handle.is_finished()).collect::<Vec<_>>() {
            done.handle.await.map_err(|panic| format!("{} panicked: {panic}", done.name))?;
        }
        Ok(())
    }

    /// Lets the time go on, as nobody can do anything else.
    async fn wait(&mut self) -> Result<(), String> {
        let pause = Duration::from_millis(1).max(self.waited / 2);
        self.waited += pause;
        if self.waited > PATIENCE {
            let waiting: Vec<_> = self.tasks.iter().map(|task| task.name.as_str()).collect();
            return Err(format!("{} waited for ever", waiting.join(" and ")));
        }
        sleep(pause).await;
        Ok(())
    }

    /// Leaves nothing running behind.
    async fn end(&mut self) {
        for number in 0..self.processes.len() {
            self.world.scheduler.kill(number);
        }
        for task in mem::take(&mut self.tasks) {
            task.handle.abort();
        }
        self.processes.clear();
        settle().await;
    }
}

/// Lets everybody go as far as it goes. One yield lets 61 polls pass, which is more than there are callers; what they wake
/// comes after.
async fn settle() {
    for _ in 0..5 {
        yield_now().await;
    }
}
