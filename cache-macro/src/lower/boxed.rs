//! Recognises `Pin<Box<dyn Future<Output = R> + ..>>`, what `async_trait` makes of `async fn .. -> R`.

use syn::{AngleBracketedGenericArguments, GenericArgument, PathArguments, PathSegment, Type, TypeParamBound};

/// The output of the boxed future, if `ty` is one.
pub(super) fn boxed_future(ty: &Type) -> Option<&Type> {
    let boxed = only_type(last_segment(ty, "Pin")?)?;
    let Type::TraitObject(object) = only_type(last_segment(boxed, "Box")?)? else { return None };
    object.bounds.iter().find_map(|bound| {
        let TypeParamBound::Trait(bound) = bound else { return None };
        let future = bound.path.segments.last().filter(|segment| segment.ident == "Future")?;
        arguments(future)?.args.iter().find_map(|argument| match argument {
            GenericArgument::AssocType(output) if output.ident == "Output" => Some(&output.ty),
            _ => None,
        })
    })
}

/// The last segment of a path type, if it is called `name`.
pub(super) fn last_segment<'a>(ty: &'a Type, name: &str) -> Option<&'a PathSegment> {
    match ty {
        Type::Path(path) if path.qself.is_none() => path.path.segments.last().filter(|segment| segment.ident == name),
        Type::Group(group) => last_segment(&group.elem, name),
        Type::Paren(paren) => last_segment(&paren.elem, name),
        _ => None,
    }
}

/// The first type in the angle brackets of a segment.
pub(super) fn only_type(segment: &PathSegment) -> Option<&Type> {
    types(segment).next()
}

/// The types in the angle brackets of a segment.
pub(super) fn types(segment: &PathSegment) -> impl Iterator<Item = &Type> {
    arguments(segment).into_iter().flat_map(|arguments| &arguments.args).filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

fn arguments(segment: &PathSegment) -> Option<&AngleBracketedGenericArguments> {
    match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => Some(arguments),
        _ => None,
    }
}
