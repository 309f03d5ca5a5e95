//! A panic in somebody's `Serialize` or `Deserialize` is a failure like any other.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::value::codec::{CodecError, Failure, Fault};

/// Runs `code` and turns a panic into a failure that is put down to `fault`.
///
/// Nothing that `code` may have left half done is looked at afterwards.
pub(in crate::value) fn contain<T>(fault: Fault, code: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    catch_unwind(AssertUnwindSafe(code)).unwrap_or_else(|payload| {
        let message = payload
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
            .unwrap_or("no message");
        let error = CodecError::new(format!("it panicked: {message}"));
        Err(Failure { fault, error })
    })
}
