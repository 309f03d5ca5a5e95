//! Everything that is emitted for one function.

use proc_macro2::TokenStream;
use quote::quote;

use super::companions::companions;
use super::verbs::Bodies;
use super::wrapper::wrapper;
use crate::model::Model;

pub(crate) fn expand(model: &Model) -> TokenStream {
    let wrapper = wrapper(model);
    let companions = companions(model, Bodies::Working);
    quote!(#wrapper #companions)
}
