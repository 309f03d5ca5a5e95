//! The `Call`: everything that is evaluated before the cache is asked.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Expr, ExprReference, Index, Member};

use super::names::{private, private_at, spec};
use super::spec::inline;
use crate::model::{Arg, Home, Model, Place, Tag};

/// `SPEC.at(&[args]).on(&cache).ttl(ttl).codec::<C>().tag(tag)`
pub(super) fn call(model: &Model) -> TokenStream {
    let spec = spec_place(model);
    let args = model.call.args.iter().map(|arg| part(model, arg));
    let on = model.call.cache.as_ref().map(|cache| {
        let cache = borrowed(cache);
        quote!(.on(#cache))
    });
    let ttl = model.call.ttl.as_ref().map(|ttl| quote!(.ttl(#ttl)));
    let codec = model.call.codec.as_ref().map(|codec| quote!(.codec::<#codec>()));
    let tags = model.call.tags.iter().map(|tag| self::tag(model, tag));
    quote!(#spec.at(&[#(#args),*]) #on #ttl #codec #(#tags)*)
}

/// `.tag(Tag::new(&["tenant:", ""], &[args]))`
fn tag(model: &Model, tag: &Tag) -> TokenStream {
    let private = private(model);
    let pieces = &tag.pieces;
    let args = tag.args.iter().map(|arg| part(model, arg));
    quote!(.tag(#private::Tag::new(&[#(#pieces),*], &[#(#args),*])))
}

/// A `&'static Spec`.
pub(super) fn reference(model: &Model) -> TokenStream {
    let place = spec_place(model);
    match (&model.companions, model.wrapper.home) {
        (Some(_), Home::Free) => quote!(&#place),
        _ => place,
    }
}

/// The `Spec`, or a reference to it.
fn spec_place(model: &Model) -> TokenStream {
    let name = spec(model);
    match (&model.companions, model.wrapper.home) {
        (None, _) => inline(model),
        (Some(_), Home::Free) => quote!(#name),
        (Some(_), Home::Impl) => quote!(Self::#name()),
    }
}

/// One `Part` of a template.
fn part(model: &Model, arg: &Arg) -> TokenStream {
    let private = private(model);
    match arg {
        Arg::FunctionPath => path(model),
        Arg::TypeName(name) => quote!(#private::Part::type_name::<#name>()),
        Arg::Value(place) => value(model, place),
    }
}

fn path(model: &Model) -> TokenStream {
    let private = private(model);
    let function = &model.spec.function;
    match (&model.companions, model.wrapper.home) {
        (Some(_), Home::Impl) => {
            let spec = spec(model);
            quote!(#private::Part::path_of_method(&Self::#spec, #function))
        }
        (Some(companions), Home::Free) => {
            let name = &companions.name;
            quote!(#private::Part::path::<#name>(#function))
        }
        // A type has methods of one name in several traits: only what stands in the body tells them apart.
        (None, _) => quote!(#private::Part::path_of_body(&|| ())),
    }
}

fn value(model: &Model, place: &Place) -> TokenStream {
    let span = Span::mixed_site().located_at(place.span);
    let private = private_at(model, place.span);
    let root = &place.root;
    let fields = place.fields.iter().map(|field| member(field, span));
    let form = if place.debug { quote_spanned!(span=> .debug()) } else { quote_spanned!(span=> .part()) };
    quote_spanned!(span=> #private::Arg::new(&#root #(.#fields)*) #form)
}

/// A field, known to the compiler as generated, so that it proposes no change of the literal.
fn member(field: &str, span: Span) -> Member {
    if let Ok(index) = field.parse() {
        return Member::Unnamed(Index { index, span });
    }
    let name = field.trim_start_matches("r#");
    let is_keyword = syn::parse_str::<Ident>(name).is_err();
    Member::Named(if is_keyword { Ident::new_raw(name, span) } else { Ident::new(name, span) })
}

/// `&expr`, with parentheses where they are needed.
fn borrowed(expr: &Expr) -> Expr {
    Expr::Reference(ExprReference {
        attrs: Vec::new(),
        and_token: syn::Token![&](Span::call_site()),
        mutability: None,
        expr: Box::new(expr.clone()),
    })
}
