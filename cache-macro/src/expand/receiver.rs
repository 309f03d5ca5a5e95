//! Calls `self` by another name, where there is a second one.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};

use crate::parse::{begins_item, ends_item};

/// The tokens with `self`, which no variable can be called, called `name`.
pub(super) fn renamed(tokens: TokenStream, name: &Ident) -> TokenStream {
    let mut tokens = tokens.into_iter().peekable();
    let mut out = TokenStream::new();
    while let Some(token) = tokens.next() {
        match token {
            // An item has a `self` of its own or none at all.
            TokenTree::Ident(word) if begins_item(&word) => {
                out.extend([TokenTree::Ident(word)]);
                for token in tokens.by_ref() {
                    let is_last = ends_item(&token);
                    out.extend([token]);
                    if is_last {
                        break;
                    }
                }
            }
            // `self::path` is a module.
            TokenTree::Ident(found) if found == "self" && !tokens.peek().is_some_and(is_joint_colon) => {
                out.extend([TokenTree::Ident(Ident::new(&name.to_string(), name.span().located_at(found.span())))]);
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), renamed(group.stream(), name));
                inner.set_span(group.span());
                out.extend([TokenTree::Group(inner)]);
            }
            other => out.extend([other]),
        }
    }
    out
}

fn is_joint_colon(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':' && punct.spacing() == proc_macro2::Spacing::Joint)
}

#[cfg(test)]
mod tests {
    use proc_macro2::Span;
    use quote::quote;

    use super::*;

    #[test]
    fn only_a_self_of_its_own_is_renamed() {
        let body = quote! {
            let price = self.price(self::rates::of(&[self.id]));
            impl Shown for Price { fn show(self) -> Self { self } }
            use self::rates::{self, Rate};
            format!("{}", self.name)
        };
        let expected = quote! {
            let price = this.price(self::rates::of(&[this.id]));
            impl Shown for Price { fn show(self) -> Self { self } }
            use self::rates::{self, Rate};
            format!("{}", this.name)
        };
        let renamed = renamed(body, &Ident::new("this", Span::call_site()));
        assert_eq!(renamed.to_string(), expected.to_string());
    }
}
