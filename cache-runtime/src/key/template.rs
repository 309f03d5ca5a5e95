//! A key template as generated code knows it.

use super::arg::Part;
use super::text::Text;

/// The literal pieces around the placeholders of a key: one more than there are placeholders.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Template(&'static [&'static str]);

impl Template {
    pub(crate) const fn new(pieces: &'static [&'static str]) -> Self {
        Self(pieces)
    }

    pub(crate) const fn pieces(self) -> &'static [&'static str] {
        self.0
    }

    /// The key text for these arguments.
    pub(crate) fn render(self, parts: &[Part<'_>]) -> Text {
        let mut text = Text::new();
        for (index, piece) in self.0.iter().enumerate() {
            text.push_str(piece);
            if let Some(part) = parts.get(index) {
                part.write(&mut text, self.stop_after(index, parts.len()));
            }
        }
        text
    }

    /// The character that ends placeholder `index`: the first one of the literal between it and the next placeholder.
    /// Escaped inside the placeholder, it cannot slide text from one placeholder into the other.
    pub(crate) fn stop_after(self, index: usize, placeholders: usize) -> Option<char> {
        let is_last = index + 1 >= placeholders;
        if is_last { None } else { self.0.get(index + 1)?.chars().next() }
    }
}
