//! The static facts about one annotated function.

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
        Self { name, written, template: Template::new(pieces), policy }
    }
}

/// Stands for the caller where the cache is used by hand.
pub(crate) static BY_HAND: Spec = Spec::new("by hand", "", &[], Policy::forever());
