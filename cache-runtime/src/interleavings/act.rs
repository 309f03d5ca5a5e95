//! What the steps of a round do.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::advance;

use super::batches::ORDERS;
use super::callers::{Call, PLAIN, POLICIES, Verb};
use super::cast::Part;
use super::round::{Round, Time, settle};
use super::scheduler::{Kind, Verdict};
use super::steps::Step;
use super::wire::Wire;

impl Round {
    pub(super) async fn take(&mut self, step: Step) {
        self.use_up(step);
        let world = Arc::clone(&self.world);
        match step {
            Step::TakeEffect(id) | Step::Repeat(id) => self.take_effect(id).await,
            Step::GoOn(id) => world.scheduler.go_on(id),
            Step::Fail(id) => self.fail(id, Verdict::Fail),
            Step::Refuse(id) => self.fail(id, Verdict::Refuse),
            Step::Lose(id) => world.scheduler.lose(id),
            Step::Deliver(process) => self.with_wire(process, Self::deliver),
            Step::Break(process) => self.with_wire(process, Self::break_off),
            Step::Mend(process) => self.with_wire(process, Self::mend),
            Step::StartReader => self.start_reader(),
            Step::StartWrite => self.start_write(),
            Step::Cancel => self.cast.cancel(&mut self.rng),
            Step::Kill => self.cast.kill(&mut self.rng),
            Step::Expire => self.expire().await,
            Step::Flush => world.flush().await,
            Step::Age => {
                let key = &world.keys[self.rng.usize(..world.keys.len())];
                world.age(key, [0.75, 0.5, 0.2][self.rng.usize(..3)]).await;
            }
            Step::UseTags => world.use_tags().await,
            Step::Return => self.come_back(),
            Step::Pause => self.pause().await,
            Step::EndLease => {
                for key in &world.keys {
                    world.expire(key).await;
                }
            }
        }
    }

    fn use_up(&mut self, step: Step) {
        let (left, scheduler) = (&mut self.left, &self.world.scheduler);
        let left = match step {
            Step::Repeat(_) => &mut left.repeats,
            Step::Fail(id) if scheduler.kind(id) == Some(Kind::Return) => &mut left.failures,
            Step::Fail(_) => &mut left.timeouts,
            Step::Refuse(_) => &mut left.refusals,
            Step::Break(_) => &mut left.breaks,
            Step::StartReader => &mut left.readers,
            Step::StartWrite => &mut left.writes,
            Step::Cancel => &mut left.cancels,
            Step::Kill => &mut left.deaths,
            Step::Expire => &mut left.expiries,
            Step::Flush => &mut left.flushes,
            Step::Age => &mut left.agings,
            Step::UseTags => &mut left.uses,
            Step::Return => &mut left.returns,
            Step::Pause => &mut left.pauses,
            Step::TakeEffect(_) | Step::GoOn(_) | Step::Lose(_) | Step::Deliver(_) | Step::Mend(_) | Step::EndLease => {
                return;
            }
        };
        // A step that is left over may be for somebody who has gone.
        *left = left.saturating_sub(1);
    }

    async fn take_effect(&mut self, id: u64) {
        let scheduler = Arc::clone(&self.world.scheduler);
        // Where its answer is to travel on a connection that is broken, it turns out now that it is.
        if let Some(wire) = scheduler.wire(id) {
            self.mend_all(&wire);
        }
        scheduler.take_effect(id).await;
        self.go_on_at_once(id);
    }

    /// Many answers arrive before anything else happens.
    fn go_on_at_once(&mut self, id: u64) {
        if self.rng.bool() {
            self.world.scheduler.go_on(id);
        }
    }

    fn with_wire(&mut self, process: usize, act: impl FnOnce(&mut Self, &Wire)) {
        if let Some(wire) = self.world.server.wire(process) {
            act(self, &wire);
        }
    }

    fn deliver(&mut self, wire: &Wire) {
        let Some((what, answered)) = wire.deliver() else { return };
        self.note(wire, what);
        if let Some(id) = answered {
            self.world.scheduler.arrive(id);
            self.go_on_at_once(id);
        }
    }

    fn break_off(&mut self, wire: &Wire) {
        self.note(wire, "LOSES its connection, and does not know it");
        wire.break_off();
        // Many are made anew before anything else happens.
        if self.rng.bool() {
            self.mend_all(wire);
        }
    }

    fn mend_all(&mut self, wire: &Wire) {
        while !wire.is_up() {
            self.mend(wire);
        }
    }

    /// What was under way on a connection that broke is sent again, or given up.
    fn mend(&mut self, wire: &Wire) {
        let (what, lost) = wire.mend();
        self.note(wire, what);
        for id in lost {
            if self.rng.u8(..4) > 0 {
                self.world.scheduler.ask_again(id);
            } else {
                self.fail(id, Verdict::Fail);
            }
        }
    }

    /// Until every process has heard of everything.
    pub(super) async fn deliver_the_rest(&mut self) {
        for wire in self.world.server.wires() {
            self.mend_all(&wire);
            while wire.next().is_some() {
                self.deliver(&wire);
            }
        }
        settle().await;
    }

    /// Each process asks now and then, and whenever some time has passed.
    pub(super) fn ask_for_life(&self) {
        self.world.server.wires().iter().for_each(|wire| wire.ask_for_life());
    }

    async fn expire(&mut self) {
        let key = self.world.any_key(&mut self.rng);
        self.world.expire(&key).await;
    }

    fn come_back(&mut self) {
        let process = self.cast.any_process(&mut self.rng);
        self.world.scheduler.trace.note(format!("process {} believes that the store was gone", process.number));
        process.store.come_back();
    }

    fn note(&self, wire: &Wire, what: &str) {
        self.world.scheduler.trace.note(format!("process {} {what}", wire.process));
    }

    async fn pause(&mut self) {
        let pause = Duration::from_millis([20, 700, 2_100, 40_000][self.rng.usize(..4)]);
        self.world.scheduler.trace.note(format!("{pause:?} pass"));
        advance(pause).await;
        self.ask_for_life();
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
        // The last one is about time.
        let most = if self.time == Time::Paused { POLICIES.len() } else { POLICIES.len() - 1 };
        let call = match self.rng.usize(..=most) {
            0 => Call::Borrowed,
            number if self.left.has_windows => Call::Owned(POLICIES[number - 1]),
            _ => Call::Owned(PLAIN),
        };
        let process = self.cast.any_process(&mut self.rng);
        let keys = self.world.keys.len();
        if keys > 1 && self.rng.bool() {
            let orders: Vec<_> = ORDERS.into_iter().filter(|order| order.iter().all(|&entry| entry < keys)).collect();
            let entries = orders[self.rng.usize(..orders.len())];
            self.cast.start(Part::Reader, process, |caller| caller.read_many(call, entries));
        } else {
            let entry = self.rng.usize(..keys);
            self.cast.start(Part::Reader, process, |caller| caller.read(call, entry));
        }
    }

    fn start_write(&mut self) {
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
}
