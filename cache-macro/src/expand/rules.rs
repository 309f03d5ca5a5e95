//! The closures over the value.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Expr, ExprClosure, Token};

use super::names::private;
use crate::model::{Model, Rules};

/// Whether the closures borrow what they use, or own it and may live as long as they like.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Captures {
    Borrowed,
    Owned,
}

/// `.ttl(|v| ..).cache_if(|v| ..)`
pub(super) fn modifiers(rules: &Rules, captures: Captures) -> TokenStream {
    let ttl = rules.ttl.as_ref().map(|ttl| {
        let ttl = generated(ttl, captures);
        quote!(.ttl(#ttl))
    });
    let cache_if = rules.cache_if.as_ref().map(|cache_if| {
        let cache_if = match cache_if {
            Expr::Closure(closure) => Expr::Closure(generated(closure, captures)),
            other => other.clone(),
        };
        quote!(.cache_if(#cache_if))
    });
    quote!(#ttl #cache_if)
}

/// `Rules::<V>::new().ttl(|v| ..)`, if there are any.
pub(super) fn rules(model: &Model, value: &TokenStream) -> Option<TokenStream> {
    let private = private(&model.krate);
    let modifiers = modifiers(&model.rules, Captures::Borrowed);
    (!modifiers.is_empty()).then(|| quote!(#private::Rules::<#value>::new() #modifiers))
}

/// The closure, known to lints as generated: the attribute demands one even where a path to a method would do.
fn generated(closure: &ExprClosure, captures: Captures) -> ExprClosure {
    let mut closure = closure.clone();
    let span = Span::mixed_site().located_at(closure.inputs_begin.span);
    closure.inputs_begin.span = span;
    if captures == Captures::Owned {
        closure.capture.get_or_insert(Token![move](span));
    }
    closure
}
