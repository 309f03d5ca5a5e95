//! Payloads that were never written, in envelopes that are right in everything else.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fmt,
};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{SeqAccess, Visitor},
};

use super::support::{CODECS, KEY, by, forge, get_forged, on_small_stack};
use crate::value::{Codec, Mismatch, Value, ValueType, open};

/// Refused for one of our limits, not because the codec did not understand it.
#[track_caller]
fn stopped<T: Value>(codec: Codec, payload: &[u8], limit: &str) {
    // The value stays behind its pointer: this must not take the stack itself.
    let opened = open(ValueType::of::<T>(), KEY, &forge::<T>(codec, payload), by(codec)).map(drop);
    let Err(Mismatch::Payload(error)) = opened else {
        panic!("{codec:?}: believed");
    };
    assert!(error.reason().to_string().contains(limit), "{codec:?}: {error:?}");
}

#[track_caller]
fn refused<T: Value>(codec: Codec, payload: &[u8]) {
    let result = get_forged::<T>(codec, payload).map(drop);
    assert!(matches!(result, Err(Mismatch::Payload(_))), "{codec:?}: {result:?}");
}

/// A length of `n` with nothing behind it.
fn claim(n: u64) -> Vec<u8> {
    [&[253][..], &n.to_le_bytes()].concat()
}

/// A list that is as deep as it is long.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Chain {
    Link(Box<Chain>),
    End,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
struct Node {
    next: Option<Box<Node>>,
    padding: [u64; 16],
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
struct Nothing;

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Nothings {
    a: (),
    b: [(); 32],
    c: Vec<Nothing>,
}
mod bincode {
    use super::*;

    const BY: Codec = Codec::Bincode;

    #[test]
    fn nine_bytes_that_claim_the_world() {
        for n in [1, 1 << 20, (1 << 26) - 100, 1 << 27, 1 << 33, 1 << 40, u64::MAX] {
            refused::<String>(BY, &claim(n));
            refused::<Vec<u8>>(BY, &claim(n));
            refused::<Vec<u64>>(BY, &claim(n));
            refused::<Vec<[u64; 32]>>(BY, &claim(n));
            refused::<Vec<String>>(BY, &claim(n));
            refused::<HashMap<u64, String>>(BY, &claim(n));
            refused::<BTreeMap<String, u8>>(BY, &claim(n));
            refused::<Box<str>>(BY, &claim(n));
            refused::<std::path::PathBuf>(BY, &claim(n));
            refused::<Bytes>(BY, &claim(n));
        }
    }

    #[test]
    fn floods_of_nothing_end_at_once() {
        for n in [5_000, 1 << 33, u64::MAX] {
            refused::<Vec<()>>(BY, &claim(n));
            refused::<Vec<Nothing>>(BY, &claim(n));
            refused::<HashSet<Nothing>>(BY, &claim(n));
            refused::<BTreeMap<(), Box<Nothing>>>(BY, &claim(n));
            refused::<Vec<((), [(); 8])>>(BY, &claim(n));
            refused::<Vec<[(); 32]>>(BY, &claim(n));
            refused::<Nothings>(BY, &claim(n));
        }
    }

    #[test]
    fn bytes_that_no_value_has() {
        refused::<String>(BY, &[2, 0xff, 0xfe]);
        refused::<char>(BY, &[0xff]);
        refused::<bool>(BY, &[2]);
        refused::<Option<u8>>(BY, &[2, 0]);
        refused::<Chain>(BY, &[2]);
        refused::<Chain>(BY, &[]);
        refused::<u8>(BY, &[]);
        refused::<u8>(BY, &[1, 0]);
        refused::<u64>(BY, &[255, 0, 0, 0, 0, 0, 0, 0, 0]);
        refused::<std::num::NonZeroU8>(BY, &[0]);
    }

    #[test]
    fn depth_of_a_million_on_the_stack_of_a_worker() {
        on_small_stack(2 << 20, || {
            refused::<Chain>(BY, &vec![0; 1_000_000]);
            refused::<Node>(BY, &vec![1; 1_000_000]);
        });
    }

    #[test]
    fn depth_of_a_million_on_half_a_mebibyte() {
        on_small_stack(512 << 10, || refused::<Chain>(BY, &vec![0; 1_000_000]));
    }

    #[test]
    fn a_payload_of_random_bytes_ends_soon() {
        // xorshift: the same bytes in every run.
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        for length in 0..400 {
            let payload: Vec<u8> = std::iter::repeat_with(|| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                state.to_le_bytes()[0]
            })
            .take(length % 40)
            .collect();
            // Some are values by chance; what matters is that each comes to an end.
            let _ = get_forged::<Vec<HashMap<String, Option<Chain>>>>(BY, &payload);
            let _ = get_forged::<(Chain, Nothings, Vec<Node>)>(BY, &payload);
        }
    }
}

