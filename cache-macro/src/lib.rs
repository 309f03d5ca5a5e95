//! stub
use proc_macro::TokenStream;
/// stub
#[proc_macro_attribute]
pub fn read_through(_a: TokenStream, i: TokenStream) -> TokenStream { i }
