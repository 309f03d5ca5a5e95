//! Collects every mistake of one expansion.

use std::cell::RefCell;
use std::thread;

use quote::ToTokens;

/// The mistakes found so far.
///
/// Dropping it unchecked is a bug of this crate and panics, so that no mistake is lost in silence.
pub(crate) struct Errors {
    found: RefCell<Option<Vec<syn::Error>>>,
}

impl Errors {
    pub(crate) fn new() -> Self {
        Self { found: RefCell::new(Some(Vec::new())) }
    }

    /// Notes a mistake at `place`: what was found, then what is accepted.
    pub(crate) fn at(&self, place: impl ToTokens, message: impl Into<String>) {
        self.note(syn::Error::new_spanned(place, message.into()));
    }

    /// Notes a mistake that already knows its place.
    pub(crate) fn note(&self, error: syn::Error) {
        if let Some(found) = self.found.borrow_mut().as_mut() {
            found.push(error);
        }
    }

    /// All mistakes as one, if there are any.
    pub(crate) fn check(self) -> syn::Result<()> {
        let found = self.found.take().unwrap_or_default();
        let combined = found.into_iter().reduce(|mut all, next| {
            all.combine(next);
            all
        });
        combined.map_or(Ok(()), Err)
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        assert!(self.found.borrow().is_none() || thread::panicking(), "the mistakes found were not checked");
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::{Ident, Span};

    use super::Errors;

    #[test]
    fn every_mistake_is_reported() {
        let errors = Errors::new();
        errors.at(Ident::new("one", Span::call_site()), "first");
        errors.at(Ident::new("two", Span::call_site()), "second");
        let error = errors.check().unwrap_err();
        let messages: Vec<_> = error.into_iter().map(|error| error.to_string()).collect();
        assert_eq!(messages, ["first", "second"]);
    }

    #[test]
    #[should_panic(expected = "were not checked")]
    fn forgetting_to_check_panics() {
        drop(Errors::new());
    }
}
