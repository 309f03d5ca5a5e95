//! `#[read_through(..)]` from end to end.

use proc_macro2::TokenStream;

use crate::errors::Errors;
use crate::expand::expand;
use crate::fallback::{fallback, item_only};
use crate::lower::lower;
use crate::parse::{arguments, function};

pub(crate) fn read_through(args: TokenStream, item: &TokenStream) -> TokenStream {
    let errors = Errors::new();
    let function = function(item.clone(), args.clone());
    let arguments = arguments(args, &errors);
    let function = match function {
        Ok(function) => function,
        Err(mistake) => {
            errors.note(mistake);
            return item_only(errors, item);
        }
    };
    let model = lower(arguments, function, &errors);
    match errors.check() {
        Ok(()) => expand(&model),
        Err(mistakes) => fallback(&mistakes, &model),
    }
}
