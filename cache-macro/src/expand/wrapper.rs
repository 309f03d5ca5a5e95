//! The function that takes the place of the user's.

use proc_macro2::{Group, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Attribute, ReturnType};

use super::call::call;
use super::names::{local, private, private_at};
use super::rules::modifiers;
use crate::model::{Model, Origin};

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
/// The `if let` is never true. It tells the compiler what the body returns before it reads the body, as in any function:
/// an async closure does not, whatever return type is written, and `Err(Box::new(NotFound))` would not become a
/// `Result<_, Box<dyn Error>>`.
///
/// The call is made in a statement of its own, so that what borrows the parameters is gone before the body takes them.
pub(super) fn wrapper(model: &Model) -> TokenStream {
    let wrapper = &model.wrapper;
    let (attrs, vis, sig) = (&wrapper.attrs, &wrapper.vis, &wrapper.sig);
    let inner_attributes = wrapper.body.iter().flat_map(|body| body_parts(body).0);
    let body = body(model);
    let body = match wrapper.origin {
        Origin::Async | Origin::Blocking => body,
        Origin::Boxed => quote!(::std::boxed::Box::pin(async move { #body })),
    };
    quote!(#(#attrs)* #vis #sig { #(#inner_attributes)* #body })
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
    let returned = &wrapper.returned;
    let statements = wrapper.body.as_ref().map(|body| body_parts(body).1);
    match wrapper.origin {
        Origin::Async => {
            let variable = local("returned");
            quote! {
                async move || -> #returned {
                    if let ::core::option::Option::Some(#variable) = ::core::option::Option::None::<#returned> {
                        return #variable;
                    }
                    #statements
                }
            }
        }
        Origin::Blocking => quote!(#private::blocking(move || -> #returned { #statements })),
        Origin::Boxed => {
            let boxed = match &wrapper.sig.output {
                ReturnType::Type(_, boxed) => quote!(#boxed),
                ReturnType::Default => quote!(()),
            };
            quote!(move || -> #boxed { #statements })
        }
    }
}

/// The attributes that a body begins with, `#![allow(..)]`, which a closure cannot have, and the rest of it.
fn body_parts(body: &Group) -> (Vec<Attribute>, TokenStream) {
    let split = |input: ParseStream| Ok((input.call(Attribute::parse_inner)?, input.parse()?));
    split.parse2(body.stream()).unwrap_or_else(|_| (Vec::new(), body.stream()))
}
