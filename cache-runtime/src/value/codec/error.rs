//! What a codec says when it fails, and whose fault that is.

use std::{error::Error, fmt};

/// A codec could not convert a value; the [`source`](Error::source) says why.
pub struct CodecError(Box<dyn Error + Send + Sync>);

impl CodecError {
    /// Wraps whatever a codec fails with: an error, or a message.
    pub fn new(reason: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        // A codec that is made of another one may wrap its error again.
        match reason.into().downcast::<Self>() {
            Ok(wrapped) => *wrapped,
            Err(reason) => Self(reason),
        }
    }

    /// There were bytes behind the end of the value.
    #[cfg(any(feature = "bincode", feature = "msgpack"))]
    pub(super) fn leftover() -> Self {
        Self::new("bytes were left over behind the value")
    }

    /// The reason as a sentence.
    pub(in crate::value) fn reason(&self) -> &(dyn Error + Send + Sync) {
        &*self.0
    }
}

impl From<Box<dyn Error + Send + Sync>> for CodecError {
    fn from(reason: Box<dyn Error + Send + Sync>) -> Self {
        Self(reason)
    }
}

impl fmt::Debug for CodecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CodecError").field(&self.0).finish()
    }
}

impl fmt::Display for CodecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the codec could not convert the value")
    }
}

impl Error for CodecError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.0)
    }
}

/// A failure with the one it is to be blamed on.
#[derive(Debug)]
pub(in crate::value) struct Failure {
    pub(in crate::value) fault: Fault,
    pub(in crate::value) error: CodecError,
}

/// Decides whether trying the next value of the type is any use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::value) enum Fault {
    /// The codec cannot carry the type.
    Type,
    /// This value is too deep, too much to read, or its own `Serialize` refused it.
    Value,
    /// This value takes more bytes than there is room for.
    Size,
}

impl Failure {
    pub(in crate::value) fn of_type(reason: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { fault: Fault::Type, error: CodecError::new(reason) }
    }

    pub(in crate::value) fn of_size() -> Self {
        Self { fault: Fault::Size, error: CodecError::new("it takes more bytes than there is room for") }
    }

    pub(in crate::value) fn of_value(reason: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { fault: Fault::Value, error: CodecError::new(reason) }
    }
}
