//! Percent-encoding of one placeholder's text.
//!
//! What may end or structure a placeholder never occurs in its text unescaped, which makes a key decodable from left to
//! right and hence injective. An escape is `%` and two upper-case hexadecimal digits; the marks of [`super::part`] are
//! `%` and a lower-case letter or `!`, and that of the cache's own keys is `%~`, so they never meet.

use std::fmt::{self, Write};

use super::text::Text;

/// Characters that structure a list or a tuple, escaped inside one.
const STRUCTURE: [char; 5] = [',', '(', ')', '[', ']'];

/// Writes into a key, escaping as it goes.
pub(super) struct Escaper<'a> {
    pub(super) out: &'a mut Text,
    /// The character that ends this placeholder in its template, if `:` does not.
    pub(super) stop: Option<char>,
    /// Inside a list or a tuple.
    pub(super) nested: bool,
}

/// Whether a character never occurs as it is in the text of a placeholder that ends at `stop`.
pub(crate) fn must_escape(c: char, stop: Option<char>) -> bool {
    matches!(c, '%' | ':' | '{' | '}' | ' ') || c.is_ascii_control() || stop == Some(c)
}

impl Escaper<'_> {
    fn must_escape(&self, c: char) -> bool {
        must_escape(c, self.stop) || (self.nested && STRUCTURE.contains(&c))
    }
}

impl Write for Escaper<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut rest = text;
        while let Some(at) = rest.find(|c| self.must_escape(c)) {
            let (plain, from) = rest.split_at(at);
            self.out.push_str(plain);
            let mut after = from.chars();
            if let Some(c) = after.next() {
                for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                    write!(self.out, "%{byte:02X}")?;
                }
            }
            rest = after.as_str();
        }
        self.out.push_str(rest);
        Ok(())
    }
}
