//! Which names occur in tokens.

use std::collections::HashSet;

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;

/// Every identifier and lifetime (`'a`) in the tokens.
pub(crate) fn names_in(tokens: impl ToTokens) -> HashSet<String> {
    let mut names = HashSet::new();
    collect(tokens.into_token_stream(), &mut names);
    names
}

fn collect(tokens: TokenStream, names: &mut HashSet<String>) {
    let mut quote = false;
    for token in tokens {
        let after_quote = std::mem::take(&mut quote);
        match token {
            TokenTree::Group(group) => collect(group.stream(), names),
            TokenTree::Ident(name) if after_quote => drop(names.insert(format!("'{name}"))),
            TokenTree::Ident(name) => drop(names.insert(name.to_string())),
            TokenTree::Punct(punct) => quote = punct.as_char() == '\'',
            TokenTree::Literal(_) => {}
        }
    }
}

/// Whether a body uses the `Self` of the `impl` around its function.
pub(super) fn uses_self_type(tokens: TokenStream) -> bool {
    let mut tokens = tokens.into_iter();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Group(group) if uses_self_type(group.stream()) => return true,
            TokenTree::Ident(name) if name == "Self" => return true,
            // An item inside the body has a `Self` of its own or none at all.
            TokenTree::Ident(name) if begins_item(&name) => {
                tokens.find(ends_item);
            }
            _ => {}
        }
    }
    false
}

/// Whether a word begins an item inside a body.
pub(crate) fn begins_item(word: &Ident) -> bool {
    ["impl", "trait", "struct", "enum", "union", "use", "macro_rules"].iter().any(|item| word == item)
}

/// Whether an item ends here.
pub(crate) fn ends_item(token: &TokenTree) -> bool {
    match token {
        TokenTree::Group(group) => group.delimiter() == proc_macro2::Delimiter::Brace,
        TokenTree::Punct(punct) => punct.as_char() == ';',
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::{names_in, uses_self_type};

    #[test]
    fn names_and_lifetimes_are_told_apart() {
        let names = names_in(quote!(&'a Vec<T>));
        assert!(names.contains("'a") && names.contains("T") && !names.contains("a"), "{names:?}");
    }

    #[test]
    fn self_counts_where_it_is_the_one_outside() {
        assert!(uses_self_type(quote!(let x = Self::new(); x)));
        assert!(uses_self_type(quote!(if true {
            vec![<Self as A>::B]
        })));
        assert!(!uses_self_type(quote!(impl A for B { fn c() -> Self {} } 1)));
        assert!(!uses_self_type(quote!(
            struct A(Box<Self>);
            enum B {
                C(Box<Self>),
            }
        )));
        assert!(uses_self_type(quote!(struct A;, Self::b())));
    }
}
