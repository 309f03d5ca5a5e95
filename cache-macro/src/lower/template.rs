//! A template matched with the parameters.

use std::collections::HashSet;

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;

use crate::errors::Errors;
use crate::model::{Filler, Place};
use crate::parse::{Each, Function, Placeholder, Written, did_you_mean, nearest};

/// What fills the placeholders of a template.
pub(super) struct Filled {
    pub(super) fillers: Vec<Filler>,
    /// The parameters that are in it, `self` and generics among them.
    pub(super) names: HashSet<String>,
    /// Parameters that a misspelt placeholder probably meant.
    pub(super) meant: HashSet<String>,
    /// Some of the template could not be understood, so that it says nothing about what is missing in it.
    pub(super) is_guess: bool,
}

/// Finds the parameter of each placeholder of a `what`; notes those that name none.
pub(super) fn fill(written: &Written, what: &str, function: &Function, errors: &Errors) -> Filled {
    let span = written.literal.span();
    let mut filled =
        Filled { fillers: Vec::new(), names: HashSet::new(), meant: HashSet::new(), is_guess: written.is_broken };
    for placeholder in &written.template.placeholders {
        let root = placeholder.root.trim_start_matches("r#");
        let Some(name) = find(function, root) else {
            if let Some(each) =
                function.each.as_ref().filter(|each| each.list != each.element && plain(&each.list) == root)
            {
                errors.at(&written.literal, all_at_once(what, each));
                filled.meant.insert(plain(&each.element));
                continue;
            }
            let near = nearest(root, names(function).iter().map(String::as_str)).map(str::to_owned);
            errors.at(&written.literal, unknown(root, function, near.as_deref()));
            filled.is_guess |= near.is_none();
            filled.meant.extend(near);
            continue;
        };
        filled.names.insert(root.to_owned());
        let name = shown_at(&name, span);
        let Placeholder { fields, debug, .. } = placeholder.clone();
        let is_type = function.types().any(|ty| plain(ty) == root);
        if is_type && (debug || !fields.is_empty()) {
            errors.at(
                &written.literal,
                format!("`{root}` is a type, of which a {what} has the name; write `{{{root}}}`"),
            );
        }
        filled.fillers.push(if is_type {
            Filler::TypeName(name)
        } else {
            Filler::Value(Place { root: name, fields, debug, span })
        });
    }
    filled
}

fn all_at_once(what: &str, each: &Each) -> String {
    let Each { element, list } = each;
    format!("`{{{list}}}` is all of them at once, and a {what} is of one entry; write `{{{element}}}`")
}

fn unknown(root: &str, function: &Function, near: Option<&str>) -> String {
    let accepted = match near {
        Some(near) => did_you_mean(Some(&format!("{{{near}}}"))),
        None => it_has(names(function).into_iter().map(|name| format!("{{{name}}}"))),
    };
    format!("`{{{root}}}` names no parameter of `{}`{accepted}", function.sig.ident)
}

/// `; it has ..`: what could have been named.
pub(super) fn it_has(names: impl Iterator<Item = String>) -> String {
    let names: Vec<_> = names.map(|name| format!("`{name}`")).collect();
    if names.is_empty() { "; it has none".to_owned() } else { format!("; it has {}", names.join(", ")) }
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
