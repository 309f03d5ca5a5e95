//! What puts a function into the catalogue.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::names::private;
use crate::model::Model;

/// `register!(SPEC(u64) -> R);`, for the `Spec` of this name.
pub(super) fn register(model: &Model, spec: &Ident) -> TokenStream {
    let private = private(&model.krate);
    let registration = &model.registration;
    let each = model.each.as_ref().map(|_| quote!(each));
    let fills = registration.fills.as_ref().map(|fills| quote!((#(#fills),*)));
    let storing = registration.storing.then(|| {
        let returned = &model.wrapper.returned;
        let codec = model.call.codec.as_ref().map(|codec| quote!(as #codec));
        quote!(-> #returned #codec)
    });
    quote!(#private::register!(#each #spec #fills #storing);)
}
