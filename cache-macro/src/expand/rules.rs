//! The closures over the value.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::{Expr, ExprClosure, Token};

use super::names::{local, private};
use super::receiver::renamed;
use crate::model::{Model, Rules};
use crate::parse::parameters_used;

/// `.ttl(|v| ..).cache_if(|v| ..)`
pub(super) fn modifiers(rules: &Rules) -> TokenStream {
    let ttl = rules.ttl.as_ref().map(|ttl| {
        let ttl = generated(ttl);
        quote!(.ttl(#ttl))
    });
    let cache_if = rules.cache_if.as_ref().map(|cache_if| {
        let cache_if = match cache_if {
            Expr::Closure(closure) => Expr::Closure(generated(closure)),
            other => other.clone(),
        };
        quote!(.cache_if(#cache_if))
    });
    quote!(#ttl #cache_if)
}

/// The same for closures that outlive the call, after statements that copy for them what the body takes.
pub(super) fn owned_modifiers(rules: &Rules) -> (TokenStream, TokenStream) {
    let cache_if = rules.cache_if.as_ref();
    let closure =
        cache_if.and_then(|cache_if| if let Expr::Closure(closure) = cache_if { Some(closure) } else { None });
    let (before_ttl, ttl) = rules.ttl.as_ref().map(|ttl| owned("ttl", ttl, &rules.used)).unzip();
    let (before_cache_if, closure) = closure.map(|closure| owned("cache_if", closure, &rules.used)).unzip();
    let cache_if = closure.or_else(|| cache_if.map(|path| quote!(.cache_if(#path))));
    (quote!(#before_ttl #before_cache_if), quote!(#ttl #cache_if))
}

/// `.ttl({ let tenant = ttl_tenant; move |v| .. })`, after `let ttl_tenant = tenant.clone();`.
fn owned(rule: &str, closure: &ExprClosure, used: &[Ident]) -> (TokenStream, TokenStream) {
    let mentioned = parameters_used(&Expr::Closure(closure.clone()));
    let mut closure = generated(closure);
    closure.capture.get_or_insert(Token![move](closure.inputs_begin.span));
    let mut closure = closure.to_token_stream();
    let (mut before, mut inside) = (TokenStream::new(), TokenStream::new());
    for name in used.iter().filter(|name| mentioned.contains(name)) {
        let copy = local(&format!("{rule}_{}", name.unraw()));
        before.extend(quote!(let #copy = ::core::clone::Clone::clone(&#name);));
        if name == "self" {
            closure = renamed(closure, &copy);
        } else {
            inside.extend(quote!(#[allow(unused_variables)] let #name = #copy;));
        }
    }
    let rule = local(rule);
    let argument = if inside.is_empty() { closure } else { quote!({ #inside #closure }) };
    (before, quote!(.#rule(#argument)))
}

/// `Rules::<V>::new().ttl(|v| ..)`, if there are any.
pub(super) fn rules(model: &Model, value: &TokenStream) -> Option<TokenStream> {
    let private = private(&model.krate);
    let modifiers = modifiers(&model.rules);
    (!modifiers.is_empty()).then(|| quote!(#private::Rules::<#value>::new() #modifiers))
}

/// The closure, known to lints as generated: the attribute demands one even where a path to a method would do.
fn generated(closure: &ExprClosure) -> ExprClosure {
    let mut closure = closure.clone();
    let span = Span::mixed_site().located_at(closure.inputs_begin.span);
    closure.inputs_begin.span = span;
    closure
}
