//! `each(id in ids)` matched with the parameters: the function as it is for one key.

use std::{iter, ptr};

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
    let named = arguments.each.as_ref().and_then(|each| find(each, function, errors));
    let at = named.or_else(|| function.parameters.iter().position(|parameter| list_of(&parameter.ty).is_ok()))?;
    let parameter = function.parameters.get(at)?;
    let list = match (name(&parameter.pattern), &arguments.each) {
        (Some(list), _) => list,
        (None, Some(each)) => bound_by_pattern(parameter, each, errors),
        (None, None) => return None,
    };
    let written = arguments.each.clone().or_else(|| guess(arguments, function, &list.ident))?;
    let written = parse::Each { list: list.ident.clone(), ..written };
    let (ty, form) = match list_of(&parameter.ty) {
        Ok((ty, form)) => (ty.clone(), form),
        Err(why) => {
            // The type of a whole pattern says nothing of what is in it.
            if name(&parameter.pattern).is_some() {
                errors.at(&parameter.ty, format!("`{}` is no list of ids: {why}", list.ident));
            }
            (parameter.ty.clone(), List::Vec)
        }
    };
    let others: Vec<_> = function.parameters.iter().filter(|other| !ptr::eq(*other, parameter)).collect();
    runs_again(function, &others, errors);
    let each = Each {
        element: written.element.clone(),
        ty: ty.clone(),
        list,
        form,
        cloned: others.iter().flat_map(|other| bound(&other.pattern)).collect(),
        cloned_self: cloned_self(function),
    };
    let element = element(&written, parameter, ty, function, errors);
    let in_its_place = |other: &Parameter| if ptr::eq(other, parameter) { element.clone() } else { other.clone() };
    let parameters = function.parameters.iter().map(in_its_place).collect();
    Some((each, Function { parameters, each: Some(written), ..function.clone() }))
}

/// The place of the list among the parameters.
fn find(each: &parse::Each, function: &Function, errors: &Errors) -> Option<usize> {
    let list = plain(&each.list);
    let has_name =
        |name: &str| function.parameters.iter().position(|other| other.names.iter().any(|it| plain(it) == name));
    if let Some(at) = has_name(&list) {
        return Some(at);
    }
    let all: Vec<_> = function.names().map(plain).collect();
    let near = nearest(&list, all.iter().map(String::as_str));
    let accepted = near.map_or_else(|| it_has(all.iter().cloned()), |near| did_you_mean(Some(near)));
    errors.at(&each.list, format!("`{list}` in `each(..)` names no parameter of `{}`{accepted}", function.sig.ident));
    near.and_then(has_name)
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
fn element(each: &parse::Each, parameter: &Parameter, ty: Type, function: &Function, errors: &Errors) -> Parameter {
    let parse::Each { element, list } = each;
    if names(function).contains(&plain(element)) {
        let of = &function.sig.ident;
        errors
            .at(element, format!("`{element}` is a parameter of `{of}` already; call one of `{list}` by another name"));
        if element != list {
            return Parameter { pattern: parse_quote!(_), ty, names: Vec::new() };
        }
    }
    let beside = parameter.names.iter().filter(|name| *name != list).cloned();
    Parameter { pattern: parse_quote!(#element), ty, names: iter::once(element.clone()).chain(beside).collect() }
}

/// Notes that the list is a part of its parameter only.
fn bound_by_pattern(parameter: &Parameter, each: &parse::Each, errors: &Errors) -> PatIdent {
    let list = &each.list;
    errors.at(
        &parameter.pattern,
        format!("`{list}` is bound by a pattern; `each` takes a parameter that is a name, such as `{list}: &[u64]`"),
    );
    PatIdent { attrs: Vec::new(), by_ref: None, mutability: None, ident: list.clone(), subpat: None }
}

/// A pattern that is a name.
fn name(pattern: &Pat) -> Option<PatIdent> {
    match pattern {
        Pat::Ident(name) if name.subpat.is_none() && name.by_ref.is_none() => Some(name.clone()),
        _ => None,
    }
}

/// Notes what cannot be had a second time.
fn runs_again(function: &Function, others: &[&Parameter], errors: &Errors) {
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
    for parameter in others.iter().filter(|parameter| is_exclusive(&parameter.ty)) {
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
