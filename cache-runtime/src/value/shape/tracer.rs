//! Runs `T::deserialize` until every variant of every enum in it has been seen.

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::de::DeserializeOwned;

use super::{
    arity::Arity,
    choices::Choices,
    deserializer::Tracer,
    recorder::{Recorder, Stop},
};

/// So many runs may bring no new variant before the rest is given up.
const MAX_IDLE_RUNS: usize = 64;

/// How a type reads itself. Always the same for the same type.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::value) struct Trace {
    pub(in crate::value) text: String,
    /// False when the type refused all samples somewhere, reads whatever there is, or has no end.
    pub(in crate::value) complete: bool,
    /// The structs and variants in it that were read with all their fields.
    pub(in crate::value) arities: Vec<Arity>,
    /// The size of the largest value in it that has parts, or is one.
    pub(in crate::value) widest: usize,
}

/// Traces `T` as a codec with that answer to `is_human_readable` would find it.
pub(in crate::value) fn trace<T: DeserializeOwned>(human_readable: bool) -> Trace {
    trace_with(human_readable, |recorder| T::deserialize(Tracer::new(recorder)).map(drop))
}

type Attempt = fn(&mut Recorder) -> Result<(), Stop>;

fn trace_with(human_readable: bool, attempt: Attempt) -> Trace {
    let mut recorder = Recorder::new(human_readable);
    let mut complete = true;
    let mut idle_runs = 0;
    let mut pending = None;
    loop {
        let outcome = run(&mut recorder, attempt);
        complete &= matches!(outcome, Outcome::Read);
        let now = recorder.variants.pending();
        idle_runs = if pending == Some(now) { idle_runs + 1 } else { 0 };
        pending = Some(now);

        if now == 0 {
            break;
        }
        if matches!(outcome, Outcome::Panicked) || recorder.exhausted() || idle_runs > MAX_IDLE_RUNS {
            complete = false;
            break;
        }
    }
    Trace {
        complete: complete && !recorder.opaque,
        text: recorder.text,
        arities: recorder.arities,
        widest: recorder.widest,
    }
}

enum Outcome {
    Read,
    Refused,
    Panicked,
}

/// One pass over the type, repeated with other samples until it succeeds. The trace of the last
/// attempt stays, even if it failed.
fn run(recorder: &mut Recorder, attempt: Attempt) -> Outcome {
    let length = recorder.text.len();
    let variants = recorder.variants.clone();
    recorder.choices = Choices::default();
    loop {
        recorder.rewind(length, variants.clone());
        match catch_unwind(AssertUnwindSafe(|| attempt(recorder))) {
            Ok(Ok(())) => return Outcome::Read,
            // Samples are not tried against a panic: each try would be a report on stderr.
            Err(_) => return Outcome::Panicked,
            Ok(Err(Stop)) if recorder.exhausted() || !recorder.choices.retry() => {
                return Outcome::Refused;
            }
            Ok(Err(Stop)) => {}
        }
    }
}
