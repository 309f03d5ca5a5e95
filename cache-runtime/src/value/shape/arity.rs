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
}

impl Arity {
    /// False if all that are `known` by these names have another number of fields.
    pub(in crate::value) fn fits(&self, known: &[Self]) -> bool {
        let mut namesakes =
            known.iter().filter(|known| known.name == self.name && known.variant == self.variant).peekable();
        namesakes.peek().is_none() || namesakes.any(|known| known.fields == self.fields)
    }
}
