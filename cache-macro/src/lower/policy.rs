//! The static facts of a function.

use syn::Expr;

use super::key::Key;
use super::template::{names, plain};
use crate::errors::Errors;
use crate::model::{CacheName, Lasting, Near, Policy, Spec, Ttl};
use crate::parse::{self, Arguments, Codec, Function, Time, parameters_used, shown};

pub(super) fn spec(arguments: &Arguments, function: &Function, key: &Key, errors: &Errors) -> Spec {
    let name = &function.sig.ident;
    if !arguments.given("ttl") {
        errors.at(
            name,
            format!(
                "`{name}` has no `ttl`; add one such as `ttl = 60` or `ttl = \"1h 30m\"`, or say `ttl = \"forever\"`"
            ),
        );
    }
    Spec {
        function: plain(name),
        template: key.template.clone(),
        pieces: key.pieces.clone(),
        policy: policy(arguments),
        tags: arguments.tags.iter().map(|tag| tag.literal.value()).collect(),
        cache: arguments.cache.as_ref().map(|cache| cache_name(cache, function)),
    }
}

fn cache_name(cache: &Expr, function: &Function) -> CacheName {
    let all = names(function);
    let of_call = parameters_used(cache).iter().any(|name| all.contains(&plain(name)));
    CacheName { text: shown(cache), of_call }
}

fn policy(arguments: &Arguments) -> Policy {
    Policy {
        ttl: match &arguments.ttl {
            Some(parse::Ttl::Time(Time::Fixed(ttl))) => Ttl::Fixed(*ttl),
            Some(parse::Ttl::Time(Time::Forever)) => Ttl::Forever,
            _ => Ttl::Dynamic,
        },
        jitter: arguments.jitter.clone(),
        stale_while_revalidate: lasting(arguments.stale_while_revalidate.as_ref()),
        stale_if_error: lasting(arguments.stale_if_error.as_ref()),
        refresh_ahead: arguments.refresh_ahead.clone(),
        soft_timeout: lasting(arguments.soft_timeout.as_ref()),
        negative_ttl: lasting(arguments.negative_ttl.as_ref()),
        near: near(arguments),
        codec: match &arguments.codec {
            Some(Codec::Named(variant)) => Some(variant.clone()),
            _ => None,
        },
        version: arguments.version.clone(),
    }
}

fn near(arguments: &Arguments) -> Option<Near> {
    match arguments.near.as_ref()? {
        parse::Near::AtMost(time) => lasting(Some(time)).map(Near::AtMost),
        parse::Near::Choice(true) => Some(Near::ByDefault),
        parse::Near::Choice(false) => Some(Near::Off),
    }
}

fn lasting(time: Option<&Time>) -> Option<Lasting> {
    match time? {
        Time::Fixed(time) => Some(Lasting::Fixed(*time)),
        Time::Computed(expr) => Some(Lasting::Constant(expr.clone())),
        Time::Forever => None,
    }
}
