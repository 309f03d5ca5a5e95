//! What fills the placeholders of keys and tags.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Expr, ExprReference, Index, Member, Path};

use super::names::{private, private_at};
use crate::model::{Filler, Place, Tag};

/// `Tag::new(&["tenant:", ""], &[parts])`
pub(super) fn tag(krate: &Path, tag: &Tag) -> TokenStream {
    let private = private(krate);
    let pieces = &tag.pieces;
    let parts = tag.fillers.iter().map(|filler| part(krate, filler));
    quote!(#private::Tag::new(&[#(#pieces),*], &[#(#parts),*]))
}

/// One `Part`.
pub(super) fn part(krate: &Path, filler: &Filler) -> TokenStream {
    match filler {
        Filler::TypeName(name) => {
            let private = private(krate);
            quote!(#private::Part::type_name::<#name>())
        }
        Filler::Value(place) => value(krate, place),
    }
}

fn value(krate: &Path, place: &Place) -> TokenStream {
    let span = Span::mixed_site().located_at(place.span);
    let private = private_at(krate, place.span);
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
pub(super) fn borrowed(expr: &Expr) -> Expr {
    Expr::Reference(ExprReference {
        attrs: Vec::new(),
        and_token: syn::Token![&](Span::call_site()),
        mutability: None,
        expr: Box::new(expr.clone()),
    })
}
