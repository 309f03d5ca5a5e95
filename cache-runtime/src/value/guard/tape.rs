//! What kinds of things were written or read, in which order.
//!
//! A positional codec reads an `i64` as a `u64` without a word; the two tapes differ.

/// A running hash of the kinds. Neighbours of one kind are counted, so that text, bytes and a list of `u8`,
/// which are the same bytes, are the same here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::value) struct Tape {
    hash: u64,
    last: &'static str,
    run: usize,
    /// Something was asked that only a self-describing codec answers: nothing can be compared.
    unknown: bool,
}

impl Tape {
    pub(super) fn note(&mut self, kind: &'static str, times: usize) {
        if times == 0 {
            return;
        }
        if kind != self.last {
            self.flush();
            self.last = kind;
        }
        self.run = self.run.saturating_add(times);
    }

    pub(super) fn give_up(&mut self) {
        self.unknown = true;
    }

    pub(super) fn agrees(mut self, mut other: Self) -> bool {
        self.flush();
        other.flush();
        self.unknown || other.unknown || self.hash == other.hash
    }

    fn flush(&mut self) {
        for byte in self.last.bytes().chain(self.run.to_le_bytes()) {
            self.hash = (self.hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3).rotate_left(5).wrapping_add(1);
        }
        self.run = 0;
    }
}