#[cfg(feature = "json")]
mod json {
    use super::*;

    const BY: Codec = Codec::Json;

    #[test]
    fn bytes_that_no_value_has() {
        refused::<u8>(BY, b"1 2");
        refused::<u8>(BY, b"");
        refused::<u8>(BY, b"-1");
        refused::<u8>(BY, b"256");
        refused::<String>(BY, b"\"\xff\"");
        refused::<Vec<u8>>(BY, b"[1,");
        refused::<Chain>(BY, b"\"Other\"");
    }

    #[test]
    fn depth() {
        on_small_stack(512 << 10, || {
            let links = "{\"Link\":".repeat(200_000);
            refused::<Chain>(BY, links.as_bytes());
            refused::<serde_json::Value>(BY, "[".repeat(1_000_000).as_bytes());
        });
    }
}

#[cfg(feature = "msgpack")]
mod msgpack {
    use super::*;

    const BY: Codec = Codec::Msgpack;

    #[test]
    fn claims() {
        for claim in [
            &[0xdb, 0xff, 0xff, 0xff, 0xff][..],
            &[0xdd, 0xff, 0xff, 0xff, 0xff],
            &[0xdf, 0xff, 0xff, 0xff, 0xff],
            &[0xc6, 0xff, 0xff, 0xff, 0xff],
        ] {
            refused::<String>(BY, claim);
            refused::<Vec<u8>>(BY, claim);
            refused::<Vec<u64>>(BY, claim);
            refused::<Vec<()>>(BY, claim);
            refused::<HashMap<u64, String>>(BY, claim);
            refused::<serde_json::Value>(BY, claim);
        }
    }

    #[test]
    fn bytes_that_no_value_has() {
        refused::<u8>(BY, &[1, 1]);
        refused::<u8>(BY, &[]);
        refused::<bool>(BY, &[2]);
        refused::<String>(BY, &[0xa1, 0xff]);
    }

    #[test]
    fn depth() {
        on_small_stack(512 << 10, || {
            // {"Link": {"Link": ...
            refused::<Chain>(BY, &b"\x81\xa4Link".repeat(200_000));
            refused::<Chain>(BY, &vec![0x91; 1_000_000]);
        });
        on_small_stack(1 << 20, || {
            refused::<serde_json::Value>(BY, &vec![0x91; 1_000_000]);
        });
    }
}

/// Bytes that ask to be owned, as `bytes::Bytes` and `serde_bytes::ByteBuf` do.
#[derive(Debug, Clone, Serialize)]
struct Bytes(Vec<u8>);

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Owner;
        impl Visitor<'_> for Owner {
            type Value = Bytes;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes")
            }
            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Bytes, E> {
                Ok(Bytes(bytes.to_vec()))
            }
            fn visit_byte_buf<E>(self, _: Vec<u8>) -> Result<Bytes, E> {
                panic!("the codec has reserved what was claimed")
            }
        }
        deserializer.deserialize_byte_buf(Owner)
    }
}

/// A collection that reserves whatever it is told.
#[derive(Debug, Clone, Serialize)]
struct Credulous(Vec<u64>);

impl<'de> Deserialize<'de> for Credulous {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reserver;
        impl<'de> Visitor<'de> for Reserver {
            type Value = Credulous;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a sequence")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Credulous, A::Error> {
                let mut list = Vec::with_capacity(seq.size_hint().unwrap_or(0));
                assert!(list.capacity() <= 4096, "reserved on the word of the bytes");
                while let Some(element) = seq.next_element()? {
                    list.push(element);
                }
                Ok(Credulous(list))
            }
        }
        deserializer.deserialize_seq(Reserver)
    }
}

#[test]
fn nothing_is_reserved_on_the_word_of_the_bytes() {
    use super::support::{get, put};
    for codec in CODECS {
        let bytes = put(*codec, Credulous((0..10_000).collect())).unwrap();
        assert_eq!(get::<Credulous>(*codec, &bytes).unwrap().0.len(), 10_000);
    }
    {
        let bytes = put(Codec::Bincode, Bytes(vec![1; 9])).unwrap();
        assert_eq!(get::<Bytes>(Codec::Bincode, &bytes).unwrap().0, [1; 9]);
        let Err(Mismatch::Payload(error)) = get_forged::<Credulous>(Codec::Bincode, &claim(u64::MAX)) else {
            panic!("believed");
        };
        assert!(!error.reason().to_string().contains("panicked"));
    }
}

const MEMORY: &str = "more memory than its bytes account for";

/// Half a KiB, or one byte that says there is none.
type Row = [[u64; 32]; 2];

/// As large in its small variant as in its large one.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(clippy::large_enum_variant, reason = "that is the point")]
enum Sized {
    Small,
    Large(Row),
}

