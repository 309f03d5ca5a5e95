//! What can happen next in a round, and how likely.

use fastrand::Rng;

use super::plan::Plan;
use super::scheduler::{Kind, Stage, Turn};
use super::wire::Wire;

/// One thing that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// An operation takes effect in the store.
    TakeEffect(u64),
    /// Somebody goes on.
    GoOn(u64),
    /// An operation of the store times out, an origin fails.
    Fail(u64),
    /// The store refuses an operation.
    Refuse(u64),
    /// An operation that was done is sent again.
    Repeat(u64),
    /// An operation for which nobody waits never happens.
    Lose(u64),
    /// What comes next to this process arrives there.
    Deliver(usize),
    /// The connection breaks on which a process is told of changes.
    Break(usize),
    /// It comes one step further to a new one.
    Mend(usize),
    StartReader,
    StartWrite,
    Cancel,
    Kill,
    Expire,
    Flush,
    Age,
    UseTags,
    Return,
    Pause,
    /// The lease for which everybody waits is over.
    EndLease,
}

/// Those that can happen, each with its weight.
#[derive(Debug, Default)]
pub(super) struct Steps(Vec<(u32, Step)>);

impl Steps {
    /// What `turns` come to. `left` is what may still go wrong, if that may be now.
    pub(super) fn of(turns: &[Turn], left: Option<&Plan>) -> Self {
        let mut steps = Self::default();
        let is_worth_a_wait = |turn: &Turn| turn.stage != Stage::Late && turn.kind != Kind::Wake;
        let can_only_wait = !turns.iter().any(is_worth_a_wait) && turns.iter().any(|turn| turn.kind == Kind::Wake);
        steps.add(u32::from(can_only_wait), Step::EndLease);
        for &turn in turns {
            let Turn { id, kind, stage, .. } = turn;
            match (stage, kind) {
                (Stage::Late, _) => {
                    steps.add(2, Step::TakeEffect(id));
                    steps.add(1, Step::Lose(id));
                }
                (Stage::Sent, _) => steps.add(pace(id, left), Step::TakeEffect(id)),
                // It has to be delivered first.
                (Stage::Answered, _) => {}
                (Stage::Ready, Kind::Wake) => steps.add(2, Step::GoOn(id)),
                (Stage::Ready, _) => steps.add(pace(id, left), Step::GoOn(id)),
            }
            if let Some(left) = left.filter(|_| stage != Stage::Late) {
                steps.add_faults(turn, left);
            }
        }
        steps
    }

    /// What may become of a connection on which a process is told of changes.
    pub(super) fn add_wire(&mut self, wire: &Wire, left: Option<&Plan>) {
        if let Some(number) = wire.next() {
            self.add(pace(number, left), Step::Deliver(wire.process));
        }
        if !wire.is_up() {
            self.add(6, Step::Mend(wire.process));
        } else if let Some(left) = left {
            self.add(2 * left.breaks, Step::Break(wire.process));
        }
    }

    fn add_faults(&mut self, Turn { id, kind, stage, can_be_repeated }: Turn, left: &Plan) {
        match kind {
            Kind::Return => self.add(2 * left.failures, Step::Fail(id)),
            Kind::Read | Kind::Claim | Kind::Remove => self.add(left.timeouts.min(1), Step::Fail(id)),
            // These are what can spoil something later.
            Kind::Fill => self.add(2 * left.timeouts, Step::Fail(id)),
            Kind::Step | Kind::Wake => {}
        }
        if stage == Stage::Sent && matches!(kind, Kind::Claim | Kind::Remove | Kind::Fill) {
            self.add(2 * left.refusals, Step::Refuse(id));
        }
        if stage == Stage::Ready && can_be_repeated {
            self.add(4 * left.repeats, Step::Repeat(id));
        }
    }

    pub(super) fn add(&mut self, weight: u32, step: Step) {
        if weight > 0 {
            self.0.push((weight, step));
        }
    }

    /// Draws one of them.
    pub(super) fn draw(&self, rng: &mut Rng) -> Option<Step> {
        let whole: u32 = self.0.iter().map(|(weight, _)| weight).sum();
        let mut rest = if whole == 0 { return None } else { rng.u32(..whole) };
        self.0.iter().find_map(|&(weight, step)| {
            let is_it = rest < weight;
            rest = rest.saturating_sub(weight);
            is_it.then_some(step)
        })
    }
}

/// Some things take so long that much can happen meanwhile.
fn pace(number: u64, left: Option<&Plan>) -> u32 {
    // Any bits that look like chance will do, as long as they are the same each time.
    let draw = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 61;
    if left.is_some_and(|left| draw < left.slow) { 1 } else { 12 }
}
