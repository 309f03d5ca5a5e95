//! One call, as the engine sees it: everything but the origin.

use std::time::Duration;

use crate::flight::Place;
use crate::key::Key;
use crate::mode::Mode;
use crate::near::Reader;
use crate::policy::Policy;
use crate::spec::Spec;
use crate::value::{Encoding, ValueType};

/// One call.
#[derive(Debug)]
pub(crate) struct Request {
    /// Who calls.
    pub(crate) spec: &'static Spec,
    pub(crate) key: Key,
    /// The keys of its own tags.
    pub(crate) tags: Vec<Key>,
    pub(crate) policy: Policy,
    /// The ttl of this call, where the policy leaves it to the call.
    pub(crate) ttl: Option<Duration>,
    pub(crate) value_type: &'static ValueType,
    pub(crate) encoding: Encoding,
    pub(crate) mode: Mode,
    /// How long what is read is kept in this process.
    pub(crate) near: Option<Duration>,
}

impl Request {
    /// How what is stored is read.
    pub(super) fn reader(&self) -> Reader {
        Reader { value_type: self.value_type, encoding: self.encoding }
    }

    /// Where it takes off.
    pub(super) fn place(&self) -> Place<'_> {
        Place { key: &self.key, kind: self.value_type.type_id(), tags: &self.tags }
    }

    /// The ttl of a value, unless the value itself says otherwise.
    pub(crate) fn usual_ttl(&self) -> Option<Duration> {
        self.ttl.or(self.policy.ttl())
    }
}