#[test]
fn nones_of_a_large_type_are_too_much_memory() {
    const N: usize = 1 << 18;
    for codec in CODECS {
        let (nones, list_of_lists): (Vec<u8>, Vec<u8>) = match codec.name() {
            "json" => (
                format!("[null{}]", ",null".repeat(N)).into(),
                format!("[[null]{}]", ",[null,null,null]".repeat(N / 2)).into(),
            ),
            "msgpack" => (
                [b"\xdd\x00\x04\x00\x00".to_vec(), vec![0xc0; N]].concat(),
                [b"\xdd\x00\x04\x00\x00".to_vec(), b"\x93\xc0\xc0\xc0".repeat(N)].concat(),
            ),
            _ => ([claim(1 << 18), vec![0; N]].concat(), [claim(1 << 18), b"\x03\0\0\0".repeat(N)].concat()),
        };
        stopped::<Vec<Option<Row>>>(*codec, &nones, MEMORY);
        stopped::<std::collections::VecDeque<Option<(Row, u8)>>>(*codec, &nones, MEMORY);
        stopped::<Vec<Vec<Option<Row>>>>(*codec, &list_of_lists, MEMORY);
    }
}

/// What is behind a pointer is not part of the element that points.
#[test]
fn a_million_boxes_are_charged_with_what_is_in_them() {
    let payload = [claim(1 << 20), vec![0; 1 << 20]].concat();
    stopped::<Vec<Box<Sized>>>(Codec::Bincode, &payload, MEMORY);
    stopped::<Vec<std::sync::Arc<Option<Row>>>>(Codec::Bincode, &payload, MEMORY);
    stopped::<Vec<(Box<Option<Row>>,)>>(Codec::Bincode, &payload, MEMORY);
    // Entries of one key take each other's place, but nobody can know that beforehand.
    let entries = [claim(1 << 19), vec![0; 1 << 20]].concat();
    stopped::<HashMap<u8, Box<Sized>>>(Codec::Bincode, &entries, MEMORY);
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Pages<P> {
    next: Option<Box<Pages<P>>>,
    page: P,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
enum Leaves<P> {
    Page(P),
    Next(Box<Leaves<P>>),
    Named { next: Box<Leaves<P>>, page: P },
}

/// 8 KiB.
type Page = [[u64; 32]; 32];

/// Large where no visitor sees it: made of something small.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(from = "Small", into = "Small")]
struct Large {
    next: Option<Box<Large>>,
    #[expect(dead_code, reason = "it only takes room")]
    pages: [Page; 4],
}

#[derive(Serialize, Deserialize)]
struct Small(Option<Box<Large>>);

impl From<Small> for Large {
    #[expect(clippy::large_stack_arrays, reason = "that is the point")]
    fn from(Small(next): Small) -> Self {
        Self { next, pages: [[[0; 32]; 32]; 4] }
    }
}

impl From<Large> for Small {
    fn from(large: Large) -> Self {
        Self(large.next)
    }
}

#[test]
#[ignore = "aborts the process when it fails: it is run in one of its own by the test below"]
fn large_nodes_in_large_numbers() {
    const STACK: &str = "of the stack";
    on_small_stack(2 << 20, || {
        let deep = |byte: u8| vec![byte; 1 << 16];
        refused::<Pages<Page>>(Codec::Bincode, &deep(1));
        refused::<Leaves<Page>>(Codec::Bincode, &deep(2));
        stopped::<Pages<[Page; 4]>>(Codec::Bincode, &deep(1), STACK);
        stopped::<Leaves<[Page; 4]>>(Codec::Bincode, &deep(1), STACK);
        stopped::<Leaves<[Page; 4]>>(Codec::Bincode, &deep(2), STACK);
        stopped::<Large>(Codec::Bincode, &deep(1), STACK);
        #[cfg(feature = "json")]
        stopped::<Pages<[Page; 4]>>(Codec::Json, "{\"next\":".repeat(1 << 16).as_bytes(), STACK);
        #[cfg(feature = "msgpack")]
        stopped::<Pages<[Page; 4]>>(Codec::Msgpack, &b"\x82\xa4next".repeat(1 << 16), STACK);
    });
}

#[test]
fn large_nodes_do_not_take_the_stack_of_a_worker() {
    let name = "value::tests::hostile::large_nodes_in_large_numbers";
    let child = std::process::Command::new(std::env::current_exe().unwrap())
        .args([name, "--exact", "--ignored", "--test-threads=1"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success() && said.contains("1 passed"), "{child:?}");
}

#[test]
fn what_is_too_long_is_not_looked_at() {
    for codec in CODECS {
        let bytes = vec![b'V'; (64 << 20) + (8 << 10) + 1];
        assert!(matches!(super::support::get::<u8>(*codec, &bytes), Err(Mismatch::TooLarge)));
    }
}
