//! Where in a value a wrapper stands, and what may happen there.

use super::{
    limits::{Breach, MAX_DEPTH},
    marks::{Place, Turn},
    tape::Tape,
    watch::Watch,
};
use crate::value::shape::Arity;

/// How many entries a B-tree makes room for with its first one; a hash table makes less.
const NODE: usize = 11;

/// Where in the value a wrapper stands.
#[derive(Clone, Copy)]
pub(super) struct Level<'w> {
    watch: &'w Watch<'w>,
    depth: usize,
    in_some: bool,
    /// While writing: the way that led here.
    place: Place,
    /// While reading: the bytes that are already accounted for, where the value goes or in what it is part of.
    room: usize,
}

impl<'w> Level<'w> {
    /// At the outermost value.
    pub(super) fn top(watch: &'w Watch<'w>) -> Self {
        Self { watch, depth: 0, in_some: false, place: Place::default(), room: 0 }
    }

    /// Writing begins, perhaps once more: a codec may measure first.
    pub(super) fn begin(self) {
        if self.depth == 0 {
            self.watch.tape.set(Tape::default());
            self.watch.marks.clear();
        }
    }

    /// Something of this kind was written or is read.
    pub(super) fn note(self, kind: &'static str, times: usize) {
        self.tape(|tape| tape.note(kind, times));
    }

    /// Text or bytes of this length are read.
    pub(super) fn text(self, length: usize) {
        self.note("u8", length);
        self.watch.note_memory(length);
    }

    /// A map has its first entry, of which a part has this size.
    pub(super) fn map(self, part: usize) {
        self.watch.note_memory(NODE * part);
    }

    pub(super) fn tape(self, change: impl FnOnce(&mut Tape)) {
        let mut tape = self.watch.tape.get();
        change(&mut tape);
        self.watch.tape.set(tape);
    }

    pub(super) fn positional(self) -> bool {
        self.watch.rules().positional
    }

    /// One value further in.
    pub(super) fn deeper(self) -> Result<Self, Breach> {
        let depth = self.depth + 1;
        if depth >= MAX_DEPTH {
            return self.stop(Breach::TooDeep);
        }
        if !self.watch.reach(depth, self.room) {
            return self.stop(Breach::TooWide);
        }
        Ok(Self { depth, in_some: false, ..self })
    }

    /// Into a `Some`.
    pub(super) fn some(self) -> Result<Self, Breach> {
        let level = Self { in_some: true, ..self.deeper()? }.step(Turn::Some);
        level.mark(1);
        Ok(level)
    }

    /// One step further in the type.
    pub(super) fn step(self, turn: Turn) -> Self {
        Self { place: self.place.after(turn), ..self }
    }

    /// So many values are here, where other values of the type may have none.
    pub(super) fn mark(self, values: u32) {
        self.watch.marks.set(self.place, values);
    }

    /// A value of this size is read into the room there is; what does not fit must go elsewhere.
    pub(super) fn hold(mut self, size: usize) -> Result<Self, Breach> {
        if size > self.room {
            self.charge(size - self.room)?;
        }
        self.room = size;
        Ok(self)
    }

    /// One of the values that are read into the room there is has been read: the rest is for the others.
    pub(super) fn fill(&mut self, size: usize) -> Result<(), Breach> {
        if size > self.room {
            self.charge(size - self.room)?;
        }
        self.room = self.room.saturating_sub(size);
        Ok(())
    }

    pub(super) fn with_room(self, room: usize) -> Self {
        Self { room, ..self }
    }

    fn charge(&self, bytes: usize) -> Result<(), Breach> {
        if self.watch.charge(bytes) { Ok(()) } else { self.stop(Breach::TooHeavy) }
    }

    /// Into a newtype, of which most formats write nothing: what is in a `Some` stays in it.
    pub(super) fn newtype(self) -> Result<Self, Breach> {
        Ok(Self { in_some: self.in_some, ..self.deeper()? })
    }

    /// Counts one element of a sequence, a map or a struct.
    pub(super) fn element(self) -> Result<(), Breach> {
        if self.watch.count() { Ok(()) } else { self.stop(Breach::TooMany) }
    }

    /// A `None` or a `()` is about to be written.
    pub(super) fn nothing(self) -> Result<(), Breach> {
        if self.in_some && self.watch.rules().null { self.stop(Breach::SomeNothing) } else { Ok(()) }
    }

    /// A float is about to be written.
    pub(super) fn float(self, finite: bool) -> Result<(), Breach> {
        if finite || !self.watch.rules().finite_floats { Ok(()) } else { self.stop(Breach::NotFinite) }
    }

    /// A field is about to be left out.
    pub(super) fn left_out(self, field: &'static str) -> Result<(), Breach> {
        if self.watch.rules().positional { self.stop(Breach::LeftOut(field)) } else { Ok(()) }
    }

    /// A struct or a variant has been written, with so many fields.
    pub(super) fn fields(self, arity: &Arity) -> Result<(), Breach> {
        if self.watch.rules().positional && !arity.fits(self.watch.arities()) {
            return self.stop(Breach::FewerFields(arity.name));
        }
        Ok(())
    }

    /// Into a variant, which is about to be written.
    pub(super) fn variant(self, name: &'static str, index: u32, variant: &'static str) -> Result<Self, Breach> {
        self.note("variant", 1);
        if self.watch.rules().positional && !Arity::place(name, variant, index).is_reached(self.watch.arities()) {
            return self.stop(Breach::Shifted(variant));
        }
        let level = self.step(Turn::Variant(index));
        level.mark(1);
        Ok(level)
    }

    #[cold]
    fn stop<T>(self, breach: Breach) -> Result<T, Breach> {
        Err(self.watch.note(breach))
    }
}
