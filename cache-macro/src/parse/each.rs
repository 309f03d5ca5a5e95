//! `each(id in ids)`: the parameter that is a list, and what one of it is called.

use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, Token};

use super::arguments::Arguments;
use crate::errors::Errors;

/// A list, and the name of its element.
#[derive(Clone)]
pub(crate) struct Each {
    pub(crate) element: Ident,
    pub(crate) list: Ident,
}

/// What stands in the parentheses of `each(..)`.
pub(super) fn each(facts: &mut Arguments, input: ParseStream, errors: &Errors) -> syn::Result<()> {
    let wrong = |found: &str| {
        let message = format!(
            "found {found}; `each` accepts a new name for one of a list, and the parameter that is the list, as in `each(id in ids)`"
        );
        syn::Error::new(input.span(), message)
    };
    let not_a_name = |_| wrong("no name");
    let element: Ident = input.parse().map_err(not_a_name)?;
    input.parse::<Token![in]>().map_err(|_| wrong("no `in`"))?;
    let list = input.call(Ident::parse_any).map_err(not_a_name)?;
    if !input.is_empty() {
        errors.note(wrong(&format!("more after `{list}`")));
    }
    facts.each = Some(Each { element, list });
    Ok(())
}
