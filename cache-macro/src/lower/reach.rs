//! Expressions in arguments use only what there is at the places where they are evaluated.

use std::collections::HashSet;
use std::fmt::Display;

use super::expressions::{constants, of_call, of_value};
use super::template::{names, plain};
use crate::errors::Errors;
use crate::model::{Companions, Value};
use crate::parse::{Arguments, Each, Function, bindings, parameters_used};

pub(super) fn check(arguments: &Arguments, function: &Function, companions: Option<&Companions>, errors: &Errors) {
    let list = function.each.iter().map(|each| plain(&each.list));
    let all: HashSet<String> = names(function).into_iter().chain(list).collect();
    for (argument, expr) in constants(arguments) {
        for name in parameters_used(expr).iter().filter(|name| all.contains(&plain(name))) {
            errors.at(name, format!("`{argument}` uses the parameter `{name}`; it is fixed when the program is compiled and accepts a constant"));
        }
    }
    if let Some(each) = &function.each {
        one_of_many(arguments, each, errors);
    }
    let Some(companions) = companions else { return };
    if matches!(companions.value, Value::Inferred) {
        for (argument, expr) in of_value(arguments) {
            errors.at(expr, format!("the type that `{argument}` sees cannot be told from the return type here; say it, as in `|v: &User| ..`"));
        }
    }
    let there = companions.keyed.iter().flat_map(|parameter| bindings(&parameter.pattern)).map(|name| plain(&name));
    let generics = function.types().chain(function.constants()).map(plain);
    // The list is noted already.
    let list = function.each.iter().map(|each| plain(&each.list));
    let there: HashSet<String> = there.chain(generics).chain(list).chain(["self".to_owned()]).collect();
    let is_missing = |name: &str| all.contains(name) && !there.contains(name);
    for (argument, expr) in of_call(arguments).chain(of_value(arguments)) {
        for name in parameters_used(&expr).iter().filter(|name| is_missing(&plain(name))) {
            errors.at(name, missing(argument, name));
        }
    }
    for tag in &arguments.tags {
        let roots = tag.template.placeholders.iter().map(|placeholder| placeholder.root.trim_start_matches("r#"));
        for name in roots.filter(|name| is_missing(name)) {
            errors.at(&tag.literal, missing("tags", name));
        }
    }
}

/// Notes expressions that use the list, where only one of it is known, or one of it, where all are asked for at once.
fn one_of_many(arguments: &Arguments, each: &Each, errors: &Errors) {
    let Each { element, list } = each;
    let one_for_all = |argument| of_value(arguments).any(|(name, _)| name == argument) || argument == "cache";
    for (argument, expr) in of_call(arguments).chain(of_value(arguments)) {
        for name in parameters_used(&expr) {
            if name == *list {
                errors
                    .at(&name, format!("`{argument}` uses `{list}`, all of them at once, and is asked for one entry"));
            } else if name == *element && one_for_all(argument) {
                errors.at(
                    &name,
                    format!("`{argument}` uses `{element}`, and there is one `{argument}` for all of `{list}`"),
                );
            }
        }
    }
}

fn missing(argument: &str, name: impl Display) -> String {
    format!(
        "`{argument}` uses the parameter `{name}`, which the companions do not take as it is not in the key; \
         add `{{{name}}}` to the key, or say `companions = false`"
    )
}
