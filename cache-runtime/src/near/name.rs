//! The key of an entry in the table.

use std::borrow::Borrow;
use std::hash::{Hash, Hasher};

use arrayvec::ArrayString;

/// Most keys are shorter, and then need no memory of their own.
const SHORT: usize = 44;

/// A key without the namespace, which all of a table share.
#[derive(Clone)]
pub(super) enum Name {
    Short(ArrayString<SHORT>),
    Long(Box<str>),
}

impl Name {
    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Short(text) => text,
            Self::Long(text) => text,
        }
    }
}

impl From<&str> for Name {
    fn from(text: &str) -> Self {
        ArrayString::from(text).map_or_else(|_| Self::Long(text.into()), Self::Short)
    }
}

impl Borrow<str> for Name {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Name {}
