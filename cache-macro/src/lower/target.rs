//! A target: the call of an annotated function, whose entry is meant.

use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Expr, ExprCall, ExprMethodCall, ExprPath, ExprRange, Ident, PathArguments, RangeLimits, UnOp};

use super::template::plain;
use crate::errors::Errors;
use crate::model::{Argument, Callee, Form, Target, Timing, Verb};
use crate::parse::{Function, bare, found, parameters_used};

/// Reads a target of `verb`; notes what is no call.
pub(super) fn target(expr: &Expr, verb: Verb, function: &Function, errors: &Errors) -> Option<Target> {
    let read = match expr {
        Expr::Call(call) => called(call),
        Expr::MethodCall(call) => Some(method(call)),
        _ => None,
    };
    let Some((callee, mut arguments)) = read else {
        let (found, attribute) = (found(expr), verb.name());
        errors.at(expr, format!("found {found}; `{attribute}` accepts calls of annotated functions such as `get_user(id)`, `Self::list(tenant)` or `self.price(item)`"));
        return None;
    };
    let list = list_among(&mut arguments);
    if let Some(list) = list.as_ref().filter(|_| verb == Verb::WriteThrough) {
        errors.at(list, "found a list of ids, and a value is one entry; name the one whose value is returned");
    }
    let names_returned = |expr: &Expr| (!has_parameter(function, "returned")).then(|| returned_in(expr)).flatten();
    let receiver = match &callee {
        Callee::Method { receiver, .. } => names_returned(receiver),
        _ => None,
    };
    if let Some(companion) = companion_of(&callee, verb) {
        errors.at(
            companion,
            format!("found a companion; name the function itself, as in `#[{}(get_user(id))]`", verb.name()),
        );
        return None;
    }
    let span = match &callee {
        Callee::Function { path, .. } | Callee::Associated { path } => path.path.segments.last().span(),
        Callee::Method { method, .. } => method.span(),
    };
    let returned = receiver.or_else(|| arguments.iter().find_map(names_returned));
    let arguments = arguments.into_iter().map(|expr| Argument {
        form: form(&expr),
        timing: if names_returned(&expr).is_some() { Timing::After } else { Timing::Before },
        expr,
    });
    Some(Target { callee, arguments: arguments.collect(), list, returned, span })
}

type Called = (Callee, Vec<Expr>);

fn called(call: &ExprCall) -> Option<Called> {
    let Expr::Path(mut path) = bare((*call.func).clone()) else { return None };
    let arguments = call.args.iter().cloned().map(bare).collect();
    if is_associated(&path) {
        return Some((Callee::Associated { path }, arguments));
    }
    let last = path.path.segments.last_mut().map(|last| std::mem::take(&mut last.arguments));
    let generics = match last {
        Some(PathArguments::AngleBracketed(generics)) => Some(generics),
        _ => None,
    };
    Some((Callee::Function { path, generics }, arguments))
}

/// Takes the dots away from `..ids`, the list for whose elements an entry each is meant.
fn list_among(arguments: &mut [Expr]) -> Option<ExprRange> {
    let mut written = None;
    for argument in arguments {
        let Expr::Range(range) = &*argument else { continue };
        let (None, RangeLimits::HalfOpen(_), Some(list)) = (&range.start, &range.limits, &range.end) else { continue };
        let list = bare((**list).clone());
        written = Some(range.clone());
        *argument = list;
    }
    written
}

fn method(call: &ExprMethodCall) -> Called {
    let ExprMethodCall { receiver, method, turbofish, args, .. } = call.clone();
    let callee = Callee::Method { receiver: *receiver, method, generics: turbofish };
    (callee, args.into_iter().map(bare).collect())
}

/// The companion that the attribute itself is to call, where a path names it already: `get_user::invalidate`.
fn companion_of(callee: &Callee, verb: Verb) -> Option<&Ident> {
    let Callee::Function { path, .. } = callee else { return None };
    let last = path.path.segments.last().filter(|_| path.path.segments.len() > 1)?;
    let companion = if verb == Verb::Invalidates { "invalidate" } else { "put" };
    (last.ident == companion).then_some(&last.ident)
}

/// Whether a path leads to a function of a type: the segment before the last is written like a type.
fn is_associated(path: &ExprPath) -> bool {
    let home = path.path.segments.iter().nth_back(1);
    path.qself.is_some() || home.is_some_and(|home| is_upper(&home.ident))
}

fn is_upper(name: &Ident) -> bool {
    name.unraw().to_string().starts_with(char::is_uppercase)
}

fn form(expr: &Expr) -> Form {
    match expr {
        Expr::Reference(reference) if reference.mutability.is_none() && is_place(&reference.expr) => {
            Form::ReferenceTo((*reference.expr).clone())
        }
        _ if is_place(expr) => Form::Place,
        _ => Form::Other,
    }
}

/// A parameter or a field, but no constant.
fn is_place(expr: &Expr) -> bool {
    match expr {
        Expr::Path(path) => path.qself.is_none() && path.path.get_ident().is_some_and(|name| !is_upper(name)),
        Expr::Field(field) => is_place(&field.base),
        Expr::Index(index) => is_place(&index.expr),
        Expr::Unary(unary) => matches!(unary.op, UnOp::Deref(_)) && is_place(&unary.expr),
        Expr::Paren(inner) => is_place(&inner.expr),
        Expr::Group(inner) => is_place(&inner.expr),
        _ => false,
    }
}

fn returned_in(expr: &Expr) -> Option<Ident> {
    parameters_used(expr).into_iter().find(|name| name == "returned")
}

pub(super) fn has_parameter(function: &Function, name: &str) -> bool {
    function.names().any(|parameter| plain(parameter) == name)
}
