//! One call, as the engine sees it: everything but the origin.

use std::time::Duration;

use crate::key::Key;
use crate::policy::Policy;
use crate::value::{Encoding, ValueType};

/// What a call may do with the cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Read, load on a miss, store.
    #[default]
    Normal,
    /// Load and store, without reading.
    Refresh,
    /// Load, and nothing else.
    Bypass,
}

/// One call.
#[derive(Debug)]
pub(crate) struct Request {
    /// Who calls, for logs: the annotated function.
    pub(crate) function: &'static str,
    pub(crate) key: Key,
    pub(crate) policy: Policy,
    /// The ttl of this call, where the policy leaves it to the call.
    pub(crate) ttl: Option<Duration>,
    pub(crate) value_type: &'static ValueType,
    pub(crate) encoding: Encoding,
    pub(crate) mode: Mode,
}

impl Request {
    /// The ttl of a value, unless the value itself says otherwise.
    pub(crate) fn usual_ttl(&self) -> Option<Duration> {
        self.ttl.or(self.policy.ttl())
    }
}
