//! The tags of one call.

use std::fmt::Write;

use super::tag::Tag;
use crate::key::{Key, Text};

/// The texts of some tags, one behind the other, each with its length before it: few and short ones need no memory of their
/// own ([netstrings](https://cr.yp.to/proto/netstrings.txt)).
#[derive(Debug)]
pub(super) struct Tags(Text);

impl Tags {
    pub(super) const fn none() -> Self {
        Self(Text::new())
    }

    pub(super) fn push(&mut self, tag: Tag) {
        let text = tag.into_text();
        let text = text.as_str();
        // A `Text` takes whatever it is given.
        let _ = write!(self.0, "{}:{text}", text.len());
    }

    /// All of them. Different tags are different texts.
    pub(super) fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Where their versions are kept.
    pub(super) fn keys(&self, namespace: &str) -> Vec<Key> {
        let mut rest = self.0.as_str();
        let mut keys = Vec::new();
        while let Some((length, from)) = rest.split_once(':') {
            let (text, after) =
                length.parse().ok().and_then(|length| from.split_at_checked(length)).unwrap_or((from, ""));
            keys.push(Key::of_tag(namespace, text));
            rest = after;
        }
        keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::Arg;

    #[test]
    fn tags_keep_their_order_and_every_character() {
        let texts = ["tenant:7", "", "1:2:3", "ä:", &"long".repeat(100)];
        let mut tags = Tags::none();
        let tag = |text: &&str| Tag::new(&["", ""], &[Arg::new(text).part()]);
        for text in &texts {
            tags.push(tag(text));
        }
        let expected: Vec<_> = texts.iter().map(|text| Key::of_tag("shop", tag(text).into_text().as_str())).collect();
        assert_eq!(tags.keys("shop"), expected);
        assert!(Tags::none().keys("shop").is_empty());
    }
}
