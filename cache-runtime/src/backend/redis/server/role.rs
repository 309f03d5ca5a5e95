//! What a server says it is.

use redis::{Cmd, Value};

use crate::backend::redis::line::Trouble;

pub(in crate::backend::redis) fn question() -> Cmd {
    redis::cmd("ROLE")
}

/// Whether the answer is that of a master.
pub(in crate::backend::redis) fn of_master(answer: Value) -> Result<(), Trouble> {
    let answer = answer.extract_error().map_err(|error| match error.code() {
        Some("NOPERM") => Trouble::refusal("this user may not ask for its `ROLE`, by which a master is known"),
        _ => Trouble::from(&error),
    })?;
    if is(&answer, b"master") {
        Ok(())
    } else {
        Err(Trouble::refusal("the server that the sentinels name says that it is no master"))
    }
}

/// Whether the answer is that of a server which is something else by now. Another refusal says nothing about that.
pub(in crate::backend::redis) fn is_other(answer: &Value) -> bool {
    matches!(answer, Value::Array(_)) && !is(answer, b"master")
}

fn is(answer: &Value, role: &[u8]) -> bool {
    let Value::Array(parts) = answer else { return false };
    matches!(parts.first(), Some(Value::BulkString(first)) if first == role)
}
