//! From a trace to eight bytes, by a hash that never changes.

use xxhash_rust::xxh3::Xxh3;

use super::Trace;
use crate::value::codec::Identity;

/// Everything beside the trace that a reader and a writer must agree on.
#[derive(Debug, Clone, Copy)]
pub(in crate::value) struct Outline<'a> {
    pub(in crate::value) type_name: &'a str,
    pub(in crate::value) codec: Identity,
    pub(in crate::value) version: u32,
    pub(in crate::value) tags: &'a [&'a str],
}

/// Equal for equal layouts, in every process and every build.
///
/// The name of the type counts only where its trace has gaps: a type may move to another module and
/// keep its values, but two types that cannot be told apart must not share them.
pub(in crate::value) fn fingerprint(trace: &Trace, outline: &Outline<'_>) -> u64 {
    let mut hash = Xxh3::new();
    let mut part = |bytes: &[u8]| {
        hash.update(&(bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    };
    part(trace.text.as_bytes());
    part(if trace.complete { b"" } else { outline.type_name.as_bytes() });
    part(&[outline.codec.number]);
    part(outline.codec.name.as_bytes());
    part(&outline.version.to_le_bytes());
    for tag in outline.tags {
        part(tag.as_bytes());
    }
    hash.digest()
}
