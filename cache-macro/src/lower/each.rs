//! `each(id in ids)` matched with the parameters: the function as it is for one key.

use syn::{Ident, Pat, PatIdent, ReceiverKind, Type, parse_quote};

use super::list::list_of;
use super::template::{it_has, names, plain};
use crate::errors::Errors;
use crate::model::{Each, List};
use crate::parse::{self, Arguments, Bound, Function, Parameter, bound, did_you_mean, nearest};

/// The list of `each(..)`, and the function in which a parameter for an element stands in the place of the list: what is
/// said of keys, tags and companions is said of one key.
///
/// What is wrong with `each(..)` is noted, and goes on with the likeliest guess.
pub(super) fn each(arguments: &Arguments, function: &Function, errors: &Errors) -> Option<(Each, Function)> {
    if !arguments.given("each") {
        return None;
    }
    runs_again(function, errors);
    let named = arguments.each.as_ref().and_then(|each| find(each, function, errors));
    let at = named.or_else(|| function.parameters.iter().position(|parameter| list_of(&parameter.ty).is_ok()))?;
    let parameter = function.parameters.get(at)?;
    let list = name(&parameter.pattern)?;
    let written = arguments.each.clone().or_else(|| guess(arguments, function, &list.ident))?;
    let (ty, form) = match list_of(&parameter.ty) {
        Ok((ty, form)) => (ty.clone(), form),
        Err(why) => {
            errors.at(&parameter.ty, format!("`{}` is no list of ids: {why}", list.ident));
            (parameter.ty.clone(), List::Vec)
        }
    };
    let element = element(&written.element, &list.ident, ty.clone(), function, errors);
    let one = for_one(function, at, element, parse::Each { list: list.ident.clone(), ..written.clone() });
    let others = function.parameters.iter().enumerate().filter(|(other, _)| *other != at);
    let each = Each {
        element: written.element,
        ty,
        list: list.clone(),
        form,
        cloned: others.flat_map(|(_, other)| bound(&other.pattern)).collect(),
        cloned_self: cloned_self(function),
    };
    Some((each, one))
}

/// The function with this parameter at that place.
fn for_one(function: &Function, at: usize, element: Parameter, each: parse::Each) -> Function {
    let replaced =
        |(place, parameter): (usize, &Parameter)| if place == at { element.clone() } else { parameter.clone() };
    let parameters = function.parameters.iter().enumerate().map(replaced).collect();
    Function { parameters, each: Some(each), ..function.clone() }
}

/// The place of the list among the parameters.
fn find(each: &parse::Each, function: &Function, errors: &Errors) -> Option<usize> {
    let list = plain(&each.list);
    let has_name =
        |name: &str| function.parameters.iter().position(|other| other.names.iter().any(|it| plain(it) == name));
    let Some(at) = has_name(&list) else {
        let all: Vec<_> = function.names().map(plain).collect();
        let near = nearest(&list, all.iter().map(String::as_str));
        let accepted = near.map_or_else(|| it_has(all.iter().cloned()), |near| did_you_mean(Some(near)));
        errors
            .at(&each.list, format!("`{list}` in `each(..)` names no parameter of `{}`{accepted}", function.sig.ident));
        return near.and_then(has_name);
    };
    let parameter = function.parameters.get(at)?;
    if name(&parameter.pattern).is_none() {
        errors.at(
            &parameter.pattern,
            format!(
                "`{list}` is bound by a pattern; `each` takes a parameter that is a name, such as `{list}: &[u64]`"
            ),
        );
    }
    Some(at)
}

/// What `each(..)` may have said, where it could not be read: the key tells what an element is called.
fn guess(arguments: &Arguments, function: &Function, list: &Ident) -> Option<parse::Each> {
    let all = names(function);
    let placeholders = arguments.key.iter().flat_map(|key| &key.template.placeholders);
    let mut unknown =
        placeholders.map(|placeholder| placeholder.root.as_str()).filter(|root| !all.iter().any(|name| name == root));
    let element = syn::parse_str(unknown.next().unwrap_or("id")).ok()?;
    Some(parse::Each { element, list: list.clone() })
}

/// The parameter for an element; one without a name where the name is taken.
fn element(name: &Ident, list: &Ident, ty: Type, function: &Function, errors: &Errors) -> Parameter {
    if !names(function).contains(&plain(name)) {
        return Parameter { pattern: parse_quote!(#name), ty, names: vec![name.clone()] };
    }
    let of = &function.sig.ident;
    errors.at(name, format!("`{name}` is a parameter of `{of}` already; call one of `{list}` by another name"));
    Parameter { pattern: parse_quote!(_), ty, names: Vec::new() }
}

/// A pattern that is a name.
fn name(pattern: &Pat) -> Option<&PatIdent> {
    match pattern {
        Pat::Ident(name) if name.subpat.is_none() && name.by_ref.is_none() => Some(name),
        _ => None,
    }
}

/// Notes what cannot be had a second time.
fn runs_again(function: &Function, errors: &Errors) {
    const ACCEPTED: &str =
        "with `each` the body may run more than once for a call, so take it by `&`, or something to clone";
    let receiver = function.receiver().filter(|receiver| match &receiver.kind {
        ReceiverKind::Reference(_, _, exclusive) => exclusive.is_some(),
        ReceiverKind::Typed(_, ty) => is_exclusive(ty),
        _ => false,
    });
    if let Some(receiver) = receiver {
        errors.at(receiver, format!("`self` of `{}` is borrowed exclusively; {ACCEPTED}", function.sig.ident));
    }
    for parameter in function.parameters.iter().filter(|parameter| is_exclusive(&parameter.ty)) {
        let names: Vec<_> = parameter.names.iter().map(|name| format!("`{name}`")).collect();
        errors.at(
            &parameter.ty,
            format!("parameter {} of `{}` is borrowed exclusively; {ACCEPTED}", names.join(", "), function.sig.ident),
        );
    }
}

fn is_exclusive(ty: &Type) -> bool {
    match ty {
        Type::Group(group) => is_exclusive(&group.elem),
        Type::Paren(paren) => is_exclusive(&paren.elem),
        Type::Reference(reference) => reference.mutability.is_some(),
        _ => false,
    }
}

/// A `self` that is no reference, which could be had as often as one likes.
fn cloned_self(function: &Function) -> Option<Bound> {
    let receiver = function.receiver()?;
    let is_reference = match &receiver.kind {
        ReceiverKind::Reference(..) => true,
        ReceiverKind::Typed(_, ty) => matches!(**ty, Type::Reference(_)),
        _ => false,
    };
    let name = Ident::new("self", receiver.self_token.span);
    (!is_reference).then_some(Bound { name, mutability: receiver.mutability })
}
