//! The tags: templates matched with the parameters, which the companions must have as well.

use super::template::fill;
use crate::errors::Errors;
use crate::model::Tag;
use crate::parse::{Arguments, Function};

pub(super) fn tags(arguments: &Arguments, function: &Function, errors: &Errors) -> Vec<Tag> {
    let tags = arguments.tags.iter();
    let tags = tags.map(|written| Tag {
        pieces: written.template.pieces.clone(),
        args: fill(written, "tag", function, errors).args,
    });
    tags.collect()
}
