//! The annotated item: its signature as syntax, its body as untouched tokens.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, FnArg, Ident, LitStr, Pat, Receiver, Signature, Token, Type, Visibility};

use super::each::Each;
use super::mentions::{names_in, uses_self_type};
use super::pattern::bindings;

/// The annotated function.
#[derive(Clone)]
pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    /// With its braces; `None` for a trait method without one.
    pub(crate) body: Option<Group>,
    /// Every parameter but the receiver.
    pub(crate) parameters: Vec<Parameter>,
    /// Certainly inside an `impl` or a `trait`: it has a receiver, or names `Self` somewhere.
    pub(crate) is_method: bool,
    /// Where this is what the function is for one key: the list in whose place a parameter for its element stands.
    pub(crate) each: Option<Each>,
}

/// A parameter that is not the receiver.
#[derive(Clone)]
pub(crate) struct Parameter {
    pub(crate) pattern: Pat,
    pub(crate) ty: Type,
    /// What the pattern binds.
    pub(crate) names: Vec<Ident>,
}

/// Reads a function with these arguments of its `attribute`; says what else stands there.
pub(crate) fn function(attribute: &str, item: TokenStream, arguments: TokenStream) -> syn::Result<Function> {
    let mut function = (|input: ParseStream| parse(attribute, input)).parse2(item)?;
    function.is_method |= uses_self_type(arguments);
    Ok(function)
}

fn parse(attribute: &str, input: ParseStream) -> syn::Result<Function> {
    let attrs = input.call(Attribute::parse_outer)?;
    let vis = input.parse()?;
    expect_function(attribute, input)?;
    let sig: Signature = input.parse()?;
    let body = if input.peek(Token![;]) {
        input.parse::<Token![;]>()?;
        None
    } else {
        Some(body(input)?)
    };
    let inside = body.as_ref().map(Group::stream).unwrap_or_default();
    let is_method = sig.receiver().is_some() || names_in(&sig).contains("Self") || uses_self_type(inside);
    let parameters = sig.inputs.iter().filter_map(Parameter::of).collect();
    Ok(Function { attrs, vis, sig, body, parameters, is_method, each: None })
}

/// The block, be it inside the invisible parentheses around what a `macro_rules!` passed on.
fn body(input: ParseStream) -> syn::Result<Group> {
    let place = input.span();
    let mut token = input.parse().ok();
    while let Some(TokenTree::Group(group)) = token {
        match group.delimiter() {
            Delimiter::Brace => return Ok(group),
            Delimiter::None => token = group.stream().into_iter().next(),
            _ => break,
        }
    }
    Err(syn::Error::new(place, "found no body; a function has one in braces"))
}

/// Fails at whatever stands where `fn` should, after its qualifiers.
fn expect_function(attribute: &str, input: ParseStream) -> syn::Result<()> {
    let ahead = input.fork();
    let mut first = None;
    while let Ok(word) = ahead.call(Ident::parse_any) {
        if word == "fn" {
            return Ok(());
        }
        let is_qualifier = ["const", "async", "unsafe", "safe", "extern"].iter().any(|qualifier| word == qualifier);
        first.get_or_insert(word);
        if !is_qualifier {
            break;
        }
        let _abi: Option<LitStr> = ahead.parse()?;
    }
    Err(match first {
        Some(word) => syn::Error::new(word.span(), format!("found `{word}`; `#[{attribute}]` belongs on a function")),
        None => input.error(format!("found no function; `#[{attribute}]` belongs on one")),
    })
}

impl Function {
    pub(crate) fn receiver(&self) -> Option<&Receiver> {
        self.sig.receiver()
    }

    /// What the parameters bind, but `self`.
    pub(crate) fn names(&self) -> impl Iterator<Item = &Ident> {
        self.parameters.iter().flat_map(|parameter| &parameter.names)
    }

    /// The type parameters of its own.
    pub(crate) fn types(&self) -> impl Iterator<Item = &Ident> {
        self.sig.generics.type_params().map(|parameter| &parameter.ident)
    }

    /// The const parameters of its own.
    pub(crate) fn constants(&self) -> impl Iterator<Item = &Ident> {
        self.sig.generics.const_params().map(|parameter| &parameter.ident)
    }
}

impl Parameter {
    fn of(argument: &FnArg) -> Option<Self> {
        let FnArg::Typed(typed) = argument else { return None };
        let (pattern, ty) = ((*typed.pat).clone(), (*typed.ty).clone());
        Some(Self { names: bindings(&pattern), pattern, ty })
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;
    use quote::quote;

    use super::{Function, function};

    fn read(item: TokenStream) -> syn::Result<Function> {
        function("read_through", item, TokenStream::new())
    }

    #[test]
    fn only_functions_are_functions() {
        let cases = [
            (
                quote!(
                    struct A;
                ),
                "found `struct`",
            ),
            (
                quote!(
                    pub(crate) mod a {}
                ),
                "found `mod`",
            ),
            (quote!(impl A {}), "found `impl`"),
            (
                quote!(
                    const A: u8 = 1;
                ),
                "found `const`",
            ),
            (
                quote!(
                    unsafe impl A for B {}
                ),
                "found `unsafe`",
            ),
        ];
        for (item, expected) in cases {
            let message = read(item).err().unwrap().to_string();
            assert!(message.starts_with(expected), "{message}");
        }
        assert!(
            read(quote!(
                pub const unsafe extern "C" fn a() {}
            ))
            .is_ok()
        );
        assert!(
            read(quote!(
                async fn a(&self) -> u8;
            ))
            .is_ok()
        );
    }
}
