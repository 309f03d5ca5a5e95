//! The stored type behind a return type, as far as its text says it.

use syn::Type;

use super::boxed::{last_segment, only_type};

/// `T` of `Result<T, E>`, `Option<T>` and `Result<Option<T>, E>`.
pub(super) fn named_value(returned: &Type) -> Option<&Type> {
    let inside = |ty, name| last_segment(ty, name).and_then(only_type);
    match inside(returned, "Result") {
        Some(ok) => Some(inside(ok, "Option").unwrap_or(ok)),
        None => inside(returned, "Option"),
    }
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;
    use syn::{Type, parse_quote};

    use super::named_value;

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
}
