//! What a traced type is fed. A type that validates what it reads is offered one after the other.

pub(super) const TEXTS: [&str; 14] = [
    "1",
    "",
    "a",
    "2001-02-03T04:05:06Z",
    "2001-02-03",
    "04:05:06",
    "2001-02-03T04:05:06",
    "67e55044-10b1-426f-9247-bb680e5fe0c8",
    "https://example.com/",
    "someone@example.com",
    "127.0.0.1",
    "::1",
    "127.0.0.1:80",
    "en",
];

/// Small enough for every kind of number.
pub(super) const NUMBERS: [u8; 6] = [0, 1, 2, 5, 10, 100];

pub(super) const BYTES: [&[u8]; 6] = [&[0; 16], &[], &[0; 4], &[0; 8], &[0; 20], &[0; 32]];

/// For a type that asks what there is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Any {
    Unit,
    Number(u64),
    Text(&'static str),
    Bool(bool),
}

pub(super) const ANY: [Any; 5] = [Any::Unit, Any::Number(1), Any::Text("1"), Any::Text("a"), Any::Bool(true)];
