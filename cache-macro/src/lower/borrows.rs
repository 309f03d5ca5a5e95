//! Parameters that borrow, which cannot live longer than the call.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{
    GenericArgument, Lifetime, ParenthesizedGenericArguments, PathArguments, Receiver, ReceiverKind, Type, TypeFnPtr,
    TypeReference,
};

use crate::parse::Function;

/// The parameters that borrow: the place of each, and what to call it in a message.
pub(super) fn borrowed(function: &Function) -> Vec<(TokenStream, String)> {
    let name = &function.sig.ident;
    let receiver = function.receiver().filter(|receiver| is_borrowed_receiver(receiver));
    let receiver = receiver.map(|receiver| (receiver.to_token_stream(), format!("`self` of `{name}`")));
    let parameters = function.parameters.iter().filter(|parameter| is_borrowed(&parameter.ty)).map(|parameter| {
        let names: Vec<_> = parameter.names.iter().map(|name| format!("`{name}`")).collect();
        let what = if names.is_empty() { "a parameter".to_owned() } else { format!("parameter {}", names.join(", ")) };
        (parameter.ty.to_token_stream(), format!("{what} of `{name}`"))
    });
    receiver.into_iter().chain(parameters).collect()
}

fn is_borrowed_receiver(receiver: &Receiver) -> bool {
    match &receiver.kind {
        ReceiverKind::Reference(..) => true,
        ReceiverKind::Typed(_, ty) => is_borrowed(ty),
        _ => false,
    }
}

/// Whether the failure borrows in what a function returns, as far as that is written down: all but the first type in
/// `Result<User, &str>`.
pub(super) fn failure_borrows(returned: &Type) -> bool {
    let Type::Path(path) = returned else { return false };
    let arguments = path.path.segments.last().map(|segment| &segment.arguments);
    let Some(PathArguments::AngleBracketed(arguments)) = arguments else { return false };
    let mut types = 0;
    arguments.args.iter().any(|argument| match argument {
        GenericArgument::Lifetime(lifetime) => lifetime.ident != "static",
        GenericArgument::Type(ty) => {
            types += 1;
            types > 1 && is_borrowed(ty)
        }
        _ => false,
    })
}

fn is_borrowed(ty: &Type) -> bool {
    let mut borrows = Borrows(false);
    borrows.visit_type(ty);
    borrows.0
}

/// Finds references and lifetimes that are not `'static`.
struct Borrows(bool);

impl<'ast> Visit<'ast> for Borrows {
    fn visit_type_reference(&mut self, reference: &'ast TypeReference) {
        self.0 |= reference.lifetime.is_none();
        visit::visit_type_reference(self, reference);
    }

    fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
        self.0 |= lifetime.ident != "static";
    }

    // What a function takes and gives is not held by a pointer to it.
    fn visit_type_fn_ptr(&mut self, _: &'ast TypeFnPtr) {}
    fn visit_parenthesized_generic_arguments(&mut self, _: &'ast ParenthesizedGenericArguments) {}
}
