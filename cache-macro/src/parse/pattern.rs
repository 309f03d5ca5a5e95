//! What a pattern binds, and the pattern without what only its body needs.

use syn::visit::Visit;
use syn::{Ident, Macro, Pat, Token};

/// What a pattern binds.
#[derive(Clone)]
pub(crate) struct Bound {
    pub(crate) name: Ident,
    /// The body may change what is bound.
    pub(crate) mutability: Option<Token![mut]>,
}

/// The names a pattern binds, in order.
pub(crate) fn bindings(pattern: &Pat) -> Vec<Ident> {
    bound(pattern).into_iter().map(|bound| bound.name).collect()
}

/// All that a pattern binds, in order.
pub(crate) fn bound(pattern: &Pat) -> Vec<Bound> {
    let mut names = Vec::new();
    bind(pattern, &mut names);
    names
}

fn bind(pattern: &Pat, names: &mut Vec<Bound>) {
    match pattern {
        Pat::Ident(name) => {
            let mutability = name.mutability.filter(|_| name.by_ref.is_none());
            names.push(Bound { name: name.ident.clone(), mutability });
            name.subpat.iter().for_each(|(_, inner)| bind(inner, names));
        }
        // The cases of an or-pattern bind the same names.
        Pat::Or(or) => or.cases.iter().take(1).for_each(|case| bind(case, names)),
        Pat::Guard(guard) => bind(&guard.pat, names),
        Pat::Paren(paren) => bind(&paren.pat, names),
        Pat::Reference(reference) => bind(&reference.pat, names),
        Pat::Slice(slice) => slice.elems.iter().for_each(|inner| bind(inner, names)),
        Pat::Struct(fields) => fields.fields.iter().for_each(|field| bind(&field.pat, names)),
        Pat::Tuple(tuple) => tuple.elems.iter().for_each(|inner| bind(inner, names)),
        Pat::TupleStruct(tuple) => tuple.elems.iter().for_each(|inner| bind(inner, names)),
        Pat::Type(typed) => bind(&typed.pat, names),
        _ => {}
    }
}

/// A macro in a pattern, which may bind names that cannot be seen.
pub(crate) fn hidden_names(pattern: &Pat) -> Option<&Macro> {
    let mut hidden = Hidden(None);
    hidden.visit_pat(pattern);
    hidden.0
}

struct Hidden<'ast>(Option<&'ast Macro>);

impl<'ast> Visit<'ast> for Hidden<'ast> {
    fn visit_macro(&mut self, hidden: &'ast Macro) {
        self.0.get_or_insert(hidden);
    }
}

/// The pattern with nothing bound as `mut`, which would be unused where there is no body.
pub(crate) fn without_mut(pattern: &Pat) -> Pat {
    let mut pattern = pattern.clone();
    unmut(&mut pattern);
    pattern
}

fn unmut(pattern: &mut Pat) {
    match pattern {
        Pat::Ident(name) => {
            if name.by_ref.is_none() {
                name.mutability = None;
            }
            name.subpat.iter_mut().for_each(|(_, inner)| unmut(inner));
        }
        Pat::Or(or) => or.cases.iter_mut().for_each(unmut),
        Pat::Paren(paren) => unmut(&mut paren.pat),
        Pat::Reference(reference) => unmut(&mut reference.pat),
        Pat::Slice(slice) => slice.elems.iter_mut().for_each(unmut),
        Pat::Struct(fields) => fields.fields.iter_mut().for_each(|field| unmut(&mut field.pat)),
        Pat::Tuple(tuple) => tuple.elems.iter_mut().for_each(unmut),
        Pat::TupleStruct(tuple) => tuple.elems.iter_mut().for_each(unmut),
        Pat::Type(typed) => unmut(&mut typed.pat),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;
    use syn::Pat;
    use syn::parse::Parser;

    use super::{bindings, without_mut};

    fn pattern(text: &str) -> Pat {
        Pat::parse_single.parse_str(text).unwrap()
    }

    #[test]
    fn every_bound_name_is_found() {
        let cases = [
            ("id", vec!["id"]),
            ("mut id", vec!["id"]),
            ("_", vec![]),
            ("(a, (b, _), ..)", vec!["a", "b"]),
            ("Point { x, y: Some(z), .. }", vec!["x", "z"]),
            ("whole @ [first, .., last]", vec!["whole", "first", "last"]),
            ("&(ref a, b)", vec!["a", "b"]),
            ("(Ok(v) | Err(v))", vec!["v"]),
        ];
        for (text, expected) in cases {
            let names: Vec<_> = bindings(&pattern(text)).iter().map(ToString::to_string).collect();
            assert_eq!(names, expected, "{text}");
        }
    }

    #[test]
    fn mut_goes_and_the_rest_stays() {
        let stripped = without_mut(&pattern("(mut a, Point { mut x, y: ref mut z })"));
        let expected = pattern("(a, Point { x, y: ref mut z })");
        assert_eq!(stripped.to_token_stream().to_string(), expected.to_token_stream().to_string());
    }
}
