//! The names that generated code uses and makes.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Path;

use crate::model::{Companions, Home, Model};

/// The private names of the runtime.
pub(super) fn private(krate: &Path) -> TokenStream {
    quote!(#krate::__private)
}

/// The same, where mistakes of the user's types are shown at `place`.
pub(super) fn private_at(krate: &Path, place: Span) -> TokenStream {
    let place = Span::call_site().located_at(place);
    let krate = krate.to_token_stream().into_iter().map(|mut token| {
        token.set_span(token.span().located_at(place));
        token
    });
    let krate: TokenStream = krate.collect();
    quote_spanned!(place=> #krate::__private)
}

/// The `static` of a free function, the method of any other that has it.
pub(super) fn spec(model: &Model) -> Ident {
    let name = &model.spec.function;
    // Known to lints as generated, whatever style the function's own name is in.
    let span = Span::call_site().located_at(model.wrapper.sig.ident.span());
    match model.wrapper.home {
        Home::Free => Ident::new(&format!("__CACHE_{}", name.to_uppercase()), span),
        Home::Impl => Ident::new(&format!("__cache_{name}"), span),
    }
}

/// The function that makes the `Call` of the companions.
pub(super) fn call_maker(model: &Model) -> Ident {
    let span = model.wrapper.sig.ident.span();
    match model.wrapper.home {
        Home::Free => Ident::new("__cache_call", span),
        Home::Impl => Ident::new(&format!("__cache_{}_call", model.spec.function), span),
    }
}

/// A companion.
pub(super) fn companion(model: &Model, companions: &Companions, verb: &str) -> Ident {
    match model.wrapper.home {
        Home::Free => Ident::new(verb, companions.name.span()),
        Home::Impl => format_ident!("{}_{verb}", companions.name),
    }
}

/// A local variable that the user's code cannot see.
pub(super) fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}
