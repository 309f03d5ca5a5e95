//! The variables that a format string captures: `"{name:>width$}"`.

use syn::ext::IdentExt;
use syn::parse::Parser;
use syn::{Ident, LitStr};

/// The variables in a text as `format!` would see them; a text that is none may seem to have some as well.
pub(super) fn captures(text: &LitStr) -> Vec<Ident> {
    let value = text.value();
    let mut captured = Vec::new();
    let mut rest = value.as_str();
    while let Some((_, after)) = rest.split_once('{') {
        if let Some(escaped) = after.strip_prefix('{') {
            rest = escaped;
            continue;
        }
        let Some((placeholder, after)) = after.split_once('}') else { break };
        let (name, format) = placeholder.split_once(':').unwrap_or((placeholder, ""));
        captured.extend(variable(name, text));
        // A width and a precision may be variables, too.
        let counts = format.split_inclusive('$').filter_map(|part| part.strip_suffix('$'));
        captured.extend(counts.filter_map(|count| variable(last_word(count), text)));
        rest = after;
    }
    captured
}

fn last_word(text: &str) -> &str {
    text.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or(text)
}

fn variable(name: &str, text: &LitStr) -> Option<Ident> {
    let mut name = Ident::parse_any.parse_str(name).ok()?;
    name.set_span(text.span());
    Some(name)
}

#[cfg(test)]
mod tests {
    use proc_macro2::Span;
    use syn::LitStr;

    use super::captures;

    #[test]
    fn captures_are_names_in_braces() {
        let cases = [
            ("{a} and {b:?}", vec!["a", "b"]),
            ("{{a}} {{{b}}}", vec!["b"]),
            ("{} {0} {:?} { a } {a²} {type}", vec!["a", "type"]),
            ("{a:>width$.precision$}", vec!["a", "width", "precision"]),
            ("{:1$} {a", vec![]),
            (r#"{"a": 1}"#, vec![]),
        ];
        for (text, expected) in cases {
            let captured = captures(&LitStr::new(text, Span::call_site()));
            assert_eq!(captured.iter().map(ToString::to_string).collect::<Vec<_>>(), expected, "{text}");
        }
    }
}
