//! The store: one key with its tag, its election and its lock, and the commands that each happen in one instant.

use crate::protocol::Lease;

/// The number of the last change that a value reflects.
pub(crate) type Commit = u8;

/// Sixteen random bytes: the token of a lease, or the version of a value or of a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Stamp(pub(crate) u8);

/// Stamps below this one are not random: see [`Stamp::of_client`] and `steps::tags`.
pub(crate) const FIRST_RANDOM: Stamp = Stamp(10);

impl Stamp {
    /// The version of the only tag where tags play no part.
    pub(crate) const UNTAGGED: Self = Self(0);

    /// The token of a process that has only one.
    pub(crate) fn of_client(process: usize) -> Self {
        if process == 0 { Self(8) } else { Self(9) }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Entry {
    /// What comparisons look at: it is different in every placeholder and in every value.
    pub(crate) stamp: Stamp,
    pub(crate) content: Content,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Content {
    Placeholder,
    Value { value: Commit, tag: Stamp, aged: bool },
}

impl Entry {
    pub(crate) fn placeholder(stamp: Stamp) -> Self {
        Self { stamp, content: Content::Placeholder }
    }

    pub(crate) fn value(stamp: Stamp, value: Commit, tag: Stamp) -> Self {
        Self { stamp, content: Content::Value { value, tag, aged: false } }
    }
}

/// What a reader makes of the key and its tag, read in one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Found {
    Nothing,
    /// A value that can be the answer.
    Usable {
        stamp: Stamp,
        value: Commit,
        aged: bool,
    },
    /// A value whose tag has been invalidated.
    Unusable(Stamp),
    /// Somebody else's lease.
    Lease(Stamp),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Store {
    pub(crate) key: Option<Entry>,
    pub(crate) tag: Option<Stamp>,
    /// `key%~r`: who of all processes reloads.
    pub(crate) election: Option<Stamp>,
    /// Used by [`Lease::BesideTheKey`] only.
    pub(crate) lock: Option<Stamp>,
}

impl Store {
    /// `MGET key tag`
    pub(crate) fn look(&self) -> Found {
        match (self.key, self.lock) {
            (Some(Entry { stamp, content: Content::Value { value, tag, aged } }), _) if self.tag == Some(tag) => {
                Found::Usable { stamp, value, aged }
            }
            (Some(Entry { stamp, content: Content::Placeholder }), _) | (_, Some(stamp)) => Found::Lease(stamp),
            (Some(Entry { stamp, .. }), None) => Found::Unusable(stamp),
            (None, None) => Found::Nothing,
        }
    }

    /// Takes the lease, in the place of what was found. `false`: somebody was quicker.
    pub(crate) fn take(&mut self, lease: Lease, found: Found, token: Stamp) -> bool {
        match lease {
            Lease::InTheKey | Lease::TokenPerClient | Lease::KeptAfterFailure => self.take_key(found, token),
            Lease::BesideTheKey => claim(&mut self.lock, token),
            Lease::Nobody => true,
        }
    }

    fn take_key(&mut self, found: Found, token: Stamp) -> bool {
        match found {
            Found::Nothing => claim(&mut self.key, Entry::placeholder(token)),
            Found::Usable { stamp, .. } | Found::Unusable(stamp) | Found::Lease(stamp) => {
                self.replace(stamp, Entry::placeholder(token))
            }
        }
    }

    /// Whether the lease is still there, for those who wait for its end.
    pub(crate) fn holds(&self, lease: Stamp) -> bool {
        self.key == Some(Entry::placeholder(lease)) || self.lock == Some(lease)
    }

    /// Stores if the key begins as expected.
    pub(crate) fn replace(&mut self, expected: Stamp, entry: Entry) -> bool {
        let accepted = self.key.is_some_and(|present| present.stamp == expected);
        if accepted {
            self.key = Some(entry);
        }
        accepted
    }

    /// Removes if the key begins as expected.
    pub(crate) fn remove_if(&mut self, expected: Stamp) -> bool {
        let accepted = self.key.is_some_and(|present| present.stamp == expected);
        if accepted {
            self.key = None;
        }
        accepted
    }

    /// Gives the lock back, if it is one's own. It is all that a fill asks where the lock lies beside the key.
    pub(crate) fn unlock(&mut self, token: Stamp) -> bool {
        let mine = self.lock == Some(token);
        if mine {
            self.lock = None;
        }
        mine
    }

    /// `SET key%~r token NX`
    pub(crate) fn elect(&mut self, token: Stamp) {
        self.election.get_or_insert(token);
    }

    pub(crate) fn resign(&mut self, token: Stamp) {
        if self.election == Some(token) {
            self.election = None;
        }
    }
}

fn claim<T>(place: &mut Option<T>, new: T) -> bool {
    let free = place.is_none();
    if free {
        *place = Some(new);
    }
    free
}
