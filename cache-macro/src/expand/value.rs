//! How `put` and `peek` spell the stored type.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::spanned::Spanned;
use syn::{Generics, parse_quote};

use super::names::private;
use crate::model::{Companions, Model, Value};

/// The stored type in the signatures and calls of `put` and `peek`.
pub(super) struct Spelled {
    /// `T`
    pub(super) ty: TokenStream,
    /// `R, T, S` of `Call::put::<R, T, S>`.
    pub(super) arguments: TokenStream,
    pub(super) generics: Generics,
    /// Where mistakes of the type are shown.
    pub(super) span: Span,
}

pub(super) fn spelled(model: &Model, companions: &Companions) -> Spelled {
    let private = private(&model.krate);
    let (krate, returned) = (&model.krate, &model.wrapper.returned);
    let span = Span::mixed_site().located_at(returned.span());
    let mut generics = companions.value_generics.clone();
    let ty = match &companions.value {
        Value::Named(ty) => quote!(#ty),
        Value::Unknown => quote!(()),
        Value::OfMany => quote!(<#returned as #private::UnwrappedMany>::Value),
        Value::Probed => quote!(<#returned as #private::Unwrapped<{ Self::__CACHE_SHAPE }>>::Value),
        Value::Inferred => {
            generics.params.push(parse_quote!(__CacheValue: #krate::Value));
            generics.params.push(parse_quote!(__CacheShape));
            let returns = parse_quote!(#returned: #private::Returns<__CacheValue, __CacheShape>);
            generics.make_where_clause().predicates.push(returns);
            return Spelled {
                ty: quote!(__CacheValue),
                arguments: quote!(#returned, __CacheValue, __CacheShape),
                generics,
                span,
            };
        }
    };
    // What is stored for one of many is not wrapped in anything.
    let arguments = if model.each.is_some() { quote!(#ty, #ty, #private::Itself) } else { quote!(#returned, _, _) };
    Spelled { ty, arguments, generics, span }
}

/// What tells the runtime where in the return type the value is.
pub(super) fn shape(model: &Model, companions: &Companions) -> Option<TokenStream> {
    let private = private(&model.krate);
    let returned = &model.wrapper.returned;
    matches!(companions.value, Value::Probed).then(|| {
        quote! {
            const __CACHE_SHAPE: u8 = {
                #[allow(unused_imports)]
                use #private::PlainShape as _;
                #private::Returned::<#returned>::SHAPE + #private::Returned::<#returned>::DEPTH
            };
        }
    })
}
