//! Templates of keys and tags: `"user:{id}"`, `"t:{self.tenant}:{user.id}"`, `"q:{filter:?}"`.

use std::str::CharIndices;

/// A template, taken apart.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Template {
    /// The literal text around the placeholders: one piece more than there are placeholders.
    pub(crate) pieces: Vec<String>,
    pub(crate) placeholders: Vec<Placeholder>,
}

/// `{root.field.0}` or `{root:?}`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Placeholder {
    pub(crate) root: String,
    /// Names, and numbers of tuple fields.
    pub(crate) fields: Vec<String>,
    /// Written with `:?`.
    pub(crate) debug: bool,
}

/// Reads the template of a `what`, as far as it can be read, and says everything that is wrong with it.
pub(super) fn template(what: &str, text: &str) -> (Template, Vec<String>) {
    let mut template = Template::default();
    let mut mistakes = Vec::new();
    let mut piece = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        let doubled = chars.as_str().starts_with(c);
        match c {
            '{' | '}' if doubled => {
                chars.next();
                piece.push(c);
            }
            '{' => {
                template.pieces.push(std::mem::take(&mut piece));
                match inside(&mut chars).and_then(placeholder) {
                    Ok(placeholder) => template.placeholders.push(placeholder),
                    Err(mistake) => mistakes.push(mistake),
                }
            }
            '}' => {
                let before = text.get(..at).unwrap_or_default();
                mistakes
                    .push(format!("found a `}}` without its `{{` after `{before}`; write `}}}}` for a brace itself"));
            }
            _ => piece.push(c),
        }
    }
    template.pieces.push(piece);
    if text.is_empty() {
        mistakes.push(format!("found an empty {what}; write a text with placeholders such as `\"user:{{id}}\"`"));
    }
    mistakes.extend(slippery(&template.pieces).or_else(|| taken(what, &template.pieces)));
    (template, mistakes)
}

/// The text up to the closing brace, which is consumed.
fn inside<'a>(chars: &mut CharIndices<'a>) -> Result<&'a str, String> {
    let rest = chars.as_str();
    match rest.find(['{', '}']) {
        Some(end) if rest[end..].starts_with('}') => {
            let text = &rest[..end];
            *chars = rest[end + 1..].char_indices();
            Ok(text)
        }
        _ => {
            let shown = rest.find('{').map_or(rest, |end| &rest[..end]);
            Err(format!("`{{{shown}` is never closed; close it with `}}`, or write `{{{{` for a brace itself"))
        }
    }
}

fn placeholder(text: &str) -> Result<Placeholder, String> {
    let (path, format) = text.split_once(':').map_or((text, None), |(path, format)| (path, Some(format)));
    let debug = match format {
        None => false,
        Some("?") => true,
        Some(format) => {
            return Err(format!(
                "`{{{text}}}` asks for the format `{format}`; the only one is `:?`, as in `{{{path}:?}}`"
            ));
        }
    };
    if path.trim().is_empty() {
        return Err(format!(
            "`{{{text}}}` names no parameter; write its name between the braces, or `{{{{` for a brace itself"
        ));
    }
    let mut names = path.trim().split('.').map(str::to_owned);
    let root = names.next().unwrap_or_default();
    let fields: Vec<_> = names.collect();
    let is_path = (is_name(&root) || root == "self") && fields.iter().all(|field| is_name(field) || is_number(field));
    if is_path {
        Ok(Placeholder { root, fields, debug })
    } else {
        Err(format!(
            "`{{{text}}}` is not a parameter or a field of one; a placeholder is a path such as `{{id}}`, `{{user.id}}` or `{{pair.0}}`"
        ))
    }
}

fn is_name(text: &str) -> bool {
    syn::parse_str::<syn::Ident>(text).is_ok() || is_keyword(text)
}

