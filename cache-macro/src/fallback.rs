//! What is emitted after a mistake: its message, the function as it was, and companions that do nothing.
//!
//! All names stay usable, so that the mistakes of this attribute are the only errors the compiler reports.

use proc_macro2::TokenStream;
use quote::quote;

use crate::expand::{Bodies, companions};
use crate::model::Model;

/// For a function.
pub(crate) fn fallback(mistakes: &syn::Error, model: &Model) -> TokenStream {
    let messages = mistakes.to_compile_error();
    let wrapper = &model.wrapper;
    let (attrs, vis, sig) = (&wrapper.attrs, &wrapper.vis, &wrapper.sig);
    let body = wrapper.body.as_ref().map_or_else(|| quote!(;), |body| quote!(#body));
    let companions = companions(model, Bodies::Inert);
    let unused = unused();
    quote! {
        #unused #(#attrs)* #vis #sig #body
        #messages
        #companions
    }
}

/// For an item beside which nothing stands.
pub(crate) fn item_only(mistakes: &syn::Error, item: &TokenStream) -> TokenStream {
    let messages = mistakes.to_compile_error();
    let unused = unused();
    quote!(#unused #item #messages)
}

/// What the attribute would have used is not used.
fn unused() -> TokenStream {
    quote!(#[allow(unused_variables)])
}
