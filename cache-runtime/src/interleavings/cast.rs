//! Who plays in a round: processes, and the callers in them.

use std::sync::Arc;

use fastrand::Rng;
use tokio::task::JoinHandle;

use super::callers::Caller;
use super::world::{Process, World};

/// The processes and callers of a round.
pub(super) struct Cast {
    world: Arc<World>,
    /// `None` are dead.
    processes: Vec<Option<Process>>,
    callers: Vec<Task>,
    started: u32,
}

/// What a caller is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Reader,
    Writer,
}

struct Task {
    name: String,
    process: usize,
    part: Part,
    handle: JoinHandle<()>,
}

impl Cast {
    pub(super) fn new(world: &Arc<World>) -> Self {
        let processes = (0..world.plan.processes).map(|number| Some(world.process(number))).collect();
        Self { world: Arc::clone(world), processes, callers: Vec::new(), started: 0 }
    }

    /// A process that has just been started.
    pub(super) fn join(&mut self) {
        self.processes.push(Some(self.world.process(self.processes.len())));
    }

    pub(super) fn living(&self) -> Vec<Process> {
        self.processes.iter().flatten().cloned().collect()
    }

    pub(super) fn any_process(&self, rng: &mut Rng) -> Process {
        let living = self.living();
        living[rng.usize(..living.len())].clone()
    }

    pub(super) fn has_callers(&self) -> bool {
        !self.callers.is_empty()
    }

    pub(super) fn has_writer(&self) -> bool {
        self.callers.iter().any(|task| task.part == Part::Writer)
    }

    /// Who is still there, in words.
    pub(super) fn names(&self) -> String {
        self.callers.iter().map(|task| task.name.as_str()).collect::<Vec<_>>().join(" and ")
    }

    pub(super) fn start<F>(&mut self, part: Part, process: Process, run: impl FnOnce(Caller) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.started += 1;
        let name = format!("{} {}", if part == Part::Writer { "writer" } else { "reader" }, self.started);
        let number = process.number;
        self.world.scheduler.trace.note(format!("process {number}: {name} starts"));
        let caller = Caller { name: name.clone(), process, world: Arc::clone(&self.world) };
        self.callers.push(Task { name, process: number, part, handle: tokio::spawn(run(caller)) });
    }

    /// A caller is dropped.
    pub(super) fn cancel(&mut self, rng: &mut Rng) {
        let task = self.callers.swap_remove(rng.usize(..self.callers.len()));
        self.world.scheduler.trace.note(format!("process {}: {} GOES AWAY", task.process, task.name));
        task.handle.abort();
    }

    /// A process ends, without a chance to say goodbye.
    pub(super) fn kill(&mut self, rng: &mut Rng) {
        let Process { number, .. } = self.any_process(rng);
        self.world.scheduler.trace.note(format!("process {number} DIES"));
        self.world.scheduler.kill(number);
        self.world.server.disconnect(number);
        self.processes[number] = None;
        for task in self.callers.extract_if(.., |task| task.process == number) {
            task.handle.abort();
        }
    }

    /// Takes out the callers that are done.
    pub(super) async fn reap(&mut self) -> Result<(), String> {
        for done in self.callers.extract_if(.., |task| task.handle.is_finished()).collect::<Vec<_>>() {
            done.handle.await.map_err(|panic| format!("{} panicked: {panic}", done.name))?;
        }
        Ok(())
    }

    /// Leaves nothing running behind.
    pub(super) fn end(&mut self) {
        for number in 0..self.processes.len() {
            self.world.scheduler.kill(number);
        }
        for task in self.callers.drain(..) {
            task.handle.abort();
        }
        self.processes.clear();
    }
}
