//! What an error of the client means to the cache.

use std::error::Error as _;

use redis::{ErrorKind as RedisKind, RedisError, ServerErrorKind};

use crate::error::{Error, ErrorKind};

/// Whether the connection is to be suspected: the server may be gone, frozen, or out of reach.
pub(super) fn is_about_the_connection(error: &RedisError) -> bool {
    error.is_io_error() || error.is_connection_dropped() || error.is_unrecoverable_error()
}

/// Whether the connection was closed under what was asked. A server that is silent does not do that.
pub(super) fn is_hang_up(error: &Error) -> bool {
    let reason = error.source().and_then(|reason| reason.downcast_ref::<RedisError>());
    reason.is_some_and(RedisError::is_connection_dropped)
}

/// Whether there is something at the key that is no string.
pub(super) fn is_wrong_type(error: &RedisError) -> bool {
    error.code() == Some("WRONGTYPE")
}

/// Whether the server is one that takes no writes.
pub(super) fn is_read_only(error: &RedisError) -> bool {
    error.code() == Some("READONLY")
}

/// Whether the server has not seen a script yet.
pub(super) fn is_unknown_script(error: &RedisError) -> bool {
    error.code() == Some("NOSCRIPT")
}

/// Whether the server does not do that for this user, and not only just now.
pub(super) fn is_for_good(error: &RedisError) -> bool {
    match error.code() {
        _ if error.kind() == RedisKind::RESP3NotSupported => true,
        Some("NOPERM" | "NOPROTO") => true,
        Some("ERR") => !error.detail().is_some_and(|detail| detail.starts_with("max number of clients")),
        _ => false,
    }
}

/// The error as the cache reports it.
pub(super) fn translated(error: RedisError) -> Error {
    let about = if is_about_the_connection(&error) {
        unavailable()
    } else {
        match error.kind() {
            RedisKind::Server(
                ServerErrorKind::BusyLoading
                | ServerErrorKind::MasterDown
                | ServerErrorKind::ClusterDown
                | ServerErrorKind::TryAgain,
            ) => unavailable(),
            _ => Error::new(ErrorKind::Refused, "the store refused the operation"),
        }
    };
    about.because(error)
}

/// What went wrong while connecting, or in what is said then. Never in the server's own words: it may quote the command, password and all.
pub(super) fn without_secrets(error: &RedisError) -> String {
    match error.code() {
        _ if error.is_io_error() => error.to_string(),
        Some(code) => format!("the server refused: {code}"),
        None => error.category().to_owned(),
    }
}

pub(super) fn unavailable() -> Error {
    Error::new(ErrorKind::Unavailable, "the store is out of reach")
}

/// So many wait for the server that one more is not to.
pub(super) fn overloaded() -> Error {
    Error::new(ErrorKind::Overloaded, "too many operations wait for the store")
}

/// An answer of a kind that the command never gives.
pub(super) fn strange(command: &str) -> Error {
    Error::new(ErrorKind::Refused, format!("the store gave {command} an answer that it cannot give"))
}

pub(super) fn timed_out() -> Error {
    Error::new(ErrorKind::Timeout, "the store did not answer in time")
}
