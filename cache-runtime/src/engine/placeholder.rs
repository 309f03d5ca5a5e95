//! What stands at a key while somebody loads: a letter that no envelope begins with, and 16 random bytes.
//!
//! ```text
//! P token    this key is being loaded, or, at `key%~r`, the entry beside it is being reloaded
//! R token    at `key%~r`: a reload has failed, and the origin is left alone for as long as this stands
//! ```
//!
//! Tokens are fresh for every acquisition. One per process would let a load that was overtaken by an invalidation fill the
//! lease that the same process has taken since.

use bytes::Bytes;

use crate::error::Error;
use crate::random;
use crate::value::{BEGINNING, Version};

const LOADING: u8 = b'P';
const RESTING: u8 = b'R';

/// One acquisition. Nothing else that a store holds begins with the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Placeholder([u8; BEGINNING]);

impl Placeholder {
    pub(super) fn fresh() -> Result<Self, Error> {
        let token: Version = random::bytes()?;
        Ok(Self::of(LOADING, token))
    }

    /// What says that the reload of this acquisition has failed.
    pub(super) fn at_rest(mut self) -> Self {
        if let Some(letter) = self.0.first_mut() {
            *letter = RESTING;
        }
        self
    }

    /// Whether these bytes say that somebody loads.
    pub(super) fn is_loading(bytes: &[u8]) -> bool {
        bytes.len() == BEGINNING && bytes.first() == Some(&LOADING)
    }

    /// Whether these bytes say that a reload has failed.
    pub(super) fn is_resting(bytes: &[u8]) -> bool {
        bytes.len() == BEGINNING && bytes.first() == Some(&RESTING)
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(super) fn to_bytes(self) -> Bytes {
        Bytes::copy_from_slice(&self.0)
    }

    fn of(letter: u8, token: Version) -> Self {
        let mut bytes = [letter; BEGINNING];
        if let Some(rest) = bytes.last_chunk_mut() {
            *rest = token;
        }
        Self(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_acquisitions_have_the_same_bytes() {
        let (one, other) = (Placeholder::fresh().unwrap(), Placeholder::fresh().unwrap());
        assert_ne!(one, other);
        assert!(Placeholder::is_loading(one.as_bytes()) && !Placeholder::is_resting(one.as_bytes()));
        let resting = one.at_rest();
        assert!(Placeholder::is_resting(resting.as_bytes()) && !Placeholder::is_loading(resting.as_bytes()));
        assert_eq!(one.as_bytes()[1..], resting.as_bytes()[1..]);
    }

    #[test]
    fn a_longer_or_shorter_text_is_no_placeholder() {
        for bytes in [&b""[..], b"P", b"P123456789012345", b"P12345678901234567", b"Q1234567890123456"] {
            assert!(!Placeholder::is_loading(bytes) && !Placeholder::is_resting(bytes));
        }
        assert!(Placeholder::is_loading(b"P1234567890123456"));
    }
}
