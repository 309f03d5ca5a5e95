//! `#[read_through(..)]` from end to end.

use proc_macro2::TokenStream;

use crate::errors::Errors;
use crate::expand::expand;
use crate::fallback::{fallback, item_only};
use crate::lower::lower;
use crate::parse::{arguments, function};

pub(crate) fn read_through(args: TokenStream, item: &TokenStream) -> TokenStream {
    let errors = Errors::new();
    let function = function("read_through", item.clone(), args.clone());
    let arguments = arguments(args, &errors);
    let model = match function {
        Ok(function) => Some(lower(arguments, function, &errors)),
        Err(mistake) => {
            errors.note(mistake);
            None
        }
    };
    match (errors.check(), model) {
        (Ok(()), Some(model)) => expand(&model),
        (Err(mistakes), Some(model)) => fallback(&mistakes, &model),
        (Err(mistakes), None) => item_only(&mistakes, item),
        (Ok(()), None) => item.clone(),
    }
}
