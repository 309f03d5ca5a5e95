//! Expressions in arguments use only what there is at the places where they are evaluated.

use std::collections::HashSet;

use syn::Expr;

use super::key::{names, plain};
use crate::errors::Errors;
use crate::model::{Companions, Value};
use crate::parse::{Arguments, Function, Time, Ttl, bindings, parameters_used};

pub(super) fn check(arguments: &Arguments, function: &Function, companions: Option<&Companions>, errors: &Errors) {
    let all: HashSet<String> = names(function).into_iter().collect();
    for (argument, expr) in constants(arguments) {
        for name in parameters_used(expr).iter().filter(|name| all.contains(&plain(name))) {
            errors.at(name, format!("`{argument}` uses the parameter `{name}`; it is fixed when the program is compiled and accepts a constant"));
        }
    }
    let Some(companions) = companions else { return };
    if matches!(companions.value, Value::Inferred) {
        for (argument, expr) in of_value(arguments) {
            errors.at(expr, format!("the type that `{argument}` sees cannot be told from the return type here; say it, as in `|v: &User| ..`"));
        }
    }
    let there = companions.keyed.iter().flat_map(|parameter| bindings(&parameter.pattern)).map(|name| plain(&name));
    let there: HashSet<String> = there.chain(["self".to_owned()]).collect();
    for (argument, expr) in per_call(arguments) {
        for name in
            parameters_used(&expr).iter().filter(|name| all.contains(&plain(name)) && !there.contains(&plain(name)))
        {
            errors.at(
                name,
                format!("`{argument}` uses the parameter `{name}`, which the companions do not take as it is not in the key; add `{{{name}}}` to the key, or say `companions = false`"),
            );
        }
    }
}

/// What stands in a `static`.
fn constants(arguments: &Arguments) -> impl Iterator<Item = (&'static str, &Expr)> {
    let negative_ttl = match &arguments.negative_ttl {
        Some(Time::Computed(expr)) => Some(expr),
        _ => None,
    };
    let named = [
        ("jitter", arguments.jitter.as_ref()),
        ("negative_ttl", negative_ttl),
        ("version", arguments.version.as_ref()),
    ];
    named.into_iter().filter_map(|(name, expr)| Some((name, expr?)))
}

/// What is evaluated on the value.
fn of_value(arguments: &Arguments) -> impl Iterator<Item = (&'static str, Expr)> {
    per_call(arguments).filter(|(argument, expr)| *argument == "cache_if" || matches!(expr, Expr::Closure(_)))
}

/// What is evaluated in the wrapper and in the companions alike.
fn per_call(arguments: &Arguments) -> impl Iterator<Item = (&'static str, Expr)> {
    let ttl = match &arguments.ttl {
        Some(Ttl::Time(Time::Computed(expr))) => Some(expr.clone()),
        Some(Ttl::OfValue(closure)) => Some(Expr::Closure(closure.clone())),
        _ => None,
    };
    let named = [("ttl", ttl), ("cache_if", arguments.cache_if.clone()), ("cache", arguments.cache.clone())];
    named.into_iter().filter_map(|(name, expr)| Some((name, expr?)))
}
