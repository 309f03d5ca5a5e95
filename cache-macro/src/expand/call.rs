//! The `Call`: everything that is evaluated before the cache is asked.

use proc_macro2::TokenStream;
use quote::quote;

use super::names::{private, spec};
use super::spec::inline;
use super::template::{self, borrowed};
use crate::model::{Arg, Each, Home, Model};

/// `SPEC.at(&[args]).on(&cache).ttl(ttl).codec::<C>().tag(tag)`
pub(super) fn call(model: &Model) -> TokenStream {
    let spec = spec_place(model);
    let args = model.call.args.iter().map(|arg| part(model, arg));
    let on = model.call.cache.as_ref().map(|cache| {
        let cache = borrowed(cache);
        quote!(.on(#cache))
    });
    let ttl = model.call.ttl.as_ref().map(|ttl| quote!(.ttl(#ttl)));
    let codec = model.call.codec.as_ref().map(|codec| quote!(.codec::<#codec>()));
    let tags = model.call.tags.iter().map(|tag| {
        let tag = template::tag(&model.krate, tag);
        quote!(.tag(#tag))
    });
    quote!(#spec.at(&[#(#args),*]) #on #ttl #codec #(#tags)*)
}

/// The same as the end of a companion. That takes an element of `each` by value; a call looks at a reference to one.
pub(super) fn call_of_one(model: &Model) -> TokenStream {
    let call = call(model);
    match &model.each {
        Some(Each { element, .. }) => quote!(let #element = &#element; #call),
        None => call,
    }
}

/// A `&'static Spec`.
pub(super) fn reference(model: &Model) -> TokenStream {
    let place = spec_place(model);
    match (&model.companions, model.wrapper.home) {
        (Some(_), Home::Free) => quote!(&#place),
        _ => place,
    }
}

/// The `Spec`, or a reference to it.
pub(super) fn spec_place(model: &Model) -> TokenStream {
    let name = spec(model);
    match (&model.companions, model.wrapper.home) {
        (None, _) => inline(model),
        (Some(_), Home::Free) => quote!(#name),
        (Some(_), Home::Impl) => quote!(Self::#name()),
    }
}

/// One `Part` of the key.
fn part(model: &Model, arg: &Arg) -> TokenStream {
    match arg {
        Arg::FunctionPath => path(model),
        Arg::Filler(filler) => template::part(&model.krate, filler),
    }
}

fn path(model: &Model) -> TokenStream {
    let private = private(&model.krate);
    let function = &model.spec.function;
    match (&model.companions, model.wrapper.home) {
        (Some(_), Home::Impl) => {
            let spec = spec(model);
            quote!(#private::Part::path_of_method(&Self::#spec, #function))
        }
        (Some(companions), Home::Free) => {
            let name = &companions.name;
            quote!(#private::Part::path::<#name>(#function))
        }
        // A type has methods of one name in several traits: only what stands in the body tells them apart.
        (None, _) => quote!(#private::Part::path_of_body(&|| ())),
    }
}
