//! What can go wrong with bytes on their way, as a decision without any input or output.

use std::time::Duration;

/// Bandwidth is handed out in portions, one for each of these.
const TICK: Duration = Duration::from_millis(10);

/// One way of a connection, or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the client to the server.
    ToServer,
    /// From the server to the client.
    ToClient,
    /// To the server and back.
    Both,
}

impl Direction {
    fn covers(self, way: Self) -> bool {
        self == Self::Both || self == way
    }
}

/// What the network does from now on, to connections that are open and to those that come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing: bytes pass as they come.
    None,
    /// Replies arrive that much later; many may be on their way at once.
    Latency(Duration),
    /// Connections are accepted, bytes are read and never arrive. Connections that have lost bytes are
    /// reset when the fault is over, because no network loses bytes in the middle of a TCP stream.
    BlackHole(Direction),
    /// The same, for connections only on which the client has asked to be told of changes.
    BlackHoleForTracked(Direction),
    /// Connections are broken with a TCP reset, new ones as soon as they are accepted.
    Reset,
    /// Connections are reset and nobody listens any more.
    Refuse,
    /// That many bytes pass in a second, each way.
    Bandwidth(u32),
    /// Every byte travels in a segment of its own.
    Slice,
    /// A connection is closed when that many more bytes of replies have passed.
    CutAfter(usize),
    /// A connection is closed when the client says this, as proxies do that do not know a command.
    HangUpOn(&'static str),
}

/// What to do with bytes that wait to be passed on.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Pass that many of them on, then pause.
    Pass(usize, Duration),
    /// They are not due yet.
    Wait(Duration),
    Swallow,
    Disconnect,
}

/// Bytes that wait, seen by the fault.
#[derive(Debug)]
pub(super) struct Waiting<'a> {
    pub(super) way: Direction,
    /// Whether the client has asked to be told of changes here.
    pub(super) is_tracked: bool,
    pub(super) bytes: &'a [u8],
    /// Since they came in.
    pub(super) age: Duration,
    /// How many have passed before them on this way since the fault began.
    pub(super) passed: usize,
}

impl Waiting<'_> {
    fn count(&self) -> usize {
        self.bytes.len()
    }

    fn says(&self, word: &str) -> bool {
        says(self.bytes, word)
    }
}

/// Whether the word is among the bytes, all of it: nobody sends a command in pieces that small.
pub(super) fn says(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|bytes| bytes.eq_ignore_ascii_case(word.as_bytes()))
}

impl Fault {
    pub(super) fn step(self, waiting: &Waiting<'_>) -> Step {
        let all = Step::Pass(waiting.count(), Duration::ZERO);
        let to_client = waiting.way == Direction::ToClient;
        match self {
            Self::Latency(latency) if to_client && waiting.age < latency => {
                Step::Wait(latency.saturating_sub(waiting.age))
            }
            Self::BlackHole(direction) if direction.covers(waiting.way) => Step::Swallow,
            Self::BlackHoleForTracked(direction) if waiting.is_tracked && direction.covers(waiting.way) => {
                Step::Swallow
            }
            Self::Bandwidth(per_second) => {
                let portion = usize::try_from(per_second / 100).unwrap_or(usize::MAX);
                Step::Pass(waiting.count().min(portion.max(1)), TICK)
            }
            Self::Slice => Step::Pass(1, Duration::ZERO),
            Self::CutAfter(limit) if to_client => match limit.saturating_sub(waiting.passed) {
                0 => Step::Disconnect,
                left => Step::Pass(waiting.count().min(left), Duration::ZERO),
            },
            Self::HangUpOn(word) if !to_client && waiting.says(word) => Step::Disconnect,
            Self::Reset | Self::Refuse => Step::Disconnect,
            Self::None
            | Self::Latency(_)
            | Self::BlackHole(_)
            | Self::BlackHoleForTracked(_)
            | Self::CutAfter(_)
            | Self::HangUpOn(_) => all,
        }
    }

    /// Whether open connections are reset when this begins.
    pub(super) fn severs(self) -> bool {
        matches!(self, Self::Reset | Self::Refuse)
    }

    pub(super) fn loses_bytes(self) -> bool {
        matches!(self, Self::BlackHole(_) | Self::BlackHoleForTracked(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(bytes: &[u8], passed: usize) -> Waiting<'_> {
        Waiting { way: Direction::ToClient, is_tracked: false, bytes, age: Duration::from_millis(30), passed }
    }

    #[test]
    fn latency_counts_from_the_arrival_of_the_bytes() {
        let latency = |millis| Fault::Latency(Duration::from_millis(millis));
        let still = Step::Wait(Duration::from_millis(20));
        assert_eq!(latency(50).step(&reply(&[0; 9], 0)), still);
        assert_eq!(latency(30).step(&reply(&[0; 9], 0)), Step::Pass(9, Duration::ZERO));
    }

    #[test]
    fn a_black_hole_may_have_one_way() {
        let to_server = Fault::BlackHole(Direction::ToServer);
        let passes = Step::Pass(9, Duration::ZERO);
        assert_eq!(to_server.step(&reply(&[0; 9], 0)), passes);
        let both = Fault::BlackHole(Direction::Both);
        assert_eq!(both.step(&reply(&[0; 9], 0)), Step::Swallow);
    }

    #[test]
    fn a_black_hole_may_be_for_those_only_who_are_told_of_changes() {
        let hole = Fault::BlackHoleForTracked(Direction::ToClient);
        assert_eq!(hole.step(&reply(&[0; 9], 0)), Step::Pass(9, Duration::ZERO));
        assert_eq!(hole.step(&Waiting { is_tracked: true, ..reply(&[0; 9], 0) }), Step::Swallow);
    }

    #[test]
    fn bandwidth_never_stands_still() {
        assert_eq!(Fault::Bandwidth(1_000).step(&reply(&[0; 99], 0)), Step::Pass(10, TICK));
        assert_eq!(Fault::Bandwidth(1).step(&reply(&[0; 99], 0)), Step::Pass(1, TICK));
    }

    #[test]
    fn a_cut_comes_after_the_last_byte_that_may_pass() {
        let cut = Fault::CutAfter(10);
        assert_eq!(cut.step(&reply(&[0; 9], 4)), Step::Pass(6, Duration::ZERO));
        assert_eq!(cut.step(&reply(&[0; 9], 10)), Step::Disconnect);
    }
    #[test]
    fn a_word_of_the_client_can_end_a_connection() {
        let hello = b"*2\r\n$5\r\nhello\r\n$1\r\n3\r\n";
        let to_server = Waiting { way: Direction::ToServer, ..reply(hello, 0) };
        assert_eq!(Fault::HangUpOn("HELLO").step(&to_server), Step::Disconnect);
        assert_eq!(Fault::HangUpOn("AUTH").step(&to_server), Step::Pass(hello.len(), Duration::ZERO));
        assert_eq!(Fault::HangUpOn("HELLO").step(&reply(hello, 0)), Step::Pass(hello.len(), Duration::ZERO));
    }
}
