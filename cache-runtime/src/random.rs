//! Bytes that nobody can guess, from the operating system.

use crate::error::{Error, ErrorKind};

/// Fresh random bytes.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|refused| {
        Error::new(ErrorKind::Unstorable, "the operating system has no random bytes to give").because(refused)
    })?;
    Ok(bytes)
}
