//! The `Spec`: what is known of the function when it is compiled.

use std::time::Duration;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::names::{private, spec};
use crate::model::{Home, Model, NegativeTtl, Policy, Ttl};

/// The item that holds the `Spec` where there are companions to share it with.
pub(super) fn shared(model: &Model) -> TokenStream {
    let name = spec(model);
    let private = private(model);
    match model.wrapper.home {
        Home::Free => {
            let value = value(model);
            quote!(static #name: #private::Spec = #value;)
        }
        Home::Impl => {
            let inline = inline(model);
            quote!(fn #name() -> &'static #private::Spec #inline)
        }
    }
}

/// A block with the `Spec` that ends in a reference to it.
pub(super) fn inline(model: &Model) -> TokenStream {
    let private = private(model);
    let value = value(model);
    quote!({
        static SPEC: #private::Spec = #value;
        &SPEC
    })
}

fn value(model: &Model) -> TokenStream {
    let private = private(model);
    let function = format!("::{}", model.spec.function);
    let template = &model.spec.template;
    let pieces = &model.spec.pieces;
    let policy = policy(model, &model.spec.policy);
    quote! {
        #private::Spec::new(
            ::core::concat!(::core::module_path!(), #function),
            #template,
            &[#(#pieces),*],
            #policy,
        )
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
    let negative_ttl = policy.negative_ttl.as_ref().map(|ttl| {
        let ttl = match ttl {
            NegativeTtl::Fixed(ttl) => duration(*ttl),
            NegativeTtl::Constant(expr) => quote!(#expr),
        };
        quote!(.negative_ttl(#ttl))
    });
    let codec = policy.codec.as_ref().map(|codec| quote!(.codec(#krate::Codec::#codec)));
    let version = policy.version.as_ref().map(|version| quote!(.version(#version)));
    quote!(#krate::Policy::#ttl #jitter #negative_ttl #codec #version)
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
