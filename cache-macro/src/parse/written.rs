//! A template as it stands in an argument: its literal, and what was read from it.

use syn::LitStr;

use super::template::{Template, template};
use crate::errors::Errors;

/// A template with its place.
pub(crate) struct Written {
    pub(crate) literal: LitStr,
    pub(crate) template: Template,
    /// Some of the template could not be read.
    pub(crate) is_broken: bool,
}

impl Written {
    /// Reads the template of a `what`, and notes what is wrong with it.
    pub(super) fn read(what: &str, literal: LitStr, errors: &Errors) -> Self {
        let (template, mistakes) = template(what, &literal.value());
        let is_broken = !mistakes.is_empty();
        for mistake in mistakes {
            errors.at(&literal, mistake);
        }
        Self { literal, template, is_broken }
    }
}
