//! What a round consists of, drawn from its seed.
//!
//! Few rounds have everything in them: what goes wrong often can hide what goes wrong rarely.

use fastrand::Rng;

/// The size of a round, and how often something else may happen in it.
#[expect(clippy::struct_excessive_bools, reason = "each is a coin that is tossed by itself")]
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) processes: usize,
    pub(super) readers: u32,
    pub(super) writes: u32,
    /// Under how many keys the row is kept. Then some readers ask for several of them at a time.
    pub(super) keys: usize,
    /// The entry is there from the beginning.
    pub(super) is_warm: bool,
    /// So many processes keep what they read.
    pub(super) near: usize,
    /// The entry has a tag, which writers use too.
    pub(super) is_tagged: bool,
    /// Readers have windows in which old values are welcome.
    pub(super) has_windows: bool,
    /// One write follows the other. Then writers store what they have written, too: of two at a time either could be last.
    pub(super) in_turn: bool,
    /// Some values are not to be stored.
    pub(super) is_choosy: bool,
    /// A failed load is not tried again in the round.
    pub(super) rests: bool,
    /// How many of eight operations and callers are slow.
    pub(super) slow: u64,
    /// Loads that fail.
    pub(super) failures: u32,
    /// Operations whose callers hear nothing. They may happen, at any later time.
    pub(super) timeouts: u32,
    /// Operations that the store refuses.
    pub(super) refusals: u32,
    /// Operations that are sent again, because a connection broke when they had been done.
    pub(super) repeats: u32,
    /// Callers that go away.
    pub(super) cancels: u32,
    pub(super) deaths: u32,
    /// Keys whose time is over.
    pub(super) expiries: u32,
    /// Entries that get older than they are.
    pub(super) agings: u32,
    /// How often somebody loads another entry with the same tag.
    pub(super) uses: u32,
    /// How often a process believes that the store was gone.
    pub(super) returns: u32,
    /// How often time passes, where it can be made to.
    pub(super) pauses: u32,
    /// Connections that break on which a process is told of changes.
    pub(super) breaks: u32,
    /// How often the store forgets everything.
    pub(super) flushes: u32,
}

impl Plan {
    pub(super) fn drawn(rng: &mut Rng) -> Self {
        let now_and_then = |rng: &mut Rng, most: u32| if rng.u8(..3) == 0 { rng.u32(1..=most) } else { 0 };
        let (has_windows, processes) = (rng.bool(), rng.usize(2..=3));
        let near = if rng.bool() { rng.usize(1..=processes) } else { 0 };
        let keys = if rng.bool() { rng.usize(2..=3) } else { 1 };
        Self {
            processes,
            keys,
            readers: rng.u32(3..=6),
            writes: rng.u32(1..=3),
            is_warm: rng.u8(..3) > 0,
            near,
            is_tagged: rng.bool(),
            has_windows,
            in_turn: rng.u8(..4) == 0,
            is_choosy: rng.u8(..4) == 0,
            rests: rng.bool(),
            slow: rng.u64(..5),
            failures: now_and_then(rng, 2),
            timeouts: now_and_then(rng, 3),
            refusals: u32::from(rng.u8(..4) == 0),
            repeats: now_and_then(rng, 2),
            cancels: now_and_then(rng, 2),
            deaths: u32::from(rng.u8(..6) == 0),
            expiries: now_and_then(rng, 2),
            agings: if has_windows { rng.u32(1..=3) } else { 0 },
            uses: now_and_then(rng, 2),
            returns: u32::from(rng.u8(..8) == 0),
            pauses: now_and_then(rng, 3),
            breaks: if near > 0 { rng.u32(..=2) } else { 0 },
            flushes: u32::from(rng.u8(..8) == 0),
        }
    }
}
