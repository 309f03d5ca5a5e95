//! Two functions whose values get in each other's way.

use std::error::Error as StdError;
use std::fmt;

use super::function::AnnotatedFunction;
use super::overlap::common_key;
use super::pattern::Pattern;
use crate::spec::CacheName;
use crate::value::{Codec, Stored};

/// Two annotated functions that store different things and may do so at one key.
#[derive(Clone, Debug)]
pub struct KeyConflict {
    functions: [AnnotatedFunction; 2],
    difference: Difference,
    key: String,
}

/// What two functions do not have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Difference {
    Types([&'static str; 2]),
    /// `None` is that of the cache.
    Codecs([Option<&'static str>; 2]),
    Versions([u32; 2]),
}

/// All conflicts of a program. `Display` is a sentence for each.
#[derive(Clone, Debug)]
pub struct KeyConflicts(Vec<KeyConflict>);

impl KeyConflict {
    /// The two functions.
    #[must_use]
    pub fn functions(&self) -> &[AnnotatedFunction; 2] {
        &self.functions
    }

    /// A key that both may have, without the namespace.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }
}

impl KeyConflicts {
    /// The conflicts, one after the other.
    pub fn iter(&self) -> std::slice::Iter<'_, KeyConflict> {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a KeyConflicts {
    type Item = &'a KeyConflict;
    type IntoIter = std::slice::Iter<'a, KeyConflict>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for KeyConflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [one, other] = &self.functions;
        write!(
            f,
            "`{}` with the key `{}` and `{}` with the key `{}` may both store at `{}`, ",
            one.name(),
            one.template(),
            other.name(),
            other.template(),
            self.key
        )?;
        match &self.difference {
            Difference::Types([one, other]) => write!(f, "one a `{one}`, the other a `{other}`")?,
            Difference::Codecs(codecs) => {
                let [one, other] = codecs
                    .map(|codec| codec.map_or("the codec of the cache".into(), |codec| format!("the codec `{codec}`")));
                write!(f, "one by {one}, the other by {other}")?;
            }
            Difference::Versions([one, other]) => write!(f, "one in version {one}, the other in version {other}")?,
        }
        f.write_str("; give one of them another key")
    }
}

impl fmt::Display for KeyConflicts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, conflict) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{conflict}")?;
        }
        Ok(())
    }
}

impl StdError for KeyConflicts {}

/// A function with all that a comparison needs, which is made ready once.
struct Candidate {
    function: AnnotatedFunction,
    stored: Stored,
    /// The layout of the type for codecs that are not for people to read, and for those that are.
    layouts: [u64; 2],
    pattern: Pattern,
}

pub(super) fn conflicts(functions: &[AnnotatedFunction]) -> Result<(), KeyConflicts> {
    let candidates: Vec<_> = functions.iter().filter_map(Candidate::new).collect();
    let mut found = Vec::new();
    for (index, one) in candidates.iter().enumerate() {
        for other in candidates.iter().skip(index + 1) {
            found.extend(one.conflict_with(other));
        }
    }
    if found.is_empty() { Ok(()) } else { Err(KeyConflicts(found)) }
}

impl Candidate {
    fn new(function: &AnnotatedFunction) -> Option<Self> {
        let registration = function.registration;
        let fills: Vec<_> = registration.fills?.iter().map(|fill| fill()).collect();
        let stored = function.stored()?;
        Some(Self {
            function: function.clone(),
            stored,
            layouts: [false, true].map(|human_readable| stored.layout(human_readable)),
            pattern: Pattern::new(registration.spec.template, &fills),
        })
    }

    fn conflict_with(&self, other: &Self) -> Option<KeyConflict> {
        if !self.may_share_a_cache_with(other) {
            return None;
        }
        let difference = self.difference_to(other)?;
        let key = common_key(&self.pattern, &other.pattern)?;
        Some(KeyConflict { functions: [&self.function, &other.function].map(Clone::clone), difference, key })
    }

    fn may_share_a_cache_with(&self, other: &Self) -> bool {
        match (self.function.registration.spec.cache, other.function.registration.spec.cache) {
            (CacheName::Scope, CacheName::Scope) => true,
            (CacheName::Fixed(one), CacheName::Fixed(another)) => {
                one == another && self.function.module() == other.function.module()
            }
            _ => false,
        }
    }

    fn difference_to(&self, other: &Self) -> Option<Difference> {
        let human_readable = self.human_readable().or_else(|| other.human_readable()).unwrap_or_default();
        let layout = |of: &Self| if human_readable { of.layouts[1] } else { of.layouts[0] };
        if layout(self) != layout(other) {
            return Some(Difference::Types([self.stored.type_name(), other.stored.type_name()]));
        }
        if self.is_written_otherwise_than(other) {
            return Some(Difference::Codecs([self.function.codec(), other.function.codec()]));
        }
        let versions = [self.function.version(), other.function.version()];
        (versions[0] != versions[1]).then_some(Difference::Versions(versions))
    }

    /// Where one leaves the choice of a built-in codec to the cache, that may be the one of the other.
    fn is_written_otherwise_than(&self, other: &Self) -> bool {
        match (self.stored.codec(), other.stored.codec()) {
            (None, None) => match (self.function.named_codec(), other.function.named_codec()) {
                (Some(one), Some(another)) => one != another,
                _ => false,
            },
            (one, another) => one != another,
        }
    }

    /// Whether the codec is for people to read, where the function names it.
    fn human_readable(&self) -> Option<bool> {
        let named = || self.function.named_codec().map(Codec::human_readable);
        self.stored.human_readable().or_else(named)
    }
}
