//! The types of a parameter that is a list of ids, and what the body gets in its place.

use syn::{GenericArgument, PathArguments, PathSegment, Type, TypeImplTrait, TypeParamBound, TypeReference};

use super::boxed::{last_segment, only_type};
use super::returned::opaque;
use crate::model::List;

/// The type of an element, and the form of the list; or why it is none.
pub(super) fn list_of(ty: &Type) -> Result<(&Type, List), String> {
    let (element, list) = match ty {
        Type::Group(group) => return list_of(&group.elem),
        Type::Paren(paren) => return list_of(&paren.elem),
        Type::Array(_) => return Err(array()),
        Type::Reference(reference) if reference.mutability.is_none() => borrowed(reference)?,
        Type::ImplTrait(bounds) => iterator(bounds).ok_or_else(unknown)?,
        _ => (last_segment(ty, "Vec").and_then(only_type).ok_or_else(unknown)?, List::Vec),
    };
    match opaque(element) {
        Some(_) => {
            Err("its elements are an `impl Trait`, which has no name in the body; write a type parameter".to_owned())
        }
        None => Ok((element, list)),
    }
}

fn borrowed(reference: &TypeReference) -> Result<(&Type, List), String> {
    let element = match &*reference.elem {
        Type::Array(_) => return Err(array()),
        Type::Slice(slice) => &*slice.elem,
        other => last_segment(other, "Vec").and_then(only_type).ok_or_else(unknown)?,
    };
    // What the body borrows from is made for it, and lives as long as it does.
    let local = TypeReference { lifetime: None, ..reference.clone() };
    Ok((element, List::Borrowed(Box::new(Type::Reference(local)))))
}

fn iterator(bounds: &TypeImplTrait) -> Option<(&Type, List)> {
    bounds.bounds.iter().find_map(|bound| {
        let TypeParamBound::Trait(bound) = bound else { return None };
        let last = bound.path.segments.last()?;
        let form = match last.ident.to_string().as_str() {
            "IntoIterator" => List::IntoIterator,
            "Iterator" => List::Iterator,
            _ => return None,
        };
        Some((item(last)?, form))
    })
}

/// `T` of `Iterator<Item = T>`.
fn item(segment: &PathSegment) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::AssocType(item) if item.ident == "Item" => Some(&item.ty),
        _ => None,
    })
}

fn array() -> String {
    "it is an array, and the body gets the missing ids alone, which may be fewer; take `&[T]`".to_owned()
}

fn unknown() -> String {
    "`each` accepts `&[T]`, `&Vec<T>`, `Vec<T>`, `impl IntoIterator<Item = T>` and `impl Iterator<Item = T>`".to_owned()
}
