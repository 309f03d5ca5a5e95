//! One tag of one call.

use super::pending::Pending;
use crate::cache::Cache;
use crate::key::{Part, Template, Text};
use crate::scope;

/// A group of entries, with its arguments.
#[derive(Debug)]
pub struct Tag {
    text: Text,
    cache: Option<Cache>,
}

impl Tag {
    /// The tag of this template, given as the literal pieces around its placeholders, with these arguments.
    #[must_use]
    pub fn new(pieces: &'static [&'static str], parts: &[Part<'_>]) -> Self {
        Self { text: Template::new(pieces).render(parts), cache: None }
    }

    /// The tag in `cache` instead of the one of the scope.
    #[must_use]
    pub fn on(mut self, cache: &Cache) -> Self {
        self.cache = Some(cache.clone());
        self
    }

    /// Forgets every entry that has this tag.
    pub fn invalidate(self) -> Pending {
        Pending::new(async move {
            let cache = self.cache.unwrap_or_else(scope::cache);
            cache.invalidate_tag(self.text.as_str()).await
        })
    }

    pub(super) fn into_text(self) -> Text {
        self.text
    }
}
