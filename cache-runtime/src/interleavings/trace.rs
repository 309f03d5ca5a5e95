//! What happened in a round, in words.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use crate::store::Found;
use crate::value::Version;

/// What tells one value, lease or tag from every other one: a letter and 16 random bytes.
const BEGINNING: usize = 17;

/// The steps of one round. Random bytes get names in the order in which they appear.
#[derive(Debug, Default)]
pub(super) struct Trace {
    steps: Mutex<Vec<String>>,
    names: Mutex<Vec<Vec<u8>>>,
}

impl Trace {
    pub(super) fn note(&self, step: String) {
        self.steps.lock().unwrap_or_else(PoisonError::into_inner).push(step);
    }

    /// A short name for what is stored: `V3 = 7` is the value 7 of the third fill, `P4` is a lease.
    pub(super) fn name(&self, bytes: &[u8]) -> String {
        let beginning = bytes.get(..BEGINNING).unwrap_or(bytes);
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        let number = names.iter().position(|name| name == beginning).unwrap_or_else(|| {
            names.push(beginning.to_vec());
            names.len() - 1
        });
        match (beginning, bytes.last()) {
            // Small numbers are one byte in the default codec, the last one.
            ([b'V', ..], Some(value)) if bytes.len() > BEGINNING => format!("V{number} = {value}"),
            ([letter @ (b'V' | b'P'), ..], _) if beginning.len() == BEGINNING => {
                format!("{}{number}", char::from(*letter))
            }
            _ => format!("T{number}"),
        }
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        steps.iter().enumerate().try_for_each(|(number, step)| writeln!(f, "{number:4}. {step}"))
    }
}

/// An answer of the store, in words.
pub(super) trait Told {
    fn told(&self, trace: &Trace) -> String;
}

impl Told for () {
    fn told(&self, _: &Trace) -> String {
        "done".to_owned()
    }
}

impl Told for bool {
    fn told(&self, _: &Trace) -> String {
        if *self { "yes" } else { "no" }.to_owned()
    }
}

impl Told for Vec<Version> {
    fn told(&self, trace: &Trace) -> String {
        self.iter().map(|version| trace.name(version)).collect::<Vec<_>>().join(", ")
    }
}

impl Told for Found {
    fn told(&self, trace: &Trace) -> String {
        let bytes = self.bytes.as_ref().map_or("nothing".to_owned(), |bytes| trace.name(bytes));
        let tags = self.tags.iter().map(|tag| tag.map_or("no version".to_owned(), |version| trace.name(&version)));
        [bytes].into_iter().chain(tags).collect::<Vec<_>>().join(", ")
    }
}
