//! What all wrappers of one encoding or decoding share.

use std::cell::Cell;

use super::{
    limits::{Breach, Length, MAX_COPIES, MAX_STACK, max_elements, max_memory},
    marks::Marks,
    stack,
    tape::Tape,
    written::Written,
};
use crate::value::{
    codec::{Failure, Rules},
    shape::Arity,
};

/// One guarded encoding or decoding, from its beginning to its end.
pub(super) struct Watch<'a> {
    rules: Rules,
    arities: &'a [Arity],
    max_elements: usize,
    elements: Cell<usize>,
    max_memory: usize,
    memory_left: Cell<usize>,
    /// The bytes that are not charged: text, and what maps reserve.
    beside: Cell<usize>,
    /// Where the stack was before the outermost value.
    stack: usize,
    depth: Cell<usize>,
    breach: Cell<Option<Breach>>,
    pub(super) tape: Cell<Tape>,
    pub(super) marks: Marks,
}

impl<'a> Watch<'a> {
    /// How much is too much depends on the bytes, so that is looked at when they are there.
    pub(super) fn writing(rules: Rules, arities: &'a [Arity]) -> Self {
        Self::new(rules, arities, [usize::MAX; 2], stack::here())
    }

    /// So many bytes are there to read from, and here the stack begins.
    pub(super) fn reading(length: Length, stack: usize) -> Self {
        Self::new(Rules::default(), &[], [max_elements(length), max_memory(length)], stack)
    }

    fn new(rules: Rules, arities: &'a [Arity], [max_elements, max_memory]: [usize; 2], stack: usize) -> Self {
        Self {
            rules,
            arities,
            max_elements,
            elements: Cell::new(0),
            max_memory,
            memory_left: Cell::new(max_memory),
            beside: Cell::new(0),
            stack,
            depth: Cell::new(0),
            breach: Cell::new(None),
            tape: Cell::default(),
            marks: Marks::default(),
        }
    }

    pub(super) fn rules(&self) -> Rules {
        self.rules
    }

    pub(super) fn arities(&self) -> &[Arity] {
        self.arities
    }

    /// Counts one element; false when it is one too many.
    pub(super) fn count(&self) -> bool {
        let elements = self.elements.get() + 1;
        self.elements.set(elements);
        elements <= self.max_elements
    }

    /// Takes so many bytes; false when there are not so many left.
    pub(super) fn charge(&self, bytes: usize) -> bool {
        let left = self.memory_left.get().checked_sub(bytes);
        self.memory_left.set(left.unwrap_or(0));
        left.is_some()
    }

    /// So many bytes are taken that are not charged.
    pub(super) fn note_memory(&self, bytes: usize) {
        self.beside.set(self.beside.get().saturating_add(bytes));
    }

    /// The memory that what was read takes, in bytes, about: a collection may reserve twice what is in it.
    pub(super) fn memory(&self) -> usize {
        let charged = self.max_memory - self.memory_left.get();
        charged.saturating_mul(2).saturating_add(self.beside.get())
    }

    /// Values are inside each other so deep, the innermost of this size; false when the stack is not.
    pub(super) fn reach(&self, depth: usize, size: usize) -> bool {
        self.depth.set(self.depth.get().max(depth));
        let taken = stack::here().abs_diff(self.stack);
        taken.saturating_add(size.saturating_mul(MAX_COPIES)) <= MAX_STACK
    }

    /// Remembers why the codec is being stopped.
    pub(super) fn note(&self, breach: Breach) -> Breach {
        self.breach.set(Some(breach));
        breach
    }

    pub(super) fn breach(&self) -> Option<Breach> {
        self.breach.get()
    }

    /// The codec reports our own stop in its own words: put ours back.
    pub(super) fn explain(&self, failure: Failure) -> Failure {
        match self.breach.get() {
            Some(breach @ (Breach::LeftOut(_) | Breach::FewerFields(_) | Breach::Shifted(_))) => {
                Failure::of_type(breach)
            }
            Some(breach) => Failure::of_value(breach),
            None => failure,
        }
    }

    /// The end of writing: what there is to know of the value, which has become so many bytes.
    pub(super) fn written(self, length: usize) -> Result<Written, Breach> {
        let elements = self.elements.get();
        if elements > max_elements(Length::plain(length)) {
            Err(Breach::TooMany)
        } else {
            Ok(Written { tape: self.tape.get(), marks: self.marks, depth: self.depth.get(), elements, length })
        }
    }
}
