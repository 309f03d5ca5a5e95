//! What kind of function this is, and the kinds that cannot be cached.

use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{
    Attribute, Lifetime, ParenthesizedGenericArguments, Receiver, ReceiverKind, ReturnType, Safety, Signature, Token,
    Type, TypeFnPtr, TypeReference,
};

use super::boxed::boxed_future;
use crate::errors::Errors;
use crate::model::Origin;
use crate::parse::{Arguments, Companions, Function};

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
            owned(function, errors);
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
            errors.at(function.sig.fn_token, format!("`{name}` is a plain `fn`; {accepted}"));
            Origin::Async
        }
    }
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

/// Notes parameters that cannot move to another thread for as long as it takes.
fn owned(function: &Function, errors: &Errors) {
    let name = &function.sig.ident;
    let borrowed = |place: &dyn ToTokens, what: &str| {
        errors.at(
            place,
            format!(
                "{what} of `{name}` is borrowed; `blocking` moves the body to another thread and needs owned parameters"
            ),
        );
    };
    if let Some(receiver) = function.receiver()
        && is_borrowed_receiver(receiver)
    {
        borrowed(receiver, "`self`");
    }
    for parameter in &function.parameters {
        if is_borrowed(&parameter.ty) {
            let names: Vec<_> = parameter.names.iter().map(|name| format!("`{name}`")).collect();
            borrowed(&parameter.ty, &format!("parameter {}", names.join(", ")));
        }
    }
}

fn is_borrowed_receiver(receiver: &Receiver) -> bool {
    match &receiver.kind {
        ReceiverKind::Reference(..) => true,
        ReceiverKind::Typed(_, ty) => is_borrowed(ty),
        _ => false,
    }
}

fn is_borrowed(ty: &Type) -> bool {
    let mut borrows = Borrows(false);
    borrows.visit_type(ty);
    borrows.0
}

/// Finds references and lifetimes that are not `'static`.
struct Borrows(bool);

impl<'ast> Visit<'ast> for Borrows {
    fn visit_type_reference(&mut self, reference: &'ast TypeReference) {
        self.0 |= reference.lifetime.is_none();
        visit::visit_type_reference(self, reference);
    }

    fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
        self.0 |= lifetime.ident != "static";
    }

    // What a function takes and gives is not held by a pointer to it.
    fn visit_type_fn_ptr(&mut self, _: &'ast TypeFnPtr) {}
    fn visit_parenthesized_generic_arguments(&mut self, _: &'ast ParenthesizedGenericArguments) {}
}
