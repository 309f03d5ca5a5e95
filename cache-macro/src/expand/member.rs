//! One companion.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Generics, Token, Visibility};

/// A companion, or what companions share.
pub(super) struct Member {
    /// `None` hides it.
    pub(super) doc: Option<&'static str>,
    pub(super) asyncness: Option<Token![async]>,
    pub(super) name: Ident,
    pub(super) generics: Generics,
    pub(super) inputs: Vec<TokenStream>,
    pub(super) output: TokenStream,
    pub(super) body: TokenStream,
}

impl Member {
    /// The function, with `attrs` below its docs.
    pub(super) fn expand(&self, vis: &Visibility, attrs: Option<&TokenStream>) -> TokenStream {
        let Self { doc, asyncness, name, generics, inputs, output, body } = self;
        let clause = &generics.where_clause;
        let (doc, vis) = match doc {
            Some(doc) => (quote!(#[doc = #doc]), Some(vis)),
            None => (TokenStream::new(), None),
        };
        quote! {
            #doc
            #attrs
            #vis #asyncness fn #name #generics(#(#inputs),*) -> #output #clause {
                #body
            }
        }
    }
}

/// `::<T, N>`, for calling what has these generics; lifetimes are always found by the compiler.
pub(super) fn turbofish(generics: &Generics) -> Option<TokenStream> {
    let types = generics.type_params().map(|parameter| &parameter.ident);
    let constants = generics.const_params().map(|parameter| &parameter.ident);
    let names: Vec<_> = types.chain(constants).collect();
    (!names.is_empty()).then(|| quote!(::<#(#names),*>))
}
