//! Tags: templates matched with the parameters.

use super::template::fill;
use crate::errors::Errors;
use crate::model::Tag;
use crate::parse::{Arguments, Function, Written};

pub(super) fn tags(arguments: &Arguments, function: &Function, errors: &Errors) -> Vec<Tag> {
    arguments.tags.iter().map(|written| tag(written, function, errors)).collect()
}

pub(super) fn tag(written: &Written, function: &Function, errors: &Errors) -> Tag {
    Tag { pieces: written.template.pieces.clone(), fillers: fill(written, "tag", function, errors).fillers }
}
