//! Facts to model: everything that needs more than one fact, above all every check across them.
//!
//! Lowering never stops at a mistake: it notes it and goes on with the likeliest guess, so that all mistakes are
//! reported in one go and the guess can still be emitted, inert.

mod borrows;
mod boxed;
mod companions;
mod coverage;
mod each;
mod expressions;
mod generics;
mod key;
mod list;
mod policy;
mod reach;
mod registration;
mod returned;
mod shape;
mod tags;
mod target;
mod template;
mod value;
mod windows;
mod writer;

pub(crate) use returned::opaque;
use syn::parse_quote;
pub(crate) use writer::writer;

use crate::errors::Errors;
use crate::model::{Call, Home, Model, Rules, Wrapper};
use crate::parse::{Arguments, Codec, Function, Time, Ttl};

/// Decides what is emitted for `function`.
pub(crate) fn lower(arguments: Arguments, function: Function, errors: &Errors) -> Model {
    let (each, one) = each::each(&arguments, &function, errors).unzip();
    // The function as it is for one key.
    let one = one.as_ref().unwrap_or(&function);
    let origin = shape::check(&arguments, one, errors);
    let load = windows::check(&arguments, one, errors);
    let home = if function.is_method { Home::Impl } else { Home::Free };
    let returned = returned::returned(one, origin, errors);
    let key = key::key(&arguments, one, errors);
    coverage::check(&arguments, one, &key, errors);
    let tags = tags::tags(&arguments, one, errors);
    let spec = policy::spec(&arguments, one, &key, errors);
    let companions = companions::companions(&arguments, &function, one, &key, &returned, home);
    reach::check(&arguments, one, companions.as_ref(), errors);
    let registration = registration::registration(one, &key, &returned, companions.as_ref(), home);
    let used = expressions::used_by_rules(&arguments, one);
    let (ttl, ttl_of_value) = match arguments.ttl {
        Some(Ttl::Time(Time::Computed(expr))) => (Some(expr), None),
        Some(Ttl::OfValue(closure)) => (None, Some(closure)),
        _ => (None, None),
    };
    let codec = match arguments.codec {
        Some(Codec::Type(path)) => Some(path),
        _ => None,
    };
    Model {
        krate: arguments.krate.unwrap_or_else(|| parse_quote!(::cache_runtime)),
        call: Call { args: key.args, cache: arguments.cache, ttl, codec, tags },
        rules: Rules { ttl: ttl_of_value, cache_if: arguments.cache_if, used },
        wrapper: Wrapper {
            failure_borrows: borrows::failure_borrows(&returned.ty),
            returned: returned.ty,
            origin,
            load,
            home,
            attrs: function.attrs.into_iter().filter(|attr| !shape::is_own(attr)).collect(),
            vis: function.vis,
            sig: shape::signature(function.sig, origin),
            body: function.body,
        },
        spec,
        registration,
        each,
        companions,
    }
}
