//! Taking turns.

use std::iter;
use std::sync::Barrier;
use std::thread;

use tokio::runtime::Runtime;

use crate::field::Contestant;
use crate::values::Keys;

pub(crate) const ROUNDS: usize = 501;
/// How many calls are timed in one turn: few enough that most turns are not interrupted. As many come before, not timed, in
/// which the processor finds again what the others have displaced.
const CALLS: u32 = 1_000;

/// How many calls each contestant answers in all rounds.
pub(crate) fn calls(threads: usize) -> u64 {
    (threads * ROUNDS) as u64 * u64::from(2 * CALLS)
}

/// Lets everybody answer on that many threads at a time. Returns the nanoseconds of one call for each contestant, round by
/// round.
pub(crate) fn in_turns(runtime: &Runtime, field: &[Contestant], threads: usize, keys: Keys) -> Vec<Vec<f64>> {
    let start = Barrier::new(threads);
    let times: Vec<_> = thread::scope(|scope| {
        let turns = || (0..threads).map(|_| scope.spawn(|| turns(runtime, field, &start, keys)));
        turns().collect::<Vec<_>>().into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    (0..field.len())
        .map(|at| (0..ROUNDS).map(|round| mean(times.iter().map(|thread| thread[at][round]))).collect())
        .collect()
}

/// What one thread does.
fn turns(runtime: &Runtime, field: &[Contestant], start: &Barrier, keys: Keys) -> Vec<Vec<f64>> {
    let mut times = vec![Vec::new(); field.len()];
    for round in 0..ROUNDS {
        let drawn = || iter::repeat_with(|| fastrand::u64(keys.ids())).take(CALLS as usize).collect();
        let (first, second): (Vec<_>, Vec<_>) = (drawn(), drawn());
        // Another one begins each time: who follows whom must not matter.
        for at in (0..field.len()).map(|turn| (turn + round) % field.len()) {
            start.wait();
            field[at].run(runtime, &first);
            let time = field[at].run(runtime, &second);
            times[at].push(time.as_secs_f64() * 1e9 / f64::from(CALLS));
        }
    }
    times
}

#[expect(clippy::cast_precision_loss, reason = "there are few threads")]
fn mean(times: impl ExactSizeIterator<Item = f64>) -> f64 {
    let threads = times.len() as f64;
    times.sum::<f64>() / threads
}
