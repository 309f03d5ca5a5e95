//! One row of an attribute's table of arguments, and how a list of arguments is read by such a table.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Ident, Token, token};

use super::nearest::nearest;
use crate::errors::Errors;

/// An argument of an attribute that collects facts into `F`.
pub(crate) struct Argument<F: 'static> {
    pub(crate) name: &'static str,
    /// The argument as a user writes it, for messages and docs.
    pub(crate) example: &'static str,
    /// What it means, and its default.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "compared with the docs of the attribute, which cannot be computed")
    )]
    pub(crate) doc: &'static str,
    pub(crate) form: Form<F>,
}

/// How an argument is written, and what reads it.
pub(crate) enum Form<F> {
    /// `name = value`
    Value(Read<F>),
    /// `name = value`, as often as there are values
    Values(Read<F>),
    /// `name(a, b)`
    List(Read<F>),
    /// `name(a in b)`
    Element(Read<F>),
    /// `name`
    Flag(fn(&mut F, Ident)),
}

/// Reads what follows the name into the facts; an `Err` means that it was not read to its end.
type Read<F> = fn(&mut F, ParseStream, &Errors) -> syn::Result<()>;

/// Reads `name = value, name(..), name` by `table`; returns the names that were given or meant, each where it stands.
pub(super) fn read<F: Default>(
    table: &'static [Argument<F>],
    tokens: TokenStream,
    facts: &mut F,
    errors: &Errors,
) -> Vec<Ident> {
    let mut given = Vec::new();
    let list = |input: ParseStream| {
        while !input.is_empty() {
            match one(table, input, facts, &mut given, errors) {
                Ok(()) => separator(table, input, errors),
                Err(mistake) => {
                    errors.note(mistake);
                    skip_to_comma(input);
                }
            }
        }
        Ok(())
    };
    if let Err(mistake) = list.parse2(tokens) {
        errors.note(mistake);
    }
    given
}

/// Reads one argument, and notes its name.
pub(super) fn one<F: Default>(
    table: &'static [Argument<F>],
    input: ParseStream,
    facts: &mut F,
    given: &mut Vec<Ident>,
    errors: &Errors,
) -> syn::Result<()> {
    let Ok(name) = input.call(Ident::parse_any) else {
        let example = table.first().map_or("", |argument| argument.example);
        return Err(input.error(format!("found a value without a name; arguments have names, as in `{example}`")));
    };
    let Some(argument) = table.iter().find(|argument| name == argument.name) else {
        let near = nearest(&name.to_string(), table.iter().map(|argument| argument.name));
        // A misspelt argument is not a missing one.
        given.extend(near.map(|near| Ident::new(near, name.span())));
        return Err(syn::Error::new(name.span(), unknown(table, &name, near)));
    };
    if given.contains(&name) && !matches!(argument.form, Form::Values(_)) {
        errors.at(&name, format!("`{name}` is given twice; keep one of them"));
        return argument.read(name, input, &mut F::default(), errors);
    }
    given.push(name.clone());
    argument.read(name, input, facts, errors)
}

impl<F> Argument<F> {
    fn read(&self, name: Ident, input: ParseStream, facts: &mut F, errors: &Errors) -> syn::Result<()> {
        let ends = input.is_empty() || input.peek(Token![,]);
        match self.form {
            Form::Value(read) | Form::Values(read) if input.peek(Token![=]) => {
                let equals: Token![=] = input.parse()?;
                let is_there = !input.is_empty() && !input.peek(Token![,]);
                if is_there { read(facts, input, errors) } else { Err(self.misshaped(equals.span)) }
            }
            Form::List(read) | Form::Element(read) if input.peek(token::Paren) => {
                let content;
                syn::parenthesized!(content in input);
                let read = read(facts, &content, errors);
                // Left unread, the rest would be reported once more.
                let _: TokenStream = content.parse()?;
                read
            }
            Form::Flag(set) => {
                set(facts, name);
                if ends { Ok(()) } else { Err(self.misshaped(input.span())) }
            }
            _ => Err(self.misshaped(if ends { name.span() } else { input.span() })),
        }
    }

    fn misshaped(&self, place: Span) -> syn::Error {
        let takes = match self.form {
            Form::Value(_) | Form::Values(_) => "takes a value",
            Form::List(_) => "takes a list",
            Form::Element(_) => "takes an element and its list",
            Form::Flag(_) => "takes no value",
        };
        syn::Error::new(place, format!("`{}` {takes}; write it as `{}`", self.name, self.example))
    }
}

fn unknown<F>(table: &[Argument<F>], name: &Ident, near: Option<&str>) -> String {
    if let Some(near) = near {
        return format!("`{name}` is no argument; did you mean `{near}`?");
    }
    let all: Vec<_> = table.iter().map(|argument| format!("`{}`", argument.name)).collect();
    format!("`{name}` is no argument; expected one of {}", all.join(", "))
}

/// Reads the comma after an argument; where there is none, goes on with what may be the next argument.
pub(super) fn separator<F>(table: &[Argument<F>], input: ParseStream, errors: &Errors) {
    if input.is_empty() || input.parse::<Token![,]>().is_ok() {
        return;
    }
    if input.peek(Token![;]) {
        errors.note(input.error("found `;` after an argument; arguments are separated by `,`"));
        let _: syn::Result<Token![;]> = input.parse();
        return;
    }
    errors.note(input.error("found more after the value of an argument; arguments are separated by `,`"));
    let next = input.fork().call(Ident::parse_any);
    if !next.is_ok_and(|name| table.iter().any(|argument| name == argument.name)) {
        skip_to_comma(input);
    }
}

/// Passes over what could not be read.
pub(super) fn skip_to_comma(input: ParseStream) {
    while !input.is_empty() && input.parse::<Token![,]>().is_err() {
        let _: syn::Result<TokenTree> = input.parse();
    }
}
