//! The key template matched with the parameters.

use std::collections::HashSet;

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;

use crate::errors::Errors;
use crate::model::{Arg, Place};
use crate::parse::{Arguments, Function, Key as Written, Placeholder, did_you_mean, nearest};

/// What goes into the key.
pub(super) struct Key {
    /// The template as text for people.
    pub(super) template: String,
    pub(super) pieces: Vec<String>,
    pub(super) args: Vec<Arg>,
    /// The parameters that are in the key, `self` and generics among them.
    pub(super) names: HashSet<String>,
    /// Parameters that a misspelt placeholder probably meant.
    pub(super) meant: HashSet<String>,
    /// The parameters in `skip(..)`, and those that its mistakes probably meant.
    pub(super) skipped: HashSet<String>,
    /// Some of the key could not be understood, so that it says nothing about what is missing in it.
    pub(super) is_guess: bool,
}

impl Key {
    /// Whether a parameter is in the key, or was meant to be.
    pub(super) fn holds(&self, name: &str) -> bool {
        self.names.contains(name) || self.meant.contains(name)
    }
}

pub(super) fn key(arguments: &Arguments, function: &Function, errors: &Errors) -> Key {
    let skipped = skipped(arguments, function, errors);
    match &arguments.key {
        Some(written) => by_template(written, function, skipped, errors),
        None => by_default(arguments, function, skipped),
    }
}

fn by_template(written: &Written, function: &Function, skipped: HashSet<String>, errors: &Errors) -> Key {
    let span = written.literal.span();
    let mut key = Key {
        template: written.literal.value(),
        pieces: written.template.pieces.clone(),
        args: Vec::new(),
        names: HashSet::new(),
        meant: HashSet::new(),
        skipped,
        is_guess: written.is_broken,
    };
    for placeholder in &written.template.placeholders {
        let root = placeholder.root.trim_start_matches("r#");
        let Some(name) = find(function, root) else {
            let near = nearest(root, names(function).iter().map(String::as_str)).map(str::to_owned);
            errors.at(&written.literal, unknown(root, function, near.as_deref()));
            key.is_guess |= near.is_none();
            key.meant.extend(near);
            continue;
        };
        key.names.insert(root.to_owned());
        let name = shown_at(&name, span);
        let Placeholder { fields, debug, .. } = placeholder.clone();
        let is_type = function.types().any(|ty| plain(ty) == root);
        if is_type && (debug || !fields.is_empty()) {
            errors.at(&written.literal, format!("`{root}` is a type, of which a key has the name; write `{{{root}}}`"));
        }
        key.args.push(if is_type {
            Arg::TypeName(name)
        } else {
            Arg::Value(Place { root: name, fields, debug, span })
        });
    }
    key
}

fn unknown(root: &str, function: &Function, near: Option<&str>) -> String {
    let accepted = match near {
        Some(near) => did_you_mean(Some(&format!("{{{near}}}"))),
        None => it_has(names(function).into_iter().map(|name| format!("{{{name}}}"))),
    };
    format!("`{{{root}}}` names no parameter of `{}`{accepted}", function.sig.ident)
}

fn it_has(names: impl Iterator<Item = String>) -> String {
    let names: Vec<_> = names.map(|name| format!("`{name}`")).collect();
    if names.is_empty() { "; it has none".to_owned() } else { format!("; it has {}", names.join(", ")) }
}

/// The names in `skip(..)`, and those that its mistakes probably meant.
fn skipped(arguments: &Arguments, function: &Function, errors: &Errors) -> HashSet<String> {
    let all = names(function);
    let mut skipped = HashSet::new();
    for written in arguments.skip.iter().flatten() {
        let name = plain(written);
        if !all.contains(&name) {
            let near = nearest(&name, all.iter().map(String::as_str));
            let accepted = near.map_or_else(|| it_has(all.iter().cloned()), |near| did_you_mean(Some(near)));
            errors.at(
                written,
                format!("`{written}` in `skip(..)` names no parameter of `{}`{accepted}", function.sig.ident),
            );
            skipped.extend(near.map(str::to_owned));
        } else if !skipped.insert(name) {
            errors.at(written, format!("`{written}` is skipped twice; keep one of them"));
        }
    }
    skipped
}

/// The path of the function, and every generic and parameter that is not skipped.
fn by_default(arguments: &Arguments, function: &Function, skipped: HashSet<String>) -> Key {
    let is_kept = |name: &&Ident| !skipped.contains(&plain(name));
    let types = || function.types().filter(is_kept);
    let kept = || function.constants().chain(function.names()).filter(is_kept);
    let values = kept()
        .map(|name| Arg::Value(Place { root: name.clone(), fields: Vec::new(), debug: false, span: name.span() }));
    let args: Vec<Arg> =
        [Arg::FunctionPath].into_iter().chain(types().cloned().map(Arg::TypeName)).chain(values).collect();
    let shown = types().chain(kept()).map(plain);
    Key {
        template: shown.fold("{path}".to_owned(), |text, name| format!("{text}:{{{name}}}")),
        pieces: (0..=args.len())
            .map(|at| if at == 0 || at == args.len() { String::new() } else { ":".to_owned() })
            .collect(),
        args,
        names: types().chain(kept()).map(plain).collect(),
        meant: HashSet::new(),
        is_guess: arguments.given("key"),
        skipped,
    }
}

/// The parameter called `name`, as it stands in the signature; generics count.
fn find(function: &Function, name: &str) -> Option<Ident> {
    if name == "self" {
        return function.receiver().map(|receiver| Ident::new("self", receiver.self_token.span));
    }
    named(function).find(|parameter| plain(parameter) == name).cloned()
}

/// Everything a placeholder can name.
pub(super) fn names(function: &Function) -> Vec<String> {
    let receiver = function.receiver().map(|_| "self".to_owned());
    receiver.into_iter().chain(named(function).map(plain)).collect()
}

fn named(function: &Function) -> impl Iterator<Item = &Ident> {
    function.names().chain(function.types()).chain(function.constants())
}

/// A name without `r#`.
pub(super) fn plain(name: &Ident) -> String {
    name.unraw().to_string()
}

/// The same variable, but mistakes of its type are shown at `place`.
fn shown_at(name: &Ident, place: Span) -> Ident {
    let mut name = name.clone();
    name.set_span(name.span().located_at(place));
    name
}
