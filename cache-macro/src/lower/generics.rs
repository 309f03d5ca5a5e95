//! The generics that a companion needs, out of all those of its function.

use std::collections::HashSet;

use quote::ToTokens;
use syn::{GenericParam, Generics, WherePredicate};

use crate::parse::names_in;

/// The parameters among `names`, those that their bounds and `where` clauses name in turn, and these clauses.
pub(super) fn needed(all: &Generics, names: &HashSet<String>) -> Generics {
    let own: HashSet<String> = all.params.iter().map(name).collect();
    let predicates: Vec<_> = all.where_clause.iter().flat_map(|clause| &clause.predicates).collect();
    let mut needed: HashSet<String> = names.intersection(&own).cloned().collect();
    loop {
        let before = needed.len();
        for parameter in all.params.iter().filter(|parameter| needed.contains(&name(parameter))).collect::<Vec<_>>() {
            needed.extend(names_in(parameter).intersection(&own).cloned());
        }
        for predicate in predicates.iter().filter(|predicate| applies(predicate, &needed, &own)).collect::<Vec<_>>() {
            needed.extend(names_in(predicate).intersection(&own).cloned());
        }
        if needed.len() == before {
            break;
        }
    }
    let mut generics = Generics {
        params: all.params.iter().filter(|parameter| needed.contains(&name(parameter))).cloned().collect(),
        ..Generics::default()
    };
    let mut clauses = predicates.into_iter().filter(|predicate| applies(predicate, &needed, &own)).cloned().peekable();
    if clauses.peek().is_some() {
        generics.make_where_clause().predicates.extend(clauses);
    }
    generics
}

/// Whether a clause constrains a needed parameter, or only what is outside the function.
fn applies(predicate: &WherePredicate, needed: &HashSet<String>, own: &HashSet<String>) -> bool {
    let bounded = match predicate {
        WherePredicate::Type(clause) => names_in(&clause.bounded_ty),
        WherePredicate::Lifetime(clause) => names_in(&clause.lifetime),
        other => names_in(other),
    };
    !bounded.is_disjoint(needed) || names_in(predicate).is_disjoint(own)
}

fn name(parameter: &GenericParam) -> String {
    match parameter {
        GenericParam::Lifetime(lifetime) => lifetime.lifetime.to_string(),
        GenericParam::Type(ty) => ty.ident.to_string(),
        GenericParam::Const(constant) => constant.ident.to_string(),
    }
}

/// Whether there is a type or a constant among the parameters.
pub(super) fn has_types(generics: &Generics) -> bool {
    generics.type_params().next().is_some() || generics.const_params().next().is_some()
}

/// Whether the tokens name a lifetime parameter or leave one out.
pub(super) fn has_lifetimes(tokens: impl ToTokens) -> bool {
    names_in(tokens).iter().any(|name| name.starts_with('\'') && name != "'static")
}

/// Whether the tokens name a lifetime among the parameters.
pub(super) fn named_lifetimes(generics: &Generics, tokens: impl ToTokens) -> bool {
    let names = names_in(tokens);
    generics.lifetimes().any(|parameter| names.contains(&parameter.lifetime.to_string()))
}

#[cfg(test)]
mod tests {
    use quote::{ToTokens, quote};
    use syn::{Generics, parse_quote};

    use super::needed;
    use crate::parse::names_in;

    #[test]
    fn bounds_and_clauses_pull_in_what_they_name() {
        let mut all: Generics = parse_quote!(<'a, A: Into<B>, B, C, D, const N: usize>);
        all.where_clause = Some(parse_quote!(where B: From<D>, C: Into<A>, Self: Sized));
        let cases = [
            (quote!([A; 3]), quote!(<A: Into<B>, B, D>), quote!(where B: From<D>, Self: Sized)),
            (quote!([u8; N]), quote!(<const N: usize>), quote!(where Self: Sized)),
            (quote!(&'a str), quote!(<'a>), quote!(where Self: Sized)),
        ];
        for (signature, params, clause) in cases {
            let generics = needed(&all, &names_in(signature));
            assert_eq!(generics.to_token_stream().to_string(), params.to_string());
            assert_eq!(generics.where_clause.to_token_stream().to_string(), clause.to_string());
        }
    }
}
