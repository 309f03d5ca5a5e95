//! Who hears what is published, as far as that is known.

use std::time::Duration;

use crate::clock::Tick;

/// For so long nothing is told after the server has said that nobody listens, counted from before it was asked.
///
/// Nobody misses anything by that, as a listener is not believed before [`DEAF`] has passed since the server took it in. Who
/// was told that nobody listens had asked before that; the second of quiet is over when the listener begins to be believed.
/// Whether it is quiet is decided when the answer of a change is there: what was changed in quiet was changed before there
/// was anything to be kept by that listener. That holds on one connection, to one server: on a new one, there is no quiet.
/// Clocks need not agree, but run alike.
pub(super) const QUIET: Duration = Duration::from_secs(1);

/// For so long a new listener may not have been told of everything.
pub(super) const DEAF: Duration = QUIET.saturating_add(Duration::from_millis(50));

/// So often in a row somebody hangs up, before that is taken for an answer.
pub(super) const HANG_UPS: u32 = 3;

/// How long nothing is told by who is not permitted to, at first: permissions are given while a service runs.
const REST_REFUSED: Duration = Duration::from_secs(60);
/// The same for who is hung up on: each attempt costs others the connection, and proxies seldom learn.
const REST_HUNG_UP: Duration = Duration::from_secs(600);
const LONGEST_REST: Duration = Duration::from_secs(3600);

/// How a change is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// Behind the change, with it: somebody listens.
    Together,
    /// After the change, in a command of its own: nobody knows what becomes of the connection then. A proxy that does not
    /// know `PUBLISH` may hang up on it, and it would be unknown whether the change is made.
    Apart,
    /// Not at all: nobody listens, or nobody may tell.
    Not,
}

pub(super) struct Audience {
    size: Size,
    /// The connection on which that was found: how many were lost before it.
    losses: u64,
    rests_until: Tick,
    /// How many rests there were without a word that was heard.
    rests: u32,
    hang_ups: u32,
    /// The last of them was on the connection before which so many were lost: each ends with many words on it.
    hung_up_on: Option<u64>,
}

enum Size {
    Unknown,
    NobodyUntil(Tick),
    Somebody,
}

impl Audience {
    pub(super) const UNKNOWN: Self =
        Self { size: Size::Unknown, losses: 0, rests_until: Tick::BEGINNING, rests: 0, hang_ups: 0, hung_up_on: None };

    /// How a change is told at `now`, when `losses` connections were lost, that was begun when `begun` were.
    pub(super) fn manner(&self, begun: u64, losses: u64, now: Tick) -> Manner {
        match self.size {
            _ if now < self.rests_until => Manner::Not,
            _ if losses != self.losses => Manner::Apart,
            Size::NobodyUntil(end) if now < end && begun == losses => Manner::Not,
            Size::Somebody => Manner::Together,
            Size::NobodyUntil(_) | Size::Unknown => Manner::Apart,
        }
    }

    /// The server has taken at `asked`, or later, what was told, and passed it on to that many.
    pub(super) fn heard_by(&mut self, listeners: u64, losses: u64, asked: Tick) {
        let size = if listeners == 0 { Size::NobodyUntil(asked.within(QUIET)) } else { Size::Somebody };
        *self = Self { size, losses, hung_up_on: self.hung_up_on, ..Self::UNKNOWN };
    }

    /// Whether somebody has hung up on the last word, or on as many as is an answer.
    pub(super) fn is_hung_up_on(&self, now: Tick) -> bool {
        self.hang_ups > 0 || now < self.rests_until
    }

    /// What was sent together got no answer.
    pub(super) fn is_unknown(&mut self) {
        self.size = Size::Unknown;
    }

    /// What was told was refused.
    pub(super) fn refuses(&mut self, now: Tick) {
        self.rest(REST_REFUSED, now);
    }

    /// Somebody has hung up on what was told. `true`: as often as makes it an answer.
    pub(super) fn hangs_up(&mut self, losses: u64, now: Tick) -> bool {
        if self.hung_up_on.is_some_and(|last| losses <= last) {
            return false;
        }
        (self.hang_ups, self.hung_up_on) = (self.hang_ups + 1, Some(losses));
        let is_an_answer = self.hang_ups >= HANG_UPS;
        if is_an_answer {
            self.rest(REST_HUNG_UP, now);
        }
        is_an_answer
    }

