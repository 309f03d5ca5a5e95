//! `#[invalidates(..)]` and `#[write_through(..)]` from end to end.

use proc_macro2::TokenStream;

use crate::errors::Errors;
use crate::fallback::item_only;
use crate::model::Verb;
use crate::parse::{changes, function};
use crate::{expand, lower};

pub(crate) fn writer(verb: Verb, args: TokenStream, item: &TokenStream) -> TokenStream {
    let errors = Errors::new();
    let function = function(verb.name(), item.clone(), args.clone());
    let changes = changes(args, &errors);
    let writer = match function {
        Ok(function) => lower::writer(changes, function, verb, &errors),
        Err(mistake) => {
            errors.note(mistake);
            None
        }
    };
    match errors.check() {
        Ok(()) => writer.as_ref().map(expand::writer).unwrap_or_default(),
        Err(mistakes) => item_only(&mistakes, item),
    }
}
