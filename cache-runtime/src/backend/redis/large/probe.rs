//! Whether a value is large, without reading it.

use std::time::Duration;

use redis::Value;

use super::keys::{LARGE, LargeKeys, Size};
use crate::backend::redis::link::Link;
use crate::backend::redis::question::Question;
use crate::error::Error;
use crate::key::Key;

/// Asks for one byte that only a large value has, and remembers the answer in `keys`. `STRLEN` would say the same, but is one
/// more command that the user has to be granted.
pub(in crate::backend::redis) async fn probe(
    link: &Link,
    keys: &LargeKeys,
    key: &Key,
    within: Duration,
) -> Result<bool, Error> {
    let mut byte = redis::cmd("GETRANGE");
    byte.arg(key.as_str()).arg(LARGE).arg(LARGE);
    let answer = link.run(Question::repeatable(&byte), within).await?;
    // One that is refused says that it is no string, or that nobody may know.
    let is_large = matches!(answer, Ok(Value::BulkString(byte)) if !byte.is_empty());
    keys.note(key, if is_large { Size::Large } else { Size::Ordinary });
    Ok(is_large)
}