    fn rest(&mut self, shortest: Duration, now: Tick) {
        let pause = LONGEST_REST.min(shortest.saturating_mul(1 << self.rests.min(16)));
        let rests = self.rests.saturating_add(1);
        *self = Self { rests_until: now.within(pause), rests, hung_up_on: self.hung_up_on, ..Self::UNKNOWN };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// How long it is before something is told again.
    fn rest(audience: &Audience, now: Tick) -> Duration {
        let told = |seconds: &u32| audience.manner(0, 0, now.within(*seconds * SECOND)) != Manner::Not;
        (0..10_000).find(told).map(|seconds| seconds * SECOND).expect("it ends")
    }

    /// Hung up on three connections in a row, from this one on.
    fn hang_up(audience: &mut Audience, losses: u64, now: Tick) {
        for (losses, is_an_answer) in [(losses, false), (losses + 1, false), (losses + 2, true)] {
            assert_eq!(audience.hangs_up(losses, now), is_an_answer);
        }
    }

    #[test]
    fn the_first_word_goes_alone_and_the_next_ones_with_what_they_tell() {
        let (mut audience, now) = (Audience::UNKNOWN, Tick::now());
        assert_eq!(audience.manner(0, 0, now), Manner::Apart);
        audience.heard_by(1, 0, now);
        assert_eq!(audience.manner(0, 0, now.within(1000 * SECOND)), Manner::Together);
        assert_eq!(audience.manner(1, 1, now), Manner::Apart, "on another connection nothing is known");
        audience.is_unknown();
        assert_eq!(audience.manner(0, 0, now), Manner::Apart);
    }

    #[test]
    fn where_nobody_listens_it_is_quiet_for_less_than_a_new_listener_is_deaf() {
        let (mut audience, now) = (Audience::UNKNOWN, Tick::now());
        audience.heard_by(0, 7, now);
        assert_eq!(audience.manner(7, 7, now.within(QUIET / 2)), Manner::Not);
        assert_eq!(audience.manner(7, 7, now.within(QUIET)), Manner::Apart);
        assert_eq!(audience.manner(8, 8, now), Manner::Apart, "others listen to another server");
        assert_eq!(audience.manner(6, 7, now), Manner::Apart, "the change may have been made at another server");
        assert!(QUIET < DEAF);
    }

    #[test]
    fn who_is_hung_up_on_three_times_in_a_row_rests_longer_and_longer() {
        let (mut audience, now) = (Audience::UNKNOWN, Tick::now());
        for (round, minutes) in (0..).zip([10, 20, 40, 60, 60]) {
            hang_up(&mut audience, 3 * round, now);
            assert_eq!(rest(&audience, now), minutes * 60 * SECOND);
            let after = now.within(2 * LONGEST_REST);
            assert_eq!(audience.manner(0, 0, after), Manner::Apart, "never together, until it was heard");
        }
        audience.heard_by(1, 20, now);
        hang_up(&mut audience, 20, now);
        assert_eq!(rest(&audience, now), REST_HUNG_UP);
    }

    #[test]
    fn hang_ups_with_a_word_between_them_that_was_heard_are_not_in_a_row() {
        let (mut audience, now) = (Audience::UNKNOWN, Tick::now());
        for (round, listeners) in (0..).zip([0, 1, 0, 1]) {
            assert!(!audience.hangs_up(2 * round, now) && !audience.hangs_up(2 * round + 1, now));
            audience.heard_by(listeners, 2 * round + 2, now);
        }
    }

    #[test]
    fn many_words_on_a_connection_that_ends_are_hung_up_on_once() {
        let (mut audience, now) = (Audience::UNKNOWN, Tick::now());
        assert!((0..10).all(|_| !audience.hangs_up(4, now)));
        assert!(!audience.hangs_up(3, now), "this one was late to notice");
    }

    #[test]
    fn who_is_refused_rests_at_once_and_longer_and_longer() {
        let (mut audience, now) = (Audience::UNKNOWN, Tick::now());
        for minutes in [1, 2, 4, 8, 16, 32, 60, 60] {
            audience.refuses(now);
            assert_eq!(rest(&audience, now), minutes * 60 * SECOND);
        }
        audience.heard_by(1, 0, now);
        audience.refuses(now);
        assert_eq!(rest(&audience, now), REST_REFUSED);
    }
}
