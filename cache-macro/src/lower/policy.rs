//! The static facts of a function.

use super::key::{Key, plain};
use crate::errors::Errors;
use crate::model::{NegativeTtl, Policy, Spec, Ttl};
use crate::parse::{self, Arguments, Codec, Function, Time};

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
    }
}

fn policy(arguments: &Arguments) -> Policy {
    Policy {
        ttl: match &arguments.ttl {
            Some(parse::Ttl::Time(Time::Fixed(ttl))) => Ttl::Fixed(*ttl),
            Some(parse::Ttl::Time(Time::Forever)) => Ttl::Forever,
            _ => Ttl::Dynamic,
        },
        jitter: arguments.jitter.clone(),
        negative_ttl: match &arguments.negative_ttl {
            Some(Time::Fixed(ttl)) => Some(NegativeTtl::Fixed(*ttl)),
            Some(Time::Computed(expr)) => Some(NegativeTtl::Constant(expr.clone())),
            Some(Time::Forever) | None => None,
        },
        codec: match &arguments.codec {
            Some(Codec::Named(variant)) => Some(variant.clone()),
            _ => None,
        },
        version: arguments.version.clone(),
    }
}
