//! The return type, and those that cannot be stored.

use quote::ToTokens;
use syn::visit::Visit;
use syn::{ReturnType, Type, TypeImplTrait, parse_quote};

use super::boxed::boxed_future;
use super::value::{named_value, named_value_of_many};
use crate::errors::Errors;
use crate::model::Origin;
use crate::parse::Function;

/// What awaiting the function yields.
pub(super) struct Returned {
    pub(super) ty: Type,
    /// Whether it, or what is in it, can be stored at all.
    pub(super) storable: bool,
}

const NOTHING: &str = "returns nothing, so there is nothing to store; return the value to be cached";

pub(super) fn returned(function: &Function, origin: Origin, errors: &Errors) -> Returned {
    let name = &function.sig.ident;
    let ReturnType::Type(_, written) = &function.sig.output else {
        errors.at(name, format!("`{name}` {NOTHING}"));
        return Returned { ty: parse_quote!(()), storable: false };
    };
    let ty = match origin {
        Origin::Boxed => boxed_future(written).unwrap_or(written),
        Origin::Async | Origin::Blocking => written,
    };
    let inside = if function.each.is_some() { named_value_of_many } else { named_value };
    let mistake = refused(ty).or_else(|| refused(inside(ty)?));
    // A plain `fn` that returns an `impl Future` is refused for what it is, not for what it returns.
    let is_plain = origin == Origin::Async && function.sig.asyncness.is_none();
    if let Some((place, message)) = &mistake
        && !(is_plain && opaque(ty).is_some())
    {
        errors.at(place, format!("`{name}` {message}"));
    }
    Returned { ty: ty.clone(), storable: mistake.is_none() }
}

/// Why `ty` cannot be stored, and at which token.
fn refused(ty: &Type) -> Option<(&dyn ToTokens, &'static str)> {
    match ty {
        Type::Group(group) => refused(&group.elem),
        Type::Paren(paren) => refused(&paren.elem),
        Type::Reference(_) => {
            Some((ty, "returns a reference, which cannot be stored; return an owned value, or an `Arc` of it"))
        }
        Type::Never(_) => Some((ty, "never returns, so there is nothing to store; return the value to be cached")),
        Type::Tuple(unit) if unit.elems.is_empty() => Some((ty, NOTHING)),
        _ => opaque(ty).map(|place| {
            (
                place as &dyn ToTokens,
                "returns an `impl Trait`, which cannot be stored and read back; return a named type",
            )
        }),
    }
}

/// The first `impl Trait` in a type.
pub(crate) fn opaque(ty: &Type) -> Option<&TypeImplTrait> {
    let mut opaque = Opaque(None);
    opaque.visit_type(ty);
    opaque.0
}

struct Opaque<'ast>(Option<&'ast TypeImplTrait>);

impl<'ast> Visit<'ast> for Opaque<'ast> {
    fn visit_type_impl_trait(&mut self, opaque: &'ast TypeImplTrait) {
        self.0.get_or_insert(opaque);
    }
}
