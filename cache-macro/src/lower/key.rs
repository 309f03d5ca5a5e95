//! The key template matched with the parameters.

use std::collections::HashSet;

use syn::Ident;

use super::template::{Filled, fill, it_has, names, plain};
use crate::errors::Errors;
use crate::model::{Arg, Filler, Place};
use crate::parse::{Arguments, Each, Function, Written, did_you_mean, nearest};

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
    let Filled { fillers, names, meant, is_guess } = fill(written, "key", function, errors);
    Key {
        template: written.literal.value(),
        pieces: written.template.pieces.clone(),
        args: fillers.into_iter().map(Arg::Filler).collect(),
        names,
        meant,
        skipped,
        is_guess,
    }
}

/// The names in `skip(..)`, and those that its mistakes probably meant.
fn skipped(arguments: &Arguments, function: &Function, errors: &Errors) -> HashSet<String> {
    let all = names(function);
    let mut skipped = HashSet::new();
    for written in arguments.skip.iter().flatten() {
        let name = plain(written);
        if let Some(each) = function.each.as_ref().filter(|each| *written == each.list || *written == each.element) {
            let Each { element, list } = each;
            errors.at(written, format!("`{written}` is in `each({element} in {list})`, which tells entries apart; take it out of `skip(..)`"));
        } else if !all.contains(&name) {
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
        .map(|name| Filler::Value(Place { root: name.clone(), fields: Vec::new(), debug: false, span: name.span() }));
    let fillers = types().cloned().map(Filler::TypeName).chain(values);
    let args: Vec<_> = [Arg::FunctionPath].into_iter().chain(fillers.map(Arg::Filler)).collect();
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
