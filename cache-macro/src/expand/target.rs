//! A target as calls of its companions.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Path};

use super::names::{local, private_at};
use crate::model::{Argument, Callee, Form, Target, Timing};

/// The pieces of the calls of a target's companions.
pub(super) struct Calls<'a> {
    target: &'a Target,
    /// Statements to be run before the body, and those just before a call.
    pub(super) before: TokenStream,
    inside: TokenStream,
    receiver: Option<TokenStream>,
    arguments: Vec<TokenStream>,
}

/// When the companions of a target are called.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Called {
    Before,
    /// After the body, with what was evaluated before it.
    After,
}

impl<'a> Calls<'a> {
    /// The calls of the target number `index`.
    pub(super) fn new(krate: &Path, target: &'a Target, index: usize, called: Called) -> Self {
        let mut calls = Self {
            target,
            before: TokenStream::new(),
            inside: TokenStream::new(),
            receiver: None,
            arguments: Vec::new(),
        };
        if let Callee::Method { receiver, .. } = &target.callee {
            calls.receiver = Some(quote!(#receiver));
        }
        for (at, argument) in target.arguments.iter().enumerate() {
            let name = format!("argument{index}_{at}");
            let passed = calls.argument(krate, argument, &name, called);
            calls.arguments.push(passed);
        }
        calls
    }

    /// What is passed for an argument, which may be put into a variable called `name` before.
    fn argument(&mut self, krate: &Path, argument: &Argument, name: &str, called: Called) -> TokenStream {
        let expr = &argument.expr;
        let span = Span::mixed_site().located_at(expr.span());
        let (name, private) = (Ident::new(name, span), private_at(krate, expr.span()));
        let is_early = called == Called::After && argument.timing == Timing::Before;
        let (value, passed) = match &argument.form {
            Form::Place => (quote_spanned!(span=> #private::argument(&#expr)), quote!(#name)),
            Form::ReferenceTo(place) if is_early => {
                (quote_spanned!(span=> #private::argument(&#place)), quote_spanned!(span=> &#name))
            }
            Form::Other if is_early => (quote!(#expr), quote!(#name)),
            // In place, what it borrows from lives until the call is made.
            Form::ReferenceTo(_) | Form::Other => return quote!(#expr),
        };
        let statements = if is_early { &mut self.before } else { &mut self.inside };
        statements.extend(quote_spanned!(span=> let #name = #value;));
        passed
    }

    /// A block that calls `companion`, with `value` as the last argument.
    pub(super) fn of(&self, companion: &str, value: Option<&Ident>) -> TokenStream {
        let (inside, callee) = (&self.inside, self.callee(companion));
        let arguments = self.arguments.iter().cloned().chain(value.map(|value| quote!(#value)));
        let call = quote!(#callee(#(#arguments),*));
        if inside.is_empty() { call } else { quote!({ #inside #call }) }
    }

    fn callee(&self, companion: &str) -> TokenStream {
        let span = Span::call_site().located_at(self.target.span);
        match &self.target.callee {
            Callee::Function { path, generics } => {
                let companion = Ident::new(companion, span);
                // As a type, so that the compiler misses a type where there is none, and not a crate.
                quote_spanned!(span=> <#path>::#companion #generics)
            }
            Callee::Associated { path } => {
                let mut path = path.clone();
                if let Some(last) = path.path.segments.last_mut() {
                    last.ident = format_ident!("{}_{companion}", last.ident);
                }
                quote!(#path)
            }
            Callee::Method { method, generics, .. } => {
                let (receiver, companion) = (&self.receiver, format_ident!("{}_{companion}", method));
                quote!(#receiver.#companion #generics)
            }
        }
    }

    /// Takes a copy of a `self` that is a reference or an `Arc`, so that the body may use `self` up.
    pub(super) fn keep_self(&mut self, krate: &Path, index: usize) {
        let Callee::Method { receiver: Expr::Path(path), .. } = &self.target.callee else { return };
        if !path.path.is_ident("self") {
            return;
        }
        let private = private_at(krate, path.span());
        let name = local(&format!("receiver{index}"));
        self.before.extend(quote!(let #name = #private::argument(&#path);));
        self.receiver = Some(quote!(#name));
    }
}
