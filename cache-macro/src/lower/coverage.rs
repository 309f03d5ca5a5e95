//! Every parameter is in the key or skipped on purpose: what is in neither would be shared between callers.

use std::collections::HashSet;

use proc_macro2::Ident;

use super::key::{Key, names, plain};
use crate::errors::Errors;
use crate::parse::{Arguments, Function, did_you_mean, nearest};

pub(super) fn check(arguments: &Arguments, function: &Function, key: &Key, errors: &Errors) {
    let skipped = skipped(arguments, function, key, errors);
    let skip_is_a_guess = arguments.given("skip") && arguments.skip.is_none();
    if skip_is_a_guess || key.is_guess {
        return;
    }
    let covered = |name: &str| key.holds(name) || skipped.contains(name);
    if let Some(receiver) = function.receiver()
        && !covered("self")
    {
        errors.at(receiver.self_token, "`self` is in neither the key nor `skip(..)`: two receivers that differ would share an entry; add a field of it such as `{self.id}` to the key or `skip(self)`");
    }
    for name in function.names().filter(|name| !covered(&plain(name))) {
        errors.at(name, uncovered(&plain(name)));
    }
}

fn uncovered(name: &str) -> String {
    format!(
        "parameter `{name}` is in neither the key nor `skip(..)`: two callers with different `{name}` would share an entry; \
         add `{{{name}}}` to the key or `skip({name})`"
    )
}

/// The names in `skip(..)`, and those that its mistakes probably meant.
fn skipped(arguments: &Arguments, function: &Function, key: &Key, errors: &Errors) -> HashSet<String> {
    let all = names(function);
    let mut skipped = HashSet::new();
    for written in arguments.skip.iter().flatten() {
        let name = plain(written);
        if !all.contains(&name) {
            let near = nearest(&name, all.iter().map(String::as_str));
            errors.at(written, unknown(written, function, near));
            skipped.extend(near.map(str::to_owned));
        } else if !skipped.insert(name.clone()) {
            errors.at(written, format!("`{name}` is skipped twice; keep one of them"));
        } else if arguments.key.is_some() && key.names.contains(&name) {
            errors.at(written, format!("`{name}` is both in the key and in `skip(..)`; take it out of one of them"));
        }
    }
    skipped
}

fn unknown(written: &Ident, function: &Function, near: Option<&str>) -> String {
    format!("`{written}` in `skip(..)` names no parameter of `{}`{}", function.sig.ident, did_you_mean(near))
}
