//! The memory of a trace: what was asked, what was answered, where we are.

use std::fmt::{self, Display, Write};

use super::{arity::Arity, choices::Choices, variants::Variants};
use crate::value::guard::MAX_DEPTH;

/// More steps than this are not taken for one type, all attempts together.
const MAX_STEPS: usize = 1 << 16;

/// Ends an attempt.
#[derive(Debug)]
pub(super) struct Stop;

#[derive(Debug)]
pub(super) struct Recorder {
    pub(super) human_readable: bool,
    pub(super) text: String,
    pub(super) choices: Choices,
    pub(super) variants: Variants,
    pub(super) arities: Vec<Arity>,
    /// The visitors that are being served, outermost first.
    path: Vec<&'static str>,
    /// How many of them are inside another of the same type.
    repeated: usize,
    steps_left: usize,
    /// The size of the largest value that was read, or part of one.
    pub(super) widest: usize,
    /// Something was read that does not say what it is.
    pub(super) opaque: bool,
}

impl Recorder {
    pub(super) fn new(human_readable: bool) -> Self {
        Self {
            human_readable,
            text: String::new(),
            choices: Choices::default(),
            variants: Variants::default(),
            arities: Vec::new(),
            path: Vec::new(),
            repeated: 0,
            steps_left: MAX_STEPS,
            widest: 0,
            opaque: false,
        }
    }

    /// Writes down `kind`, which has only one value.
    pub(super) fn note(&mut self, kind: fmt::Arguments<'_>) -> Result<(), Stop> {
        self.steps_left = self.steps_left.checked_sub(1).ok_or(Stop)?;
        // Writing to a `String` does not fail.
        self.text.write_fmt(kind).map_err(|_| Stop)
    }

    /// Writes down `kind`, and chooses one of `samples` for it.
    pub(super) fn leaf<S: Copy>(&mut self, kind: &str, samples: &[S]) -> Result<S, Stop> {
        self.note(format_args!("{kind};"))?;
        samples.get(self.choices.take(samples.len())).copied().ok_or(Stop)
    }

    /// Writes down `kind(..)` around whatever `inside` writes down to make a `T`, for a visitor that is known by
    /// `identity`.
    pub(super) fn within<T>(
        &mut self,
        kind: fmt::Arguments<'_>,
        identity: &'static str,
        inside: impl FnOnce(&mut Self) -> Result<T, Stop>,
    ) -> Result<T, Stop> {
        self.measure::<T>();
        if self.path.len() >= MAX_DEPTH {
            return Err(Stop);
        }
        let repeated = usize::from(self.path.contains(&identity));
        self.note(format_args!("{kind}("))?;
        self.path.push(identity);
        self.repeated += repeated;
        let result = inside(self);
        self.text.push(')');
        self.repeated -= repeated;
        self.path.pop();
        result
    }

    /// A `T` is about to be read.
    pub(super) fn measure<T>(&mut self) {
        self.widest = self.widest.max(size_of::<T>());
    }

    /// A struct or a variant was read with so many fields.
    pub(super) fn learn(&mut self, arity: Arity) {
        if !self.arities.contains(&arity) {
            self.arities.push(arity);
        }
    }

    /// True inside a value that is inside another of its own type: what may be empty must be, or
    /// there would be no end.
    pub(super) fn inside_itself(&self) -> bool {
        self.repeated > 0
    }

    pub(super) fn exhausted(&self) -> bool {
        self.steps_left == 0
    }

    /// Makes ready for another attempt.
    pub(super) fn rewind(&mut self, text_length: usize, variants: Variants) {
        self.text.truncate(text_length);
        self.variants = variants;
        self.path.clear();
        self.repeated = 0;
    }
}

impl Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the trace cannot go on")
    }
}

impl std::error::Error for Stop {}

impl serde::de::Error for Stop {
    /// Why a sample was refused does not matter; the next one is offered.
    fn custom<T: Display>(_: T) -> Self {
        Self
    }
}
