//! The stored type behind a return type, as far as its text says it.

use syn::Type;

use super::boxed::{last_segment, only_type, types};

/// `T` of `Result<T, E>`, `Option<T>` and `Result<Option<T>, E>`.
pub(super) fn named_value(returned: &Type) -> Option<&Type> {
    let inside = |ty, name| last_segment(ty, name).and_then(only_type);
    match inside(returned, "Result") {
        Some(ok) => Some(inside(ok, "Option").unwrap_or(ok)),
        None => inside(returned, "Option"),
    }
}

/// `T` of `HashMap<K, T>`, `BTreeMap<K, T>`, `Vec<(K, T)>` and `Vec<Option<T>>`, be it in a `Result` or not.
pub(super) fn named_value_of_many(returned: &Type) -> Option<&Type> {
    let all = last_segment(returned, "Result").and_then(only_type).unwrap_or(returned);
    let map = ["HashMap", "BTreeMap"].iter().find_map(|name| last_segment(all, name));
    if let Some(map) = map {
        return types(map).nth(1);
    }
    match only_type(last_segment(all, "Vec")?)? {
        Type::Tuple(pair) if pair.elems.len() == 2 => pair.elems.last(),
        other => last_segment(other, "Option").and_then(only_type),
    }
}

/// Whether a return type is a `Result` of one type by a name that anything may bear: what that type is nobody knows.
pub(super) fn is_doubtful(returned: &Type) -> bool {
    match returned {
        Type::Group(group) => is_doubtful(&group.elem),
        Type::Paren(paren) => is_doubtful(&paren.elem),
        Type::Path(path) => {
            let home = path.path.segments.iter().nth_back(1);
            let is_known = home.is_some_and(|home| ["io", "anyhow", "eyre"].iter().any(|known| home.ident == known));
            !is_known && last_segment(returned, "Result").is_some_and(|result| types(result).count() == 1)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;
    use syn::{Type, parse_quote};

    use super::{is_doubtful, named_value, named_value_of_many};

    #[test]
    fn results_and_options_are_seen_through() {
        let cases: [(Type, Option<&str>); 6] = [
            (parse_quote!(Result<User, E>), Some("User")),
            (parse_quote!(std::io::Result<User>), Some("User")),
            (parse_quote!(Option<User>), Some("User")),
            (parse_quote!(Result<Option<User>, E>), Some("User")),
            (parse_quote!(Result), None),
            (parse_quote!(Vec<User>), None),
        ];
        for (returned, expected) in cases {
            let value = named_value(&returned).map(|ty| ty.to_token_stream().to_string());
            assert_eq!(value.as_deref(), expected);
        }
    }

    #[test]
    fn collections_are_seen_through() {
        let cases: [(Type, Option<&str>); 9] = [
            (parse_quote!(HashMap<u64, User>), Some("User")),
            (parse_quote!(std::collections::HashMap<u64, User, Hasher>), Some("User")),
            (parse_quote!(Result<BTreeMap<u64, User>, E>), Some("User")),
            (parse_quote!(Vec<(u64, User)>), Some("User")),
            (parse_quote!(anyhow::Result<Vec<Option<User>>>), Some("User")),
            (parse_quote!(Vec<User>), None),
            (parse_quote!(Vec<(u64, u64, User)>), None),
            (parse_quote!(Option<HashMap<u64, User>>), None),
            (parse_quote!(Users), None),
        ];
        for (returned, expected) in cases {
            let value = named_value_of_many(&returned).map(|ty| ty.to_token_stream().to_string());
            assert_eq!(value.as_deref(), expected, "{}", returned.to_token_stream());
        }
    }

    #[test]
    fn a_result_of_one_type_is_trusted_only_where_it_is_known() {
        let cases: [(Type, bool); 5] = [
            (parse_quote!(Result<User>), true),
            (parse_quote!(crate::Result<E>), true),
            (parse_quote!(Result<User, E>), false),
            (parse_quote!(std::io::Result<User>), false),
            (parse_quote!(Option<User>), false),
        ];
        for (returned, expected) in cases {
            assert_eq!(is_doubtful(&returned), expected, "{}", returned.to_token_stream());
        }
    }
}