/// A keyword names a raw parameter: `{type}` is `r#type`.
fn is_keyword(text: &str) -> bool {
    syn::parse_str::<syn::Ident>(&format!("r#{text}")).is_ok()
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Literal text between two placeholders that would not keep them apart.
fn slippery(pieces: &[String]) -> Option<String> {
    let between = pieces.get(1..pieces.len().saturating_sub(1)).unwrap_or_default();
    if between.iter().any(String::is_empty) {
        return Some(
            "two placeholders touch, so text could slide from one into the other; put `:` between them".to_owned(),
        );
    }
    let percent = between.iter().find(|piece| piece.starts_with('%'))?;
    Some(format!(
        "the text `{percent}` between two placeholders begins with `%`, which marks escaped text; begin it with another character such as `:`"
    ))
}

/// Literal text that could make a key one of the cache's own, which begin or end with a mark; tags stand behind one.
fn taken(what: &str, pieces: &[String]) -> Option<String> {
    if what != "key" {
        return None;
    }
    if let Some(piece) = pieces.iter().find(|piece| piece.contains("%~")) {
        return Some(format!("the text `{piece}` has `%~` in it, which marks the cache's own keys; write `~` alone"));
    }
    let before = pieces.split_last().map(|(_, before)| before).unwrap_or_default();
    let percent = before.iter().find(|piece| piece.ends_with('%'))?;
    Some(format!(
        "the text `{percent}` before a placeholder ends with `%`, which marks the cache's own keys where `~` follows; end it with another character such as `:`"
    ))
}

#[cfg(test)]
mod tests {
    use super::{Placeholder, Template, template};

    fn place(root: &str, fields: &[&str], debug: bool) -> Placeholder {
        Placeholder { root: root.into(), fields: fields.iter().map(|&field| field.into()).collect(), debug }
    }

    #[test]
    fn templates_are_literals_around_placeholders() {
        let cases = [
            ("all", vec!["all"], vec![]),
            ("user:{id}", vec!["user:", ""], vec![place("id", &[], false)]),
            ("{a}:{b}", vec!["", ":", ""], vec![place("a", &[], false), place("b", &[], false)]),
            ("t:{self.tenant}!", vec!["t:", "!"], vec![place("self", &["tenant"], false)]),
            ("{pair.0.name:?}", vec!["", ""], vec![place("pair", &["0", "name"], true)]),
            ("{{{id}}}", vec!["{", "}"], vec![place("id", &[], false)]),
            ("{r#type}{{}}{ x }", vec!["", "{}", ""], vec![place("r#type", &[], false), place("x", &[], false)]),
            ("{type}", vec!["", ""], vec![place("type", &[], false)]),
        ];
        for (text, pieces, placeholders) in cases {
            let pieces = pieces.into_iter().map(str::to_owned).collect();
            assert_eq!(template("key", text), (Template { pieces, placeholders }, vec![]), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let cases = [
            ("", "found an empty key"),
            ("user:{", "`{` is never closed"),
            ("user:{id", "`{id` is never closed"),
            ("a{b{c}", "`{b` is never closed"),
            ("user:}", "a `}` without its `{` after `user:`"),
            ("user:{}", "`{}` names no parameter"),
            ("user:{:?}", "`{:?}` names no parameter"),
            ("user:{id:05}", "asks for the format `05`"),
            ("user:{id:}", "asks for the format ``"),
            ("user:{user.id()}", "is not a parameter or a field"),
            ("user:{a + b}", "is not a parameter or a field"),
            ("user:{0}", "is not a parameter or a field"),
            ("user:{a.self}", "is not a parameter or a field"),
            ("user:{id.}", "is not a parameter or a field"),
            ("{a}{b}", "two placeholders touch"),
            ("{a}%{b}", "begins with `%`"),
            ("q:{a}%~r", "has `%~` in it"),
            ("%~all", "has `%~` in it"),
            ("q%{a}", "ends with `%`"),
        ];
        for (text, expected) in cases {
            let (_, mistakes) = template("key", text);
            assert!(mistakes.iter().any(|mistake| mistake.contains(expected)), "{text}: {mistakes:?}");
        }
    }

    #[test]
    fn a_tag_may_have_the_mark_in_it() {
        for text in ["%~all", "q%{a}"] {
            assert!(template("tag", text).1.is_empty(), "{text}");
        }
    }

    #[test]
    fn every_mistake_is_said() {
        assert_eq!(template("key", "{}:{id:x}:{b").1.len(), 3);
    }
}
