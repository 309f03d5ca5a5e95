//! The user's body inside generated code.

use proc_macro2::{Group, TokenStream};
use quote::quote;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Type};

use super::names::local;

/// The attributes that a body begins with, `#![allow(..)]`, which a closure cannot have, and the rest of it.
pub(super) fn parts(body: &Group) -> (Vec<Attribute>, TokenStream) {
    let split = |input: ParseStream| Ok((input.call(Attribute::parse_inner)?, input.parse()?));
    split.parse2(body.stream()).unwrap_or_else(|_| (Vec::new(), body.stream()))
}

/// The type of a boxed future that yields this and lives for `lifetime`.
pub(super) fn boxed(returned: &Type, lifetime: &TokenStream) -> TokenStream {
    quote! {
        ::core::pin::Pin<::std::boxed::Box<
            dyn ::core::future::Future<Output = #returned> + ::core::marker::Send + #lifetime
        >>
    }
}

/// Tells the compiler what a body returns before it reads the body, as in any function. It is never true.
///
/// An async closure does not, whatever return type is written, nor does an async block, and `Err(Box::new(NotFound))`
/// would not become a `Result<_, Box<dyn Error>>`.
pub(super) fn hint(returned: &Type) -> TokenStream {
    let variable = local("returned");
    quote! {
        if let ::core::option::Option::Some(#variable) = ::core::option::Option::None::<#returned> {
            return #variable;
        }
    }
}
