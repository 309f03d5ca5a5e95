//! A call about many keys: its `Batch`, and the body that runs for those that are missing.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{FnArg, Signature};

use super::body;
use super::call::call;
use super::names::{local, private, private_at};
use super::receiver::renamed;
use super::rules::{modifiers, owned_modifiers};
use crate::model::{Each, List, Load, Model, Origin};
use crate::parse::{Bound, without_mut};

/// The signature: what changes in the body are copies.
pub(super) fn signature(sig: &Signature) -> Signature {
    let mut sig = sig.clone();
    for input in &mut sig.inputs {
        match input {
            FnArg::Receiver(receiver) => receiver.mutability = None,
            FnArg::Typed(typed) => *typed.pat = without_mut(&typed.pat),
        }
    }
    sig
}

/// `Batch::new(ids.to_vec(), |id: &u64| SPEC.at(&[Arg::new(&id).part()]))`
pub(super) fn batch(model: &Model, each: &Each) -> TokenStream {
    let private = private(&model.krate);
    let Each { element, ty, list, form, .. } = each;
    let list = &list.ident;
    let ids = match form {
        List::Borrowed(_) => quote!(#list.to_vec()),
        List::Vec | List::IntoIterator | List::Iterator => quote!(#list),
    };
    let call = call(model);
    quote!(#private::Batch::new(#ids, |#element: &#ty| #call))
}

/// ```text
/// Input:  async fn get(db: &Db, ids: &[u64]) -> R { BODY }
///
/// Output: async fn get(db: &Db, ids: &[u64]) -> R {
///             let batch = Batch::new(ids.to_vec(), |id: &u64| SPEC.at(&[Arg::new(&id).part()]));
///             let load = ReturnedMany::<R>::NEW.origin(|ids: Vec<u64>| {
///                 let db = Clone::clone(&db);
///                 async move {
///                     let ids: &[u64] = &ids;
///                     if let Some(returned) = None::<R> { return returned; }
///                     BODY
///                 }
///             });
///             batch.read_through(&load).await
///         }
/// ```
///
/// A body that may run on when the call has its answer goes to `read_through_owned`, and owns all it uses.
pub(super) fn call_with_body(model: &Model, each: &Each) -> TokenStream {
    let wrapper = &model.wrapper;
    let returned = &wrapper.returned;
    let span = Span::mixed_site().located_at(returned.span());
    let private = private_at(&model.krate, returned.span());
    let (calls, origin) = (batch(model, each), origin(model, each));
    let shapes = Ident::new(if wrapper.failure_borrows { "ReturnedManyAny" } else { "ReturnedMany" }, span);
    let (before, rules) = match wrapper.load {
        Load::Awaited | Load::Excused => (TokenStream::new(), modifiers(&model.rules)),
        Load::Detached => owned_modifiers(&model.rules),
    };
    let words = quote_spanned!(span=> .words(#private::Words::<#returned>::NEW.find()));
    let words = (wrapper.load != Load::Awaited).then_some(words);
    let answer = match wrapper.load {
        Load::Awaited | Load::Excused => quote_spanned!(span=> batch.read_through(&load).await),
        Load::Detached => quote_spanned!(span=> batch.read_through_owned(load).await),
    };
    quote_spanned! {span=>
        let batch = #calls;
        #before
        let load = #private::#shapes::<#returned>::NEW.origin(#origin) #rules #words;
        #answer
    }
}

/// The body as a closure, which may be called more than once: what the body takes is copied for each time.
fn origin(model: &Model, each: &Each) -> TokenStream {
    let wrapper = &model.wrapper;
    let returned = &wrapper.returned;
    let private = private(&model.krate);
    let capture = (wrapper.load == Load::Detached).then(|| quote!(move));
    let (parameter, seen) = list(each);
    let statements = wrapper.body.as_ref().map(|body| body::parts(body).1).unwrap_or_default();
    let (copied_self, statements) = copied_self(each, statements);
    let copied = each.cloned.iter().map(|Bound { name, mutability }| {
        let copy = copy(name);
        quote!(#[allow(unused_variables)] let #mutability #name = #copy;)
    });
    let future = match wrapper.origin {
        Origin::Async => {
            let hint = body::hint(returned);
            quote!(async move { #seen #hint #statements })
        }
        Origin::Blocking => quote!(#private::blocking(move || -> #returned { #seen #statements })()),
        Origin::Boxed => {
            let boxed = body::boxed(returned, &quote!('_));
            quote!(async move { #seen (move || -> #boxed { #statements })().await })
        }
    };
    quote! {
        #capture |#parameter| {
            #copied_self
            #(#copied)*
            #future
        }
    }
}

/// The parameter of the closure, and the statement after which the body sees the list in its own form.
fn list(each: &Each) -> (TokenStream, TokenStream) {
    let Each { ty, list, form, .. } = each;
    let name = &list.ident;
    let vec = quote!(::std::vec::Vec<#ty>);
    let seen = match form {
        List::Vec | List::IntoIterator => return (quote!(#list: #vec), TokenStream::new()),
        List::Borrowed(borrowed) => quote!(let #list: #borrowed = &#name;),
        List::Iterator => {
            quote!(let #list: ::std::vec::IntoIter<#ty> = ::core::iter::IntoIterator::into_iter(#name);)
        }
    };
    (quote!(#name: #vec), seen)
}

/// A statement that copies an owned `self`, and the body that uses the copy.
fn copied_self(each: &Each, statements: TokenStream) -> (TokenStream, TokenStream) {
    let Some(Bound { name, mutability }) = &each.cloned_self else { return (TokenStream::new(), statements) };
    let this = local("this");
    let copy = copy(name);
    (quote!(let #mutability #this = #copy;), renamed(statements, &this))
}

fn copy(name: &Ident) -> TokenStream {
    let span = Span::mixed_site().located_at(name.span());
    quote_spanned!(span=> ::core::clone::Clone::clone(&#name))
}
