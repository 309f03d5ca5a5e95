//! The arguments of `#[invalidates(..)]` and `#[write_through(..)]`: targets, and what has a name.

use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, ExprLit, Ident, Lit, Path, Token};

use super::argument::{Argument, Form, one, separator, skip_to_comma};
use super::expression::{bare, found};
use super::values::{cache_expression, expression, krate_path};
use super::written::Written;
use crate::errors::Errors;

/// What the arguments say.
#[derive(Default)]
pub(crate) struct Changes {
    /// Expressions, each of which should be a call.
    pub(crate) targets: Vec<Expr>,
    pub(crate) tags: Vec<Written>,
    pub(crate) cache: Option<Expr>,
    pub(crate) krate: Option<Path>,
    /// Something could not be read, which may have been a target.
    pub(crate) is_broken: bool,
    given: Vec<Ident>,
}

const TABLE: &[Argument<Changes>] = &[
    Argument {
        name: "tag",
        example: r#"tag = "tenant:{tenant}""#,
        doc: "a group of entries to forget, as a template over parameters; may be given several times",
        form: Form::Values(tag),
    },
    Argument {
        name: "cache",
        example: "cache = self.cache",
        doc: "the `Cache` in which tags are forgotten, as an expression; default: the global one",
        form: Form::Value(|facts, input, errors| {
            facts.cache = cache_expression(input, errors)?;
            Ok(())
        }),
    },
    Argument {
        name: "crate",
        example: "crate = my::reexport",
        doc: "where `cache-runtime` is found; default: `::cache_runtime`",
        form: Form::Value(|facts, input, errors| {
            facts.krate = krate_path(input, errors)?;
            Ok(())
        }),
    },
];

/// Reads the arguments of an attribute that changes what is cached.
pub(crate) fn changes(tokens: TokenStream, errors: &Errors) -> Changes {
    let mut facts = Changes::default();
    let list = |input: ParseStream| {
        let mut given = Vec::new();
        while !input.is_empty() {
            match next(input, &mut facts, &mut given, errors) {
                Ok(()) => separator(TABLE, input, errors),
                Err(mistake) => {
                    errors.note(mistake);
                    skip_to_comma(input);
                    facts.is_broken = true;
                }
            }
        }
        facts.given = given;
        Ok(())
    };
    if let Err(mistake) = list.parse2(tokens) {
        errors.note(mistake);
    }
    facts
}

fn next(input: ParseStream, facts: &mut Changes, given: &mut Vec<Ident>, errors: &Errors) -> syn::Result<()> {
    let has_a_name = input.peek(Ident::peek_any) && input.peek2(Token![=]) && !input.peek2(Token![==]);
    if has_a_name {
        return one(TABLE, input, facts, given, errors);
    }
    let target: Expr = input.parse().map_err(|mistake| {
        syn::Error::new(mistake.span(), "found no call; write one such as `get_user(id)`, or a name and its value")
    })?;
    facts.targets.push(bare(target));
    Ok(())
}

fn tag(facts: &mut Changes, input: ParseStream, errors: &Errors) -> syn::Result<()> {
    match expression("tag", input)? {
        Expr::Lit(ExprLit { lit: Lit::Str(literal), .. }) => {
            if facts.tags.iter().any(|tag| tag.literal.value() == literal.value()) {
                errors.at(&literal, format!("the tag `{}` is given twice; keep one of them", literal.value()));
                return Ok(());
            }
            facts.tags.push(Written::read("tag", literal, errors));
        }
        other => {
            let message = format!("found {}; `tag` accepts a text such as `\"tenant:{{tenant}}\"`", found(&other));
            errors.at(&other, message);
        }
    }
    Ok(())
}

impl Changes {
    /// The name of an argument where it stands, be it given wrongly or misspelt.
    pub(crate) fn name(&self, name: &str) -> Option<&Ident> {
        self.given.iter().find(|given| *given == name)
    }
}

#[cfg(test)]
mod tests {
    use super::TABLE;

    /// The docs cannot be computed from the table, so they are compared with it.
    #[test]
    fn the_docs_have_a_row_for_every_named_argument() {
        let docs = include_str!("../lib.rs");
        for argument in TABLE {
            let row = format!("/// | `{}` | {} |", argument.example, argument.doc);
            assert!(docs.contains(&row), "{row}");
        }
    }
}
