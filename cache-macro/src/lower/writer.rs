//! A function that changes what is cached: its targets, and the functions that cannot be one.

use syn::{ReturnType, Type, parse_quote};

use super::boxed::boxed_future;
use super::returned::opaque;
use super::shape::plain;
use super::tags::tag;
use super::target::{has_parameter, target};
use super::value::named_value;
use crate::errors::Errors;
use crate::model::{Step, Verb, Writer};
use crate::parse::{Changes, Function, Written};

/// Decides what is emitted for a function with an attribute `verb`; `None` after some mistakes, which are noted.
pub(crate) fn writer(changes: Changes, function: Function, verb: Verb, errors: &Errors) -> Option<Writer> {
    let written = match &function.sig.output {
        ReturnType::Type(_, ty) => (**ty).clone(),
        ReturnType::Default => parse_quote!(()),
    };
    let boxed = boxed_future(&written).filter(|_| function.sig.asyncness.is_none()).cloned();
    let returned = boxed.clone().unwrap_or_else(|| written.clone());
    check_shape(&function, &returned, boxed.is_some(), verb, errors);
    check_together(&changes, &function, verb, errors);
    let Changes { targets, tags, cache, krate, .. } = changes;
    let targets = targets.iter().filter_map(|expr| target(expr, verb, &function, errors));
    let mut steps: Vec<_> = targets
        .map(|target| match verb {
            Verb::Invalidates => Step::Invalidate(target),
            Verb::WriteThrough => Step::WriteThrough(target),
        })
        .collect();
    let tags = tags.iter().filter(|written| is_known_before(written, &function, errors));
    steps
        .extend(tags.map(|written| Step::InvalidateTag { tag: tag(written, &function, errors), cache: cache.clone() }));
    Some(Writer {
        krate: krate.unwrap_or_else(|| parse_quote!(::cache_runtime)),
        attrs: function.attrs,
        vis: function.vis,
        sig: function.sig,
        body: function.body?,
        returned,
        boxed: boxed.map(|_| written),
        steps,
    })
}

/// Notes what is wrong with the function alone.
fn check_shape(function: &Function, returned: &Type, is_boxed: bool, verb: Verb, errors: &Errors) {
    let (name, attribute) = (&function.sig.ident, verb.name());
    if function.body.is_none() {
        errors.at(
            name,
            format!("`{name}` has no body to wait for; put `#[{attribute}]` on the methods that implement it"),
        );
    }
    if function.sig.asyncness.is_none() && !is_boxed {
        let accepted = "make it an `async fn`, which can wait for the cache when its body is done";
        errors.at(function.sig.fn_token, plain(function, attribute, accepted));
    } else if let Some(opaque) = opaque(returned) {
        errors.at(
            opaque,
            format!("`{name}` returns an `impl Trait`, which may be a `Result` or not; return a named type"),
        );
    } else if verb == Verb::WriteThrough && returns_nothing(returned) {
        errors.at(
            name,
            format!("`{name}` returns nothing that could be stored; return the value, or say `#[invalidates(..)]`"),
        );
    } else if let Type::Never(_) = returned {
        errors.at(returned, format!("`{name}` never returns, so nothing can follow; take `#[{attribute}]` away"));
    }
}

fn returns_nothing(returned: &Type) -> bool {
    matches!(named_value(returned).unwrap_or(returned), Type::Tuple(unit) if unit.elems.is_empty())
}

/// Notes what is wrong with the arguments together.
fn check_together(changes: &Changes, function: &Function, verb: Verb, errors: &Errors) {
    let (name, attribute) = (&function.sig.ident, verb.name());
    let tag = changes.name("tag");
    match (verb, tag) {
        (Verb::WriteThrough, Some(tag)) => {
            errors.at(tag, "a tag names a group of entries, and a value is one entry; forget the group with `#[invalidates(tag = \"..\")]`");
        }
        (_, None) if changes.targets.is_empty() && !changes.is_broken => {
            let or_a_tag = if verb == Verb::Invalidates { ", or a tag" } else { "" };
            errors.at(name, format!("`#[{attribute}]` on `{name}` has no target; add one such as `#[{attribute}(get_user(id))]`{or_a_tag}"));
        }
        _ => {}
    }
    if let Some(cache) = changes.name("cache").filter(|_| tag.is_none()) {
        errors.at(cache, "`cache` says where tags are forgotten, and there is no tag; leave it out, as a function knows the cache of its entries");
    }
}

fn is_known_before(tag: &Written, function: &Function, errors: &Errors) -> bool {
    let names_returned = tag.template.placeholders.iter().any(|placeholder| placeholder.root == "returned");
    let is_known = !names_returned || has_parameter(function, "returned");
    if !is_known {
        errors
            .at(&tag.literal, "`{returned}` is not known before the body has run; a tag is a template over parameters");
    }
    is_known
}
