//! The function that takes the place of the user's.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ReturnType;
use syn::spanned::Spanned;

use super::body;
use super::call::call;
use super::many;
use super::names::{local, private, private_at};
use super::rules::{modifiers, owned_modifiers};
use crate::model::{Load, Model, Origin, Wrapper};

/// ```text
/// Input:  async fn get(id: u64) -> R { BODY }
///
/// Output: async fn get(id: u64) -> R {
///             let call = SPEC.at(&[Arg::new(&id).part()]);
///             call.read_through(&mut Returned::<R>::NEW.origin(async move || -> R {
///                 if let Some(returned) = None::<R> { return returned; }
///                 BODY
///             })).await
///         }
/// ```
///
/// A body that may run on when the call has its answer goes to `read_through_owned`, and owns all it uses.
///
/// The call is made in a statement of its own, so that what borrows the parameters is gone before the body takes them.
pub(super) fn wrapper(model: &Model) -> TokenStream {
    let wrapper = &model.wrapper;
    let (attrs, vis) = (&wrapper.attrs, &wrapper.vis);
    let sig = if model.each.is_some() { &many::signature(&wrapper.sig) } else { &wrapper.sig };
    let inner_attributes = wrapper.body.iter().flat_map(|body| body::parts(body).0);
    let body = match &model.each {
        None => call_with_body(model),
        Some(each) => many::call_with_body(model, each),
    };
    let body = match wrapper.origin {
        Origin::Async | Origin::Blocking => body,
        Origin::Boxed => quote!(::std::boxed::Box::pin(async move { #body })),
    };
    quote!(#(#attrs)* #vis #sig { #(#inner_attributes)* #body })
}

fn call_with_body(model: &Model) -> TokenStream {
    let variable = local("call");
    let call = call(model);
    let wrapper = &model.wrapper;
    let returned = &wrapper.returned;
    let span = Span::mixed_site().located_at(returned.span());
    let private = private_at(&model.krate, returned.span());
    let origin = origin(model);
    let shapes = Ident::new(if wrapper.failure_borrows { "ReturnedBorrowed" } else { "Returned" }, span);
    let origin = quote_spanned!(span=> #private::#shapes::<#returned>::NEW.origin(#origin));
    let words = quote_spanned!(span=> .words(#private::Words::<#returned>::NEW.find()));
    let (before, rules) = match wrapper.load {
        Load::Awaited | Load::Excused => (TokenStream::new(), modifiers(&model.rules)),
        Load::Detached => owned_modifiers(&model.rules),
    };
    let read_through = match wrapper.load {
        Load::Awaited => quote_spanned!(span=> read_through(&mut #origin #rules)),
        Load::Excused => quote_spanned!(span=> read_through(&mut #origin #rules #words)),
        Load::Detached => quote_spanned!(span=> read_through_owned(#origin #rules #words)),
    };
    let awaited = quote_spanned!(span=> #variable.#read_through.await);
    quote! {
        let #variable = #call;
        #before
        #awaited
    }
}

/// The body as a closure that is called when there is no value.
fn origin(model: &Model) -> TokenStream {
    let wrapper = &model.wrapper;
    let private = private(&model.krate);
    let returned = &wrapper.returned;
    let statements = wrapper.body.as_ref().map(|body| body::parts(body).1);
    match wrapper.origin {
        Origin::Async => {
            let hint = body::hint(returned);
            quote!(async move || -> #returned { #hint #statements })
        }
        Origin::Blocking => quote!(#private::blocking(move || -> #returned { #statements })),
        Origin::Boxed => {
            let boxed = boxed(wrapper);
            quote!(move || -> #boxed { #statements })
        }
    }
}

/// The type of the boxed future that the body makes, which may not borrow where the body may outlive its call.
fn boxed(wrapper: &Wrapper) -> TokenStream {
    let returned = &wrapper.returned;
    match &wrapper.sig.output {
        ReturnType::Type(_, boxed) if wrapper.load != Load::Detached => quote!(#boxed),
        _ => body::boxed(returned, &quote!('static)),
    }
}
