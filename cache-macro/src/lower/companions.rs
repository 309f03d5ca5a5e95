//! The companions: their names, parameters and generics.

use std::collections::HashSet;

use proc_macro2::Span;
use quote::ToTokens;
use syn::{Attribute, Expr, Generics, Ident, Pat, Receiver, Type};

use super::expressions::{of_call, of_value};
use super::generics::{has_lifetimes, has_types, needed};
use super::key::Key;
use super::returned::Returned;
use super::shape::made_by_async_trait;
use super::template::plain;
use super::value::{is_doubtful, named_value, named_value_of_many};
use crate::model::{Companions, Home, Parameter, Takes, Value};
use crate::parse::{self, Arguments, Function, names_in, parameters_used, without_mut};

pub(super) fn companions(
    arguments: &Arguments,
    function: &Function,
    one: &Function,
    key: &Key,
    returned: &Returned,
    home: Home,
) -> Option<Companions> {
    let name = match &arguments.companions {
        parse::Companions::Default => function.sig.ident.clone(),
        parse::Companions::Named(name) => name.clone(),
        parse::Companions::None => return None,
    };
    // Where companions have no place, asking for them was a mistake that is noted already.
    if function.body.is_none() || made_by_async_trait(&function.sig) {
        return None;
    }
    let lowered = |of: &Function, at: usize| Some(lower(at, of.parameters.get(at)?, function));
    let all = 0..function.parameters.len();
    let in_key = one.parameters.iter().enumerate().filter(|(_, parameter)| is_keyed(parameter, arguments, key));
    let in_key: Vec<usize> = in_key.map(|(at, _)| at).collect();
    let keyed: Vec<_> = in_key.iter().filter_map(|at| lowered(one, *at)).collect();
    let many = one.each.as_ref().map(|_| {
        let parameters: Vec<_> = in_key.iter().filter_map(|at| lowered(function, *at)).collect();
        let generics = needed(&function.sig.generics, &named_by_key(arguments, key, &parameters));
        Takes { parameters, generics }
    });
    let stats =
        stats(arguments, one, in_key.iter().filter_map(|at| Some((one.parameters.get(*at)?, lowered(one, *at)?))));
    let value = value(arguments, one, returned, home);
    let (key_generics, value_generics) = generics(arguments, function, key, &keyed, returned);
    Some(Companions {
        name,
        attrs: function.attrs.iter().filter(|attr| decides_existence(attr)).cloned().collect(),
        receiver: function.receiver().map(immutable),
        keyed,
        all: all.filter_map(|at| lowered(function, at)).collect(),
        many,
        stats,
        key_generics,
        value_generics,
        value,
    })
}

/// Whether some of a parameter is in the key; one that was forgotten is expected there by those who call companions.
fn is_keyed(parameter: &parse::Parameter, arguments: &Arguments, key: &Key) -> bool {
    let skipped_is_known = arguments.skip.is_some() || !arguments.given("skip");
    let mut names = parameter.names.iter().map(plain);
    names.any(|name| if skipped_is_known { !key.skipped.contains(&name) } else { key.holds(&name) || key.is_guess })
}

fn lower(at: usize, parameter: &parse::Parameter, function: &Function) -> Parameter {
    let pattern = without_mut(&parameter.pattern);
    let name = match &pattern {
        // A parameter called like the function would hide it from `refresh` and `origin`.
        Pat::Ident(name) if name.subpat.is_none() && name.by_ref.is_none() && name.ident != function.sig.ident => {
            name.ident.clone()
        }
        _ => Ident::new(&format!("arg{at}"), Span::mixed_site()),
    };
    Parameter { pattern, name, ty: parameter.ty.clone() }
}

fn value(arguments: &Arguments, function: &Function, returned: &Returned, home: Home) -> Value {
    if !returned.storable {
        return Value::Unknown;
    }
    if function.each.is_some() {
        let named = named_value_of_many(&returned.ty).filter(|_| !is_doubtful(&returned.ty));
        return named.map_or(Value::OfMany, |value| Value::Named(Box::new(value.clone())));
    }
    let can_be_probed = home == Home::Free && !has_types(&function.sig.generics) && !has_lifetimes(&returned.ty);
    let named = named_value(&returned.ty).filter(|_| !can_be_probed || !is_doubtful(&returned.ty));
    match named.or_else(|| seen_by_closure(arguments)) {
        Some(value) => Value::Named(Box::new(value.clone())),
        None if can_be_probed => Value::Probed,
        None => Value::Inferred,
    }
}

/// `User` of `ttl = |v: &User| ..` or `cache_if = |v: &User| ..`.
fn seen_by_closure(arguments: &Arguments) -> Option<&Type> {
    let ttl = match &arguments.ttl {
        Some(parse::Ttl::OfValue(closure)) => Some(closure),
        _ => None,
    };
    let cache_if = match &arguments.cache_if {
        Some(Expr::Closure(closure)) => Some(closure),
        _ => None,
    };
    ttl.into_iter().chain(cache_if).find_map(|closure| match closure.inputs.first()? {
        Pat::Type(typed) => match &*typed.ty {
            Type::Reference(reference) => Some(&*reference.elem),
            _ => None,
        },
        _ => None,
    })
}

/// What the key and all that is evaluated with it name, and what the value names besides.
fn generics(
    arguments: &Arguments,
    function: &Function,
    key: &Key,
    keyed: &[Parameter],
    returned: &Returned,
) -> (Generics, Generics) {
    let all = &function.sig.generics;
    let mut names = named_by_key(arguments, key, keyed);
    let for_key = needed(all, &names);
    names.extend(of_value(arguments).flat_map(|(_, expr)| names_in(expr)));
    names.extend(names_in(&returned.ty));
    (for_key, needed(all, &names))
}

/// What tells the cache: the parameters of the key that its expression uses.
fn stats<'a>(
    arguments: &Arguments,
    function: &Function,
    keyed: impl Iterator<Item = (&'a parse::Parameter, Parameter)>,
) -> Takes {
    let used: HashSet<_> = arguments.cache.iter().flat_map(parameters_used).map(|name| plain(&name)).collect();
    let is_used = |parameter: &parse::Parameter| parameter.names.iter().any(|name| used.contains(&plain(name)));
    let parameters: Vec<_> = keyed.filter(|(written, _)| is_used(written)).map(|(_, lowered)| lowered).collect();
    let mut names: HashSet<_> = parameters.iter().flat_map(|parameter| names_in(&parameter.ty)).collect();
    names.extend(arguments.cache.iter().flat_map(names_in));
    Takes { generics: needed(&function.sig.generics, &names), parameters }
}

/// What these parameters of the key and all that is evaluated with them name.
fn named_by_key(arguments: &Arguments, key: &Key, keyed: &[Parameter]) -> HashSet<String> {
    let mut names: HashSet<String> = keyed.iter().flat_map(|parameter| names_in(&parameter.ty)).collect();
    names.extend(key.names.iter().cloned());
    names.extend(of_call(arguments).flat_map(|(_, expr)| names_in(expr)));
    let in_tags = arguments.tags.iter().flat_map(|tag| &tag.template.placeholders);
    names.extend(in_tags.map(|placeholder| placeholder.root.clone()));
    if let Some(parse::Codec::Type(path)) = &arguments.codec {
        names.extend(names_in(path));
    }
    names
}

fn decides_existence(attr: &Attribute) -> bool {
    attr.path().is_ident("cfg") || attr.to_token_stream().to_string() == "# [doc (hidden)]"
}

fn immutable(receiver: &Receiver) -> Receiver {
    Receiver { mutability: None, ..receiver.clone() }
}
