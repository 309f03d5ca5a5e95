//! `tags = [..]`: a list of templates.

use std::collections::HashSet;

use syn::parse::ParseStream;
use syn::{Expr, ExprLit, Lit};

use super::arguments::Arguments;
use super::expression::{bare, found};
use super::values::expression;
use super::written::Written;
use crate::errors::Errors;

/// How many tags one value may have.
const MOST: usize = 16;

/// What stands after `tags =`.
pub(super) fn tags(facts: &mut Arguments, input: ParseStream, errors: &Errors) -> syn::Result<()> {
    const ACCEPTED: &str = "`tags` accepts a list of texts such as `[\"tenant:{tenant}\", \"all\"]`";
    let expr = expression("tags", input)?;
    let Expr::Array(list) = expr else {
        errors.at(&expr, format!("found {}; {ACCEPTED}", found(&expr)));
        return Ok(());
    };
    if list.elems.is_empty() {
        errors.at(&list, format!("found an empty list; {ACCEPTED}"));
    }
    let mut seen = HashSet::new();
    for (index, tag) in list.elems.into_iter().map(bare).enumerate() {
        let Expr::Lit(ExprLit { lit: Lit::Str(literal), .. }) = tag else {
            errors.at(&tag, format!("found {}; {ACCEPTED}", found(&tag)));
            continue;
        };
        if index == MOST {
            errors.at(&literal, format!("found more than {MOST} tags; a value has {MOST} at most"));
        }
        if !seen.insert(literal.value()) {
            errors.at(&literal, format!("the tag `{}` is given twice; keep one of them", literal.value()));
            continue;
        }
        facts.tags.push(Written::read("tag", literal, errors));
    }
    Ok(())
}
