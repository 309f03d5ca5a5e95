//! The function that takes the place of the user's.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ReturnType;
use syn::spanned::Spanned;

use super::call::call;
use super::names::{local, private, private_at};
use super::rules::modifiers;
use crate::model::{Model, Origin};

/// ```text
/// Input:  async fn get(id: u64) -> R { BODY }
///
/// Output: async fn get(id: u64) -> R {
///             let call = SPEC.at(&[Arg::new(&id).part()]);
///             call.read_through(&mut Returned::<R>::NEW.origin(async move || -> R { BODY })).await
///         }
/// ```
///
/// The call is made in a statement of its own, so that what borrows the parameters is gone before the body takes them.
pub(super) fn wrapper(model: &Model) -> TokenStream {
    let wrapper = &model.wrapper;
    let (attrs, vis, sig) = (&wrapper.attrs, &wrapper.vis, &wrapper.sig);
    let body = body(model);
    let body = match wrapper.origin {
        Origin::Async | Origin::Blocking => body,
        Origin::Boxed => quote!(::std::boxed::Box::pin(async move { #body })),
    };
    quote!(#(#attrs)* #vis #sig { #body })
}

fn body(model: &Model) -> TokenStream {
    let variable = local("call");
    let call = call(model);
    let returned = &model.wrapper.returned;
    let span = Span::mixed_site().located_at(returned.span());
    let private = private_at(model, returned.span());
    let origin = origin(model);
    let rules = modifiers(&model.rules);
    let read_through = quote_spanned!(span=> #variable.read_through(&mut #private::Returned::<#returned>::NEW.origin(#origin) #rules).await);
    quote! {
        let #variable = #call;
        #read_through
    }
}

/// The body as a closure that is called when there is no value.
fn origin(model: &Model) -> TokenStream {
    let wrapper = &model.wrapper;
    let private = private(model);
    let (returned, body) = (&wrapper.returned, &wrapper.body);
    match wrapper.origin {
        Origin::Async => quote!(async move || -> #returned #body),
        Origin::Blocking => quote!(#private::blocking(move || -> #returned #body)),
        Origin::Boxed => {
            let boxed = match &wrapper.sig.output {
                ReturnType::Type(_, boxed) => quote!(#boxed),
                ReturnType::Default => quote!(()),
            };
            quote!(move || -> #boxed #body)
        }
    }
}
