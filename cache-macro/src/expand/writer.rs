//! The function with what follows its success.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Receiver, ReceiverKind, Type};

use super::body;
use super::names::{local, private_at};
use super::target::{Called, Calls};
use super::template::{self, borrowed};
use crate::model::{Step, Target, Writer};

/// ```text
/// Input:  #[invalidates(get_user(id))]
///         async fn rename(id: u64, name: String) -> R { BODY }
///
/// Output: async fn rename(id: u64, name: String) -> R {
///             let pending0 = { let argument0_0 = argument(&id); get_user::invalidate(argument0_0) };
///             Returned::<R>::NEW.writer(async {
///                 if let Some(returned) = None::<R> { return returned; }
///                 BODY
///             })
///             .invalidates(pending0)
///             .run()
///             .await
///         }
/// ```
///
/// The block of the body is not `move`, so that closures over what is returned may use the parameters as well.
pub(crate) fn writer(writer: &Writer) -> TokenStream {
    let (attrs, vis, sig) = (&writer.attrs, &writer.vis, &writer.sig);
    let (inner_attributes, statements) = body::parts(&writer.body);
    let returned = &writer.returned;
    let body = match &writer.boxed {
        None => {
            let hint = body::hint(returned);
            quote!(#hint #statements)
        }
        Some(boxed) => quote!((move || -> #boxed { #statements })().await),
    };
    let steps = writer.steps.iter().enumerate().map(|(index, step)| self::step(writer, step, index));
    let (before, after): (Vec<_>, Vec<_>) = steps.unzip();
    let span = Span::mixed_site().located_at(returned.span());
    let private = private_at(&writer.krate, returned.span());
    let made = quote_spanned!(span=> #private::Returned::<#returned>::NEW.writer(async { #body }));
    let all = quote_spanned!(span=> #(#before)* #made #(#after)*.run().await);
    let all = if writer.boxed.is_some() { quote!(::std::boxed::Box::pin(async move { #all })) } else { all };
    quote!(#(#attrs)* #vis #sig { #(#inner_attributes)* #all })
}

/// The statements of a step that run before the body, and its modifier of the writer.
fn step(writer: &Writer, step: &Step, index: usize) -> (TokenStream, TokenStream) {
    match step {
        Step::Invalidate(target) => match &target.returned {
            None => invalidate(writer, target, index),
            Some(returned) => with(writer, target, index, invalidation(target), returned),
        },
        Step::WriteThrough(target) => match &target.returned {
            None => write_through(writer, target, index),
            Some(returned) => with(writer, target, index, "put", returned),
        },
        Step::InvalidateTag { tag, cache } => {
            let tag = template::tag(&writer.krate, tag);
            let on = cache.as_ref().map(|cache| {
                let cache = borrowed(cache);
                quote!(.on(#cache))
            });
            pending(index, &quote!(#tag #on.invalidate()))
        }
    }
}

fn pending(index: usize, made: &TokenStream) -> (TokenStream, TokenStream) {
    let name = local(&format!("pending{index}"));
    (quote!(let #name = #made;), quote!(.invalidates(#name)))
}

fn invalidate(writer: &Writer, target: &Target, index: usize) -> (TokenStream, TokenStream) {
    let calls = Calls::new(&writer.krate, target, index, Called::Before);
    pending(index, &calls.of(invalidation(target), None))
}

/// The companion by which a target is forgotten.
fn invalidation(target: &Target) -> &'static str {
    if target.list.is_some() { "invalidate_many" } else { "invalidate" }
}

fn with(
    writer: &Writer,
    target: &Target,
    index: usize,
    companion: &str,
    returned: &Ident,
) -> (TokenStream, TokenStream) {
    let calls = later(writer, target, index);
    let is_put = companion == "put";
    let modifier = local(if is_put { "writes_through_with" } else { "invalidates_with" });
    let call = calls.of(companion, is_put.then_some(returned));
    (calls.before, quote!(.#modifier(|#returned| #call)))
}

fn write_through(writer: &Writer, target: &Target, index: usize) -> (TokenStream, TokenStream) {
    let calls = later(writer, target, index);
    let value = Ident::new("value", Span::mixed_site().located_at(target.span));
    let (put, invalidate) = (calls.of("put", Some(&value)), calls.of("invalidate", None));
    let modifier = quote! {
        .writes_through(|#value| match #value {
            ::core::option::Option::Some(#value) => #put,
            ::core::option::Option::None => #invalidate,
        })
    };
    (calls.before, modifier)
}

/// The calls of a target that are made after the body.
fn later<'a>(writer: &Writer, target: &'a Target, index: usize) -> Calls<'a> {
    let mut calls = Calls::new(&writer.krate, target, index, Called::After);
    if writer.sig.receiver().is_some_and(is_shared) {
        calls.keep_self(&writer.krate, index);
    }
    calls
}

/// Whether a copy of `self` is the same `self`: a reference or an `Arc`. Any other is left to the closure itself, which the
/// body allows or not.
fn is_shared(receiver: &Receiver) -> bool {
    match &receiver.kind {
        ReceiverKind::Reference(_, _, exclusive) => exclusive.is_none(),
        ReceiverKind::Typed(_, ty) => match &**ty {
            Type::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == "Arc" || last.ident == "Rc"),
            _ => false,
        },
        _ => false,
    }
}
