//! The companions: `key`, `invalidate`, `refresh`, `put`, `peek`, `origin`, `stats`, and `invalidate_many` where there are
//! many.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Token;

use super::call::{call_of_one, reference, spec_place};
use super::many::batch;
use super::member::{Member, turbofish};
use super::names::{call_maker, companion, local, private};
use super::rules::rules;
use super::template::borrowed;
use super::value::spelled;
use crate::lower::opaque;
use crate::model::{Companions, Home, Model, Parameter};

/// Whether companions do anything.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Bodies {
    Working,
    /// They only keep their names usable beside the message of a mistake.
    Inert,
}

pub(super) fn verbs(model: &Model, companions: &Companions, bodies: Bodies) -> Vec<Member> {
    let verbs = Verbs { model, companions };
    let maker = verbs.call_maker();
    let mut members = vec![verbs.key(), verbs.invalidate()];
    members.extend(verbs.invalidate_many());
    members.extend([verbs.refresh(), verbs.put(), verbs.peek(), verbs.origin(), verbs.stats()]);
    match bodies {
        Bodies::Working => members.insert(0, maker),
        Bodies::Inert => members.iter_mut().for_each(|member| member.body = verbs.inert(member)),
    }
    members
}

struct Verbs<'a> {
    model: &'a Model,
    companions: &'a Companions,
}

