//! Payloads that were never written, in envelopes that are right in everything else.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fmt,
};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{SeqAccess, Visitor},
};

use super::support::{CODECS, get_forged, on_small_stack};
use crate::value::{Codec, Mismatch, Value};

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

#[test]
fn what_is_too_long_is_not_looked_at() {
    for codec in CODECS {
        let bytes = vec![b'V'; (64 << 20) + (8 << 10) + 1];
        assert!(matches!(super::support::get::<u8>(*codec, &bytes), Err(Mismatch::TooLarge)));
    }
}
