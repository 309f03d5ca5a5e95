//! Text that lives on the stack while it is short, as keys are.

use std::fmt;

use arrayvec::ArrayString;

/// The longest text kept without an allocation.
const INLINE: usize = 104;

/// A growing string, on the stack up to [`INLINE`] bytes.
#[derive(Clone, Debug)]
pub(crate) enum Text {
    Inline(ArrayString<INLINE>),
    Heap(String),
}

impl Text {
    pub(crate) const fn new() -> Self {
        Self::Inline(ArrayString::new_const())
    }

    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Inline(text) => text,
            Self::Heap(text) => text,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.as_str().len()
    }

    pub(crate) fn push_str(&mut self, more: &str) {
        if let Self::Inline(text) = self {
            if text.try_push_str(more).is_ok() {
                return;
            }
            *self = Self::Heap(String::from(&**text));
        }
        if let Self::Heap(text) = self {
            text.push_str(more);
        }
    }

    pub(crate) fn push(&mut self, more: char) {
        self.push_str(more.encode_utf8(&mut [0; 4]));
    }

    /// Puts `more` before what begins at byte `at`; at the end where `at` is no character boundary.
    pub(crate) fn insert_str(&mut self, at: usize, more: &str) {
        let (head, tail) = self.as_str().split_at_checked(at).unwrap_or((self.as_str(), ""));
        let mut whole = Self::new();
        whole.push_str(head);
        whole.push_str(more);
        whole.push_str(tail);
        *self = whole;
    }
}

impl fmt::Write for Text {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        self.push_str(more);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_moves_to_the_heap_when_it_outgrows_the_stack_and_keeps_every_byte() {
        let mut text = Text::new();
        let mut plain = String::new();
        for piece in ["user:", "é", &"x".repeat(INLINE - 8), "tail"] {
            text.push_str(piece);
            plain.push_str(piece);
            assert_eq!(text.as_str(), plain);
        }
        assert!(matches!(text, Text::Heap(_)));
        text.insert_str(5, "in:");
        plain.insert_str(5, "in:");
        assert_eq!(text.as_str(), plain);
    }
}
