//! What kind of function this is, and the kinds that cannot be cached.

use quote::ToTokens;
use syn::{Attribute, ReturnType, Safety, Signature, Token};

use super::borrows::borrowed;
use super::boxed::boxed_future;
use crate::errors::Errors;
use crate::model::Origin;
use crate::parse::{Arguments, Companions, Function, names_in};

/// How the body becomes a future; notes why it cannot.
pub(super) fn check(arguments: &Arguments, function: &Function, errors: &Errors) -> Origin {
    let name = &function.sig.ident;
    qualifiers(&function.sig, errors);
    for again in function.attrs.iter().filter(|attr| is_own(attr)) {
        errors.at(again, format!("`{name}` has `#[read_through]` twice; keep one of them"));
    }
    if function.body.is_none() {
        errors.at(
            name,
            format!("`{name}` has no body to cache; annotate the methods that implement it, with `companions = false`"),
        );
    }
    match (&function.sig.asyncness, &arguments.blocking) {
        (Some(_), Some(blocking)) => {
            errors.at(blocking, format!("`{name}` is async already; `blocking` is for a plain `fn`"));
            Origin::Async
        }
        (Some(_), None) => Origin::Async,
        (None, Some(_)) => {
            for (place, parameter) in borrowed(function) {
                errors.at(place, format!("{parameter} is borrowed; `blocking` moves the body to another thread and needs owned parameters"));
            }
            Origin::Blocking
        }
        (None, None) if is_boxed(&function.sig) => {
            if made_by_async_trait(&function.sig) && !matches!(arguments.companions, Companions::None) {
                errors.at(
                    name,
                    format!("`{name}` belongs to a trait, where companions have no place; say `companions = false`"),
                );
            }
            Origin::Boxed
        }
        (None, None) => {
            let accepted = "make it an `async fn`, or say `blocking` to run its body on the blocking pool";
            errors.at(function.sig.fn_token, plain(function, "read_through", accepted));
            Origin::Async
        }
    }
}

/// Says that a function is plain, and what is `accepted`, or who made it plain.
pub(super) fn plain(function: &Function, attribute: &str, accepted: &str) -> String {
    let name = &function.sig.ident;
    // So `#[tokio::main]` and `#[tokio::test]` leave an `async fn`.
    if function.body.as_ref().is_some_and(|body| names_in(body).contains("block_on")) {
        return format!(
            "`{name}` is a plain `fn` by now, which another attribute has made of it; put `#[{attribute}]` above that one"
        );
    }
    format!("`{name}` is a plain `fn`; {accepted}")
}

/// Whether an attribute is this one, another time.
pub(super) fn is_own(attr: &Attribute) -> bool {
    attr.path().segments.last().is_some_and(|last| last.ident == "read_through")
}

/// The signature of the wrapper.
pub(super) fn signature(mut sig: Signature, origin: Origin) -> Signature {
    if origin == Origin::Blocking && sig.constness.is_none() {
        sig.asyncness = Some(Token![async](sig.fn_token.span));
    }
    sig
}

fn qualifiers(sig: &Signature, errors: &Errors) {
    let refused = |place: &dyn ToTokens, what: &str| {
        errors.at(
            place,
            format!("found {what}; `#[read_through]` accepts functions that are safe to call at any time, from Rust"),
        );
    };
    if let Some(constness) = &sig.constness {
        refused(constness, "a `const fn`");
    }
    match &sig.safety {
        Safety::Unsafe(place) => refused(place, "an `unsafe fn`"),
        Safety::Safe(place) => refused(place, "a `safe fn`"),
        Safety::Default => {}
    }
    if let Some(abi) = &sig.abi {
        refused(&abi.extern_token, "an `extern fn`");
    }
    if let Some(variadic) = &sig.variadic {
        refused(&variadic.dots, "a variadic function");
    }
}

fn is_boxed(sig: &Signature) -> bool {
    matches!(&sig.output, ReturnType::Type(_, ty) if boxed_future(ty).is_some())
}

/// Whether `async_trait` was here, which works on whole traits and `impl`s of them.
pub(super) fn made_by_async_trait(sig: &Signature) -> bool {
    sig.generics.lifetimes().any(|parameter| parameter.lifetime.ident == "async_trait")
}
