//! Which variant an enum is given, so that in the end each has been seen.

/// The enums of a type, in the order they were met.
#[derive(Debug, Clone, Default)]
pub(super) struct Variants {
    plans: Vec<Plan>,
}

#[derive(Debug, Clone, Copy)]
struct Plan {
    identity: &'static str,
    /// Two enums of one path, in two blocks of a function, differ in this only.
    names: &'static [&'static str],
    /// The first so many have been given out.
    visited: usize,
    /// The first that was read to its end: inside itself, an enum must come to an end.
    finite: Option<usize>,
    /// The last that was given out, once all had been.
    last: usize,
}

impl Variants {
    /// The index of the variant to give to `identity`, which has those `names` and is, or is not,
    /// inside another value of the same type.
    pub(super) fn pick(
        &mut self,
        identity: &'static str,
        names: &'static [&'static str],
        inside_itself: bool,
    ) -> usize {
        let total = names.len();
        let plan = self.plan(identity, names);
        match plan.finite {
            Some(finite) if inside_itself => finite,
            _ if plan.visited < total => {
                plan.visited += 1;
                plan.visited - 1
            }
            // In turn, for what is inside each of them may have variants to show as well.
            _ => {
                plan.last = (plan.last + 1) % total.max(1);
                plan.last
            }
        }
    }

    /// The variant was read to its end.
    pub(super) fn finish(&mut self, identity: &'static str, names: &'static [&'static str], variant: usize) {
        self.plan(identity, names).finite.get_or_insert(variant);
    }

    /// Whether `identity` has been met before.
    pub(super) fn know(&self, identity: &str, names: &[&str]) -> bool {
        self.plans.iter().any(|plan| plan.is(identity, names))
    }

    /// How many are still to be given out.
    pub(super) fn pending(&self) -> usize {
        self.plans.iter().map(|plan| plan.names.len().saturating_sub(plan.visited)).sum()
    }

    fn plan(&mut self, identity: &'static str, names: &'static [&'static str]) -> &mut Plan {
        let known = self.plans.iter().position(|plan| plan.is(identity, names));
        let index = known.unwrap_or(self.plans.len());
        if known.is_none() {
            self.plans.push(Plan { identity, names, visited: 0, finite: None, last: 0 });
        }
        #[expect(clippy::indexing_slicing, reason = "it was found or pushed just above")]
        &mut self.plans[index]
    }
}

impl Plan {
    fn is(&self, identity: &str, names: &[&str]) -> bool {
        self.identity == identity && self.names == names
    }
}