impl Verbs<'_> {
    /// What makes the `Call` of all that take the parameters of the key.
    fn call_maker(&self) -> Member {
        let private = private(&self.model.krate);
        let codec = self.model.call.codec.as_ref().map(|codec| quote!(<#private::Custom<#codec>>));
        Member {
            doc: None,
            asyncness: None,
            name: call_maker(self.model),
            generics: self.companions.key_generics.clone(),
            inputs: self.with_receiver(self.companions.keyed.iter().map(verbatim)),
            output: quote!(#private::Call #codec),
            body: call_of_one(self.model),
        }
    }

    fn key(&self) -> Member {
        let krate = &self.model.krate;
        let call = self.call();
        let doc = " The exact key under which the value is stored.";
        self.keyed("key", doc, quote!(#krate::Key), quote!(#call.key()))
    }

    fn invalidate(&self) -> Member {
        let call = self.call();
        let doc = " Removes the stored value; no load of this process that began before stores an older one.";
        self.keyed("invalidate", doc, self.done(), quote!(#call.invalidate()))
    }

    fn invalidate_many(&self) -> Option<Member> {
        let (each, many) = (self.model.each.as_ref()?, self.companions.many.as_ref()?);
        let batch = batch(self.model, each);
        let doc = " Removes the stored value of each; one that cannot be removed keeps no other from it.";
        let inputs = self.with_receiver(many.parameters.iter().map(verbatim));
        let member = self.keyed("invalidate_many", doc, self.done(), quote!(#batch.invalidate()));
        Some(Member { generics: many.generics.clone(), inputs, ..member })
    }

    fn put(&self) -> Member {
        let value = local("value");
        let spelled = spelled(self.model, self.companions);
        let (ty, arguments, span) = (&spelled.ty, &spelled.arguments, spelled.span);
        let doc = " Stores `value` as if the function had returned it.";
        let member = match rules(self.model, ty) {
            None => {
                let call = self.call();
                let put = quote_spanned!(span=> .put::<#arguments>(#value));
                self.keyed("put", doc, self.done(), quote!(#call #put))
            }
            // The closures may use what the patterns bind, so these stand here as they are.
            Some(rules) => {
                let call = call_of_one(self.model);
                let inputs = self.with_receiver(self.companions.keyed.iter().map(verbatim));
                let put = quote_spanned!(span=> .put_ruled::<#arguments>(#value, &#rules));
                Member { inputs, ..self.keyed("put", doc, self.done(), quote!(#call #put)) }
            }
        };
        let inputs = member.inputs.into_iter().chain([quote!(#value: &#ty)]).collect();
        Member { inputs, generics: spelled.generics, ..member }
    }

    fn peek(&self) -> Member {
        let krate = &self.model.krate;
        let spelled = spelled(self.model, self.companions);
        let (ty, arguments, span) = (&spelled.ty, &spelled.arguments, spelled.span);
        let call = self.call();
        let peek = quote_spanned!(span=> .peek::<#arguments>());
        let doc = " The stored value, if there is one; never runs the function.";
        let output = quote!(#krate::Pending<::core::option::Option<#ty>>);
        let member = self.keyed("peek", doc, output, quote!(#call #peek));
        Member { generics: spelled.generics, ..member }
    }

    fn refresh(&self) -> Member {
        self.forwarding("refresh", " Runs the function now and stores what it returns.", "refreshed")
    }

    fn origin(&self) -> Member {
        self.forwarding("origin", " Runs the function without the cache.", "uncached")
    }

    fn stats(&self) -> Member {
        let krate = &self.model.krate;
        let (spec, takes) = (spec_place(self.model), &self.companions.stats);
        let body = match self.model.call.cache.as_ref().map(borrowed) {
            None => quote!(#spec.stats()),
            Some(cache) => quote!(#spec.stats_on(#cache)),
        };
        Member {
            doc: Some(" What the function has done in its cache so far, in this process."),
            asyncness: None,
            name: companion(self.model, self.companions, "stats"),
            generics: takes.generics.clone(),
            inputs: self.with_receiver(takes.parameters.iter().map(verbatim)),
            output: quote!(#krate::Stats),
            body,
        }
    }

    /// A companion that takes the parameters of the key.
    fn keyed(&self, verb: &str, doc: &'static str, output: TokenStream, body: TokenStream) -> Member {
        Member {
            doc: Some(doc),
            asyncness: None,
            name: companion(self.model, self.companions, verb),
            generics: self.companions.key_generics.clone(),
            inputs: self.with_receiver(self.companions.keyed.iter().map(plain)),
            output,
            body,
        }
    }

    /// A companion that takes every parameter and runs the function itself under a mark.
    fn forwarding(&self, verb: &str, doc: &'static str, mark: &str) -> Member {
        let private = private(&self.model.krate);
        let (spec, call) = (reference(self.model), self.function());
        let mark = Ident::new(mark, Span::call_site());
        let receiver = self.companions.receiver.iter().map(ToTokens::to_token_stream);
        Member {
            doc: Some(doc),
            asyncness: Some(<Token![async]>::default()),
            name: companion(self.model, self.companions, verb),
            generics: self.model.wrapper.sig.generics.clone(),
            inputs: receiver.chain(self.companions.all.iter().map(plain)).collect(),
            output: self.model.wrapper.returned.to_token_stream(),
            body: quote!(#private::#mark(#spec, #call).await),
        }
    }

    /// A call of the function itself.
    fn function(&self) -> TokenStream {
        let sig = &self.model.wrapper.sig;
        let (name, turbofish) = (&sig.ident, turbofish(&sig.generics));
        let own_type = (self.model.wrapper.home == Home::Impl).then(|| quote!(Self::));
        let receiver = self.companions.receiver.iter().map(|receiver| receiver.self_token.to_token_stream());
        let arguments = receiver.chain(self.companions.all.iter().map(|parameter| parameter.name.to_token_stream()));
        quote!(#own_type #name #turbofish(#(#arguments),*))
    }

    /// A call of the call maker.
    fn call(&self) -> TokenStream {
        let (name, turbofish) = (call_maker(self.model), turbofish(&self.companions.key_generics));
        let receiver = self.companions.receiver.iter().map(|receiver| receiver.self_token.to_token_stream());
        let arguments = receiver.chain(self.companions.keyed.iter().map(|parameter| parameter.name.to_token_stream()));
        quote!(Self::#name #turbofish(#(#arguments),*))
    }

    fn with_receiver(&self, inputs: impl Iterator<Item = TokenStream>) -> Vec<TokenStream> {
        let receiver = self.companions.receiver.iter().map(|receiver| {
            let this = &receiver.self_token;
            quote!(&#this)
        });
        receiver.chain(inputs).collect()
    }

    fn done(&self) -> TokenStream {
        let krate = &self.model.krate;
        quote!(#krate::Pending)
    }

    /// A body that is right whatever is returned.
    fn inert(&self, member: &Member) -> TokenStream {
        let sig = &self.model.wrapper.sig;
        if member.asyncness.is_none() || opaque(&self.model.wrapper.returned).is_none() {
            return quote!(::core::unimplemented!());
        }
        // No value can stand in for an `impl Trait`, but the function itself has one.
        let call = self.function();
        let wait = sig.asyncness.map(|_| quote!(.await));
        quote!(#call #wait)
    }
}

/// `name: Type`
fn plain(Parameter { name, ty, .. }: &Parameter) -> TokenStream {
    quote!(#name: #ty)
}

/// `pattern: Type`
fn verbatim(Parameter { pattern, ty, .. }: &Parameter) -> TokenStream {
    quote!(#pattern: #ty)
}
