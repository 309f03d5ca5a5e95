//! What stands beside the function: its `Spec`, and the companions in a type of their own or as methods.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Visibility;

use super::spec::shared;
use super::value::shape;
use super::verbs::{Bodies, verbs};
use crate::model::{Companions, Home, Model};

pub(crate) fn companions(model: &Model, bodies: Bodies) -> TokenStream {
    let Some(companions) = &model.companions else { return TokenStream::new() };
    match model.wrapper.home {
        Home::Free => of_function(model, companions, bodies),
        Home::Impl => of_method(model, companions, bodies),
    }
}

/// ```text
/// static __CACHE_GET: Spec = ..;
///
/// /// Cache operations of [`get`](fn@get).
/// pub struct get {}
///
/// impl get { pub fn key(id: u64) -> Key { .. } .. }
/// ```
fn of_function(model: &Model, companions: &Companions, bodies: Bodies) -> TokenStream {
    let (vis, name, attrs) = (&model.wrapper.vis, &companions.name, &companions.attrs);
    let function = &model.spec.function;
    let doc = format!(" Cache operations of [`{function}`](fn@{function}).");
    let spec = spec(model, companions, bodies);
    let allowed = allowed(model);
    let members = verbs(model, companions, bodies);
    let members = members.iter().map(|member| member.expand(vis, None));
    let shape = shape(model, companions);
    // Known to lints as generated, be the function made by a macro or not: an `allow` would be refused where one is forbidden.
    let type_vis = if let Visibility::Public(_) = vis { quote!(pub) } else { quote!(#vis) };
    quote! {
        #spec
        #[doc = #doc]
        #(#attrs)*
        #[allow(dead_code, non_camel_case_types, clippy::exhaustive_structs)]
        #type_vis struct #name {}
        #(#attrs)*
        #allowed
        impl #name {
            #shape
            #(#members)*
        }
    }
}

/// The same as methods `get_key`, `get_invalidate` and so on.
fn of_method(model: &Model, companions: &Companions, bodies: Bodies) -> TokenStream {
    let attrs = &companions.attrs;
    let spec = spec(model, companions, bodies);
    let allowed = allowed(model);
    let members = verbs(model, companions, bodies);
    let attrs = quote!(#(#attrs)* #allowed);
    let members = members.iter().map(|member| member.expand(&model.wrapper.vis, Some(&attrs)));
    quote!(#spec #(#members)*)
}

fn spec(model: &Model, companions: &Companions, bodies: Bodies) -> Option<TokenStream> {
    let attrs = &companions.attrs;
    let spec = (bodies == Bodies::Working).then(|| shared(model))?;
    Some(quote!(#(#attrs)* #spec))
}

/// What a user's own strictness would hold against companions: that they are not all used, or are no work of art.
fn allowed(model: &Model) -> TokenStream {
    let lifetimes = model.wrapper.sig.generics.lifetimes().next();
    let lifetimes = lifetimes.map(|_| quote!(#[allow(single_use_lifetimes, unused_lifetimes)]));
    quote!(#[allow(deprecated, non_snake_case, unused, clippy::all, clippy::pedantic)] #lifetimes)
}
