//! The expressions in arguments, by when they are evaluated.

use syn::{Expr, Ident};

use super::template::{names, plain};
use crate::parse::{Arguments, Function, Near, Time, Ttl, parameters_used};

/// Those that stand in a `static`.
pub(super) fn constants(arguments: &Arguments) -> impl Iterator<Item = (&'static str, &Expr)> {
    let near = match &arguments.near {
        Some(Near::AtMost(time)) => computed(Some(time)),
        _ => None,
    };
    given([
        ("jitter", arguments.jitter.as_ref()),
        ("stale_while_revalidate", computed(arguments.stale_while_revalidate.as_ref())),
        ("stale_if_error", computed(arguments.stale_if_error.as_ref())),
        ("refresh_ahead", arguments.refresh_ahead.as_ref()),
        ("soft_timeout", computed(arguments.soft_timeout.as_ref())),
        ("negative_ttl", computed(arguments.negative_ttl.as_ref())),
        ("near", near),
        ("version", arguments.version.as_ref()),
    ])
}

/// Those evaluated at each call, in the function and in the companions alike.
pub(super) fn of_call(arguments: &Arguments) -> impl Iterator<Item = (&'static str, Expr)> {
    let ttl = match &arguments.ttl {
        Some(Ttl::Time(Time::Computed(expr))) => Some(expr.clone()),
        _ => None,
    };
    given([("ttl", ttl), ("cache", arguments.cache.clone())])
}

/// Those evaluated on a value, in the function and in `put` alike.
pub(super) fn of_value(arguments: &Arguments) -> impl Iterator<Item = (&'static str, Expr)> {
    let ttl = match &arguments.ttl {
        Some(Ttl::OfValue(closure)) => Some(Expr::Closure(closure.clone())),
        _ => None,
    };
    given([("ttl", ttl), ("cache_if", arguments.cache_if.clone())])
}

/// The parameters that those evaluated on a value use.
pub(super) fn used_by_rules(arguments: &Arguments, function: &Function) -> Vec<Ident> {
    let all = names(function);
    let used = of_value(arguments).flat_map(|(_, expr)| parameters_used(&expr));
    let mut used: Vec<_> = used.filter(|name| all.contains(&plain(name))).collect();
    used.sort();
    used.dedup();
    used
}

fn computed(time: Option<&Time>) -> Option<&Expr> {
    match time? {
        Time::Computed(expr) => Some(expr),
        _ => None,
    }
}

fn given<E, const N: usize>(named: [(&'static str, Option<E>); N]) -> impl Iterator<Item = (&'static str, E)> {
    named.into_iter().filter_map(|(name, expr)| Some((name, expr?)))
}
