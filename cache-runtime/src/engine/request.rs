//! One call, as the engine sees it: everything but the origin.

use std::time::Duration;

use crate::flight::Place;
use crate::key::Key;
use crate::mode::Mode;
use crate::near::Reader;
use crate::observe::Subject;
use crate::policy::Policy;
use crate::spec::Spec;

/// One call.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// Who calls.
    pub(crate) spec: &'static Spec,
    pub(crate) key: Key,
    /// The keys of its own tags.
    pub(crate) tags: Vec<Key>,
    /// The same tags in one text: who has others shares nothing with it in this process.
    pub(crate) tag_text: Box<str>,
    pub(crate) policy: Policy,
    /// The ttl of this call, where the policy leaves it to the call.
    pub(crate) ttl: Option<Duration>,
    pub(crate) reader: Reader,
    pub(crate) mode: Mode,
    /// How long what is read is kept in this process.
    pub(crate) near: Option<Duration>,
}

impl Request {
    /// Where it takes off.
    pub(super) fn place(&self) -> Place<'_> {
        Place { key: &self.key, kind: self.reader.value_type.type_id(), tags: &self.tags }
    }

    /// The ttl of a value, unless the value itself says otherwise.
    pub(crate) fn usual_ttl(&self) -> Option<Duration> {
        self.ttl.or(self.policy.ttl())
    }
}

impl<'a> From<&'a Request> for Subject<'a> {
    fn from(request: &'a Request) -> Self {
        Self { spec: request.spec, key: request.key.as_str() }
    }
}
