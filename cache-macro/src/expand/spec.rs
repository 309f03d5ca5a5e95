//! The `Spec`: what is known of the function when it is compiled.

use std::time::Duration;

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;
use syn::Attribute;

use super::names::{private, spec};
use super::registration::register;
use crate::model::{CacheName, Home, Lasting, Model, Near, Policy, Ttl};

/// The item that holds the `Spec` where there are companions to share it with.
pub(super) fn shared(model: &Model) -> TokenStream {
    let name = spec(model);
    let private = private(&model.krate);
    match model.wrapper.home {
        Home::Free => {
            let value = value(model);
            let register = register(model, &name);
            let cfg = cfg(model);
            quote! {
                static #name: #private::Spec = #value;
                #(#cfg)* #register
            }
        }
        Home::Impl => {
            let inline = inline(model);
            quote!(fn #name() -> &'static #private::Spec #inline)
        }
    }
}

/// A block with the `Spec` that ends in a reference to it.
pub(super) fn inline(model: &Model) -> TokenStream {
    let private = private(&model.krate);
    let value = value(model);
    let name = Ident::new("SPEC", Span::call_site());
    let register = register(model, &name);
    quote!({
        static #name: #private::Spec = #value;
        #register
        &#name
    })
}

/// What decides whether the function exists.
fn cfg(model: &Model) -> impl Iterator<Item = &Attribute> {
    let attrs = model.companions.iter().flat_map(|companions| &companions.attrs);
    attrs.filter(|attr| attr.path().is_ident("cfg"))
}

/// Whether the `Spec` stands in a body, be it that of the function or of a method beside it, and so in the type that these
/// are of.
fn is_inside(model: &Model) -> bool {
    model.companions.is_none() || model.wrapper.home == Home::Impl
}

fn value(model: &Model) -> TokenStream {
    let private = private(&model.krate);
    let function = format!("::{}", model.spec.function);
    let template = &model.spec.template;
    let pieces = &model.spec.pieces;
    let policy = policy(model, &model.spec.policy);
    let tags = &model.spec.tags;
    let tags = (!tags.is_empty()).then(|| quote!(.tags(&[#(#tags),*])));
    let cache =
        model.spec.cache.as_ref().map(
            |CacheName { text, of_call }| {
                if *of_call { quote!(.cache_of_call(#text)) } else { quote!(.cache(#text)) }
            },
        );
    let inside = is_inside(model).then(|| quote!(.inside(|| #private::path_of(&|| ()))));
    quote! {
        #private::Spec::new(
            ::core::concat!(::core::module_path!(), #function),
            #template,
            &[#(#pieces),*],
            #policy,
        )
        #inside
        #tags
        #cache
    }
}

fn policy(model: &Model, policy: &Policy) -> TokenStream {
    let krate = &model.krate;
    let ttl = match policy.ttl {
        Ttl::Fixed(ttl) => {
            let ttl = duration(ttl);
            quote!(new(#ttl))
        }
        Ttl::Forever => quote!(forever()),
        Ttl::Dynamic => quote!(dynamic()),
    };
    let jitter = policy.jitter.as_ref().map(|jitter| quote!(.jitter(#jitter)));
    let lasting = |name: &str, time: &Option<Lasting>| time.as_ref().map(|time| lasting(name, time));
    let stale_while_revalidate = lasting("stale_while_revalidate", &policy.stale_while_revalidate);
    let stale_if_error = lasting("stale_if_error", &policy.stale_if_error);
    let refresh_ahead = policy.refresh_ahead.as_ref().map(|fraction| quote!(.refresh_ahead(#fraction)));
    let soft_timeout = lasting("soft_timeout", &policy.soft_timeout);
    let negative_ttl = lasting("negative_ttl", &policy.negative_ttl);
    let near = policy.near.as_ref().map(near);
    let codec = policy.codec.as_ref().map(|codec| quote!(.codec(#krate::Codec::#codec)));
    let version = policy.version.as_ref().map(|version| quote!(.version(#version)));
    let windows = quote!(#stale_while_revalidate #stale_if_error #refresh_ahead #soft_timeout);
    quote!(#krate::Policy::#ttl #jitter #windows #negative_ttl #near #codec #version)
}

/// `.near(time)` or another choice
fn near(near: &Near) -> TokenStream {
    match near {
        Near::AtMost(time) => lasting("near", time),
        Near::ByDefault => quote!(.near_by_default()),
        Near::Off => quote!(.not_near()),
    }
}

/// `.negative_ttl(ttl)`
fn lasting(name: &str, time: &Lasting) -> TokenStream {
    let name = Ident::new(name, Span::call_site());
    let time = match time {
        Lasting::Fixed(time) => duration(*time),
        Lasting::Constant(expr) => quote!(#expr),
    };
    quote!(.#name(#time))
}

fn duration(duration: Duration) -> TokenStream {
    if duration.subsec_nanos() == 0 {
        let seconds = Literal::u64_unsuffixed(duration.as_secs());
        return quote!(::core::time::Duration::from_secs(#seconds));
    }
    let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let millis = Literal::u64_unsuffixed(millis);
    quote!(::core::time::Duration::from_millis(#millis))
}
