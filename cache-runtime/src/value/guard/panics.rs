//! A panic in somebody's `Serialize` or `Deserialize` is a failure like any other.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs `code` and turns a panic into an error, which `fail` makes of a message.
///
/// Nothing that `code` may have left half done is looked at afterwards.
pub(in crate::value) fn contain<T, E>(fail: fn(String) -> E, code: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    catch_unwind(AssertUnwindSafe(code)).unwrap_or_else(|payload| {
        let message = payload
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
            .unwrap_or("no message");
        Err(fail(format!("it panicked: {message}")))
    })
}
