//! Values that are larger than is stored: each is counted, and the log is told once of each function.

use std::sync::{Mutex, PoisonError};

use super::request::Request;
use super::state::Engine;
use crate::error::{Error, ErrorKind};
use crate::observe::Event;
use crate::value::SealError;

/// The functions of which the log was told. There are no more of them than there are in the program.
#[derive(Debug, Default)]
pub(super) struct Told(Mutex<Vec<&'static str>>);

impl Told {
    /// True for the first who asks with this name.
    fn is_news(&self, function: &'static str) -> bool {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_news = !told.contains(&function);
        if is_news {
            told.push(function);
        }
        is_news
    }
}

impl Engine {
    /// Why a value is not stored, for its caller and for the log.
    pub(super) fn refused(&self, request: &Request, refused: SealError) -> Error {
        let SealError::TooLarge { type_name, at_least, limit } = refused else {
            let type_name = request.reader.value_type.type_name();
            return Error::new(ErrorKind::Unstorable, format!("`{type_name}` cannot be stored")).because(refused);
        };
        self.tell(request, Event::TooLarge);
        let function = request.spec.name();
        if self.told_too_large.is_news(function) {
            tracing::warn!(
                target: "cache_runtime",
                function,
                r#type = type_name,
                at_least_bytes = at_least,
                most_bytes = limit,
                "a value is larger than is stored, and is loaded every time; see `max_value_bytes`. Others of this function will not be reported"
            );
        }
        Error::new(
            ErrorKind::TooLarge,
            format!(
                "a value of {at_least} bytes or more is larger than is stored; the limit is {limit} (`max_value_bytes`)"
            ),
        )
    }
}
