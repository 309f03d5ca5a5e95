//! What the catalogue is told of a function, beside its static facts.
//!
//! It stands in an item, where generics of what is around the function have no names: so types are told that certainly
//! have a meaning there.

use syn::{Pat, PathArguments, Type};

use super::generics::{has_types, named_lifetimes};
use super::key::Key;
use super::returned::Returned;
use crate::model::{Arg, Companions, Filler, Home, Place, Registration};
use crate::parse::Function;

/// Types that mean the same everywhere.
const INTEGERS: [&str; 12] = ["u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize"];

pub(super) fn registration(
    function: &Function,
    key: &Key,
    returned: &Returned,
    companions: Option<&Companions>,
    home: Home,
) -> Registration {
    // Only a type beside the function tells it from an associated one that names `Self` nowhere.
    let is_free = home == Home::Free && companions.is_some() && !has_types(&function.sig.generics);
    let storing = is_free && returned.storable && !named_lifetimes(&function.sig.generics, &returned.ty);
    Registration { fills: key.args.iter().map(|arg| fill(arg, function, is_free)).collect(), storing }
}

/// The type of a parameter that fills a placeholder, or `str`. `None` for text of the program.
fn fill(arg: &Arg, function: &Function, is_free: bool) -> Option<Type> {
    let place = match arg {
        Arg::Filler(Filler::Value(place)) => place,
        Arg::FunctionPath | Arg::Filler(Filler::TypeName(_)) => return None,
    };
    Some(named(place, function, is_free).unwrap_or_else(|| syn::parse_quote!(str)))
}

fn named(place: &Place, function: &Function, is_free: bool) -> Option<Type> {
    let is_it =
        |pattern: &Pat| matches!(pattern, Pat::Ident(name) if name.ident == place.root && name.subpat.is_none());
    let parameter = function.parameters.iter().find(|parameter| is_it(&parameter.pattern))?;
    let ty = owned(&parameter.ty);
    let Type::Path(path) = ty else { return None };
    let is_plain = path.qself.is_none()
        && path.path.segments.iter().all(|segment| matches!(segment.arguments, PathArguments::None));
    let is_integer = path.path.get_ident().is_some_and(|name| INTEGERS.iter().any(|integer| name == integer));
    (place.fields.is_empty() && is_plain && (is_free || is_integer)).then(|| ty.clone())
}

fn owned(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => owned(&group.elem),
        Type::Paren(paren) => owned(&paren.elem),
        Type::Reference(reference) => owned(&reference.elem),
        other => other,
    }
}
