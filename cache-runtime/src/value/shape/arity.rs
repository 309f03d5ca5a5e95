//! How many fields structs are read with, to be compared with how many are written.
//!
//! `skip_serializing` writes fewer than are read. A codec that knows fields by their position
//! would take the next value for the one that is missing.

/// A struct, or a variant with fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::value) struct Arity {
    pub(in crate::value) name: &'static str,
    /// Empty for a struct.
    pub(in crate::value) variant: &'static str,
    pub(in crate::value) fields: usize,
    pub(in crate::value) counts: Counts,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::value) enum Counts {
    /// The fields.
    Fields,
    /// The variants in front of this one, aliases among them.
    Place,
}

impl Arity {
    /// False if all that are `known` by these names have another number of fields.
    pub(in crate::value) fn fits(&self, known: &[Self]) -> bool {
        let mut namesakes =
            known.iter().filter(|known| self.is_namesake(known) && known.variant == self.variant).peekable();
        namesakes.peek().is_none() || namesakes.any(|known| known.fields == self.fields)
    }

    /// The place of a variant, as it is written.
    pub(in crate::value) fn place(name: &'static str, variant: &'static str, index: u32) -> Self {
        let fields = usize::try_from(index).unwrap_or(usize::MAX);
        Self { name, variant, fields, counts: Counts::Place }
    }

    /// False if a variant is read at an earlier place than it is written at, or is not read at all: `serde(skip)` leaves a
    /// variant out of the places that are read, not out of those that are written. (An alias only adds a place.)
    pub(in crate::value) fn is_reached(&self, known: &[Self]) -> bool {
        let mut places = known.iter().filter(|known| self.is_namesake(known)).peekable();
        places.peek().is_none() || places.any(|known| known.variant == self.variant && known.fields >= self.fields)
    }

    fn is_namesake(&self, known: &Self) -> bool {
        known.counts == self.counts && known.name == self.name
    }
}
