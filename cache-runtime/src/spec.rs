//! The static facts about one annotated function.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::key::Template;
use crate::policy::Policy;

/// What is known of an annotated function when it is compiled: one `static` each.
#[derive(Debug)]
pub struct Spec {
    pub(crate) name: &'static str,
    /// The template as it was written, for people.
    pub(crate) written: &'static str,
    pub(crate) template: Template,
    pub(crate) policy: Policy,
    /// Zero until somebody asks for it.
    number: AtomicUsize,
}

impl Spec {
    /// The facts. `pieces` are the literal parts around the placeholders of the key, one more than there are of those.
    #[must_use]
    pub const fn new(
        name: &'static str,
        written: &'static str,
        pieces: &'static [&'static str],
        policy: Policy,
    ) -> Self {
        Self { name, written, template: Template::new(pieces), policy, number: AtomicUsize::new(0) }
    }

    /// Its number among the functions of this process that were called so far, from 1 on.
    pub(crate) fn number(&'static self) -> usize {
        static NEXT: AtomicUsize = AtomicUsize::new(1);
        match self.number.load(Ordering::Relaxed) {
            0 => {
                let fresh = NEXT.fetch_add(1, Ordering::Relaxed);
                let first = self.number.compare_exchange(0, fresh, Ordering::Relaxed, Ordering::Relaxed);
                first.map_or_else(|number| number, |_| fresh)
            }
            number => number,
        }
    }
}

/// Stands for the caller where the cache is used by hand.
pub(crate) static BY_HAND: Spec = Spec::new("by hand", "", &[], Policy::forever());
