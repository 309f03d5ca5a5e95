//! Every parameter is in the key or skipped on purpose: what is in neither would be shared between callers.

use syn::Ident;

use super::key::Key;
use super::template::plain;
use crate::errors::Errors;
use crate::parse::{Arguments, Each, Function, hidden_names, names_in};

pub(super) fn check(arguments: &Arguments, function: &Function, key: &Key, errors: &Errors) {
    in_both(arguments, key, errors);
    for hidden in function.parameters.iter().filter_map(|parameter| hidden_names(&parameter.pattern)) {
        errors
            .at(hidden, "found a macro in a parameter, which hides what it binds from the key; write the pattern out");
    }
    let skip_is_a_guess = arguments.given("skip") && arguments.skip.is_none();
    if skip_is_a_guess || key.is_guess {
        return;
    }
    let covered = |name: &str| key.holds(name) || key.skipped.contains(name);
    if let Some(receiver) = function.receiver()
        && !covered("self")
    {
        errors.at(receiver.self_token, "`self` is in neither the key nor `skip(..)`: two receivers that differ would share an entry; add a field of it such as `{self.id}` to the key or `skip(self)`");
    }
    for name in function.names().filter(|name| !covered(&plain(name))) {
        match &function.each {
            Some(each) if *name == each.element => errors.at(name, same_for_all(each)),
            _ => errors.at(name, uncovered("parameter", &plain(name))),
        }
    }
    for constant in function.constants().filter(|name| !covered(&plain(name))) {
        errors.at(constant, uncovered("const parameter", &plain(constant)));
    }
    for ty in function.types().filter(|name| !covered(&plain(name)) && !is_told_by_values(name, function, key)) {
        errors.at(ty, uncovered("type parameter", &plain(ty)));
    }
}

/// Whether a type parameter shows in what the key is made of, or in what is stored.
fn is_told_by_values(ty: &Ident, function: &Function, key: &Key) -> bool {
    let keyed =
        function.parameters.iter().filter(|parameter| parameter.names.iter().any(|name| key.holds(&plain(name))));
    let mut mentions = keyed.map(|parameter| names_in(&parameter.ty)).chain([names_in(&function.sig.output)]);
    mentions.any(|names| names.contains(&ty.to_string()))
}

fn uncovered(what: &str, name: &str) -> String {
    format!(
        "{what} `{name}` is in neither the key nor `skip(..)`: two callers with different `{name}` would share an entry; \
         add `{{{name}}}` to the key or `skip({name})`"
    )
}

fn same_for_all(each: &Each) -> String {
    let Each { element, list } = each;
    format!("`{element}` is not in the key: all of `{list}` would share an entry; add `{{{element}}}` to the key")
}

fn in_both(arguments: &Arguments, key: &Key, errors: &Errors) {
    if arguments.key.is_none() {
        return;
    }
    for written in arguments.skip.iter().flatten().filter(|written| key.names.contains(&plain(written))) {
        errors.at(written, format!("`{written}` is both in the key and in `skip(..)`; take it out of one of them"));
    }
}
