//! Functions for many keys, `each(id in ids)`: every form of list, of answer and of function.

use ::std::sync::Mutex;

pub use crate::{core, std};

pub mod answers;
pub mod background;
pub mod companions;
pub mod functions;
pub mod lists;
pub mod methods;
pub mod rules;
pub mod writers;

/// The ids that a body was run for, run by run.
#[derive(Debug, Default)]
pub struct Seen(Mutex<Vec<Vec<u64>>>);

impl Seen {
    fn note(&self, ids: &[u64]) {
        self.0.lock().unwrap().push(ids.to_vec());
    }

    fn runs(&self) -> Vec<Vec<u64>> {
        self.0.lock().unwrap().clone()
    }
}
