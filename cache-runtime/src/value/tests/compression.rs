//! Payloads in fewer bytes: what is compressed, and what is not believed of it.

use super::support::{KEY, META, by, content};
use crate::value::{Bounds, Codec, Mismatch, Unsealed, Value, ValueType, open};

/// `"seven"` 600 times, written when format 2 began to be compressed.
const GOLDEN: &[u8] = include_bytes!("../golden/format-2-compressed.bin");

type Sevens = (u64, Vec<String>);

fn sevens() -> Sevens {
    (7, vec![String::from("seven"); 600])
}

fn seal<T: Value>(codec: Codec, bounds: Bounds, value: T) -> Vec<u8> {
    let content = content(value);
    let unsealed = Unsealed { key: KEY, content: &content, meta: META, tags: &[*b"a tag's version."] };
    crate::value::seal::seal_as(*b"0123456789abcdef", ValueType::of::<T>(), by(codec), bounds, unsealed).unwrap()
}

#[cfg(not(feature = "compression"))]
mod without_the_feature {
    use super::*;

    #[test]
    fn what_is_compressed_is_a_miss() {
        let opened = open(ValueType::of::<Sevens>(), KEY, GOLDEN, by(Codec::Bincode));
        assert!(matches!(opened, Err(Mismatch::Compressed)), "{opened:?}");
    }

    #[test]
    fn nothing_is_compressed() {
        let bytes = seal(Codec::Bincode, Bounds::new(usize::MAX, 0), sevens());
        assert!(bytes.len() > 3600 && bytes[19] == 0);
    }
}

#[cfg(feature = "compression")]
mod with_the_feature {
    use std::collections::HashMap;

    use proptest::{prelude::*, test_runner::RngSeed};
    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::value::{
        Content, SealError,
        compression::{packed, unpacked},
        effort,
        envelope::{Draft, Header, parse},
        ledger,
        tests::support::{BOUNDS, CODECS, get, value},
    };

    const ABOVE_2_KIB: Bounds = Bounds { stored: usize::MAX, written: 64 << 20, compress_above: 2 << 10 };

    fn is_compressed(bytes: &[u8]) -> bool {
        bytes[19] & 2 != 0
    }

    /// An envelope that is right in everything, around a payload that is said to be compressed.
    fn forge<T: Value>(codec: Codec, payload: &[u8]) -> Vec<u8> {
        let ty = ValueType::of::<T>();
        let writer = ty.coders(Some(codec))[0].unwrap();
        let header = Header {
            version: [7; 16],
            codec: writer.identity.number,
            absent: false,
            compressed: true,
            meta: META,
            shape: ledger::record(ty, writer, 0).fingerprint,
            tags: &[],
        };
        let mut draft = Draft::new(&header);
        draft.payload_mut().extend(payload);
        draft.finish(KEY)
    }

    fn block(length: u32, block: &[u8]) -> Vec<u8> {
        [&length.to_le_bytes(), block].concat()
    }

    #[track_caller]
    fn is_a_lie(payload: &[u8]) {
        let opened = get::<String>(Codec::Bincode, &forge::<String>(Codec::Bincode, payload)).map(drop);
        assert!(matches!(opened, Err(Mismatch::Decompression(_))), "{opened:?}");
    }

    /// The layout, not the block: another release of the compressor may find a shorter one.
    #[test]
    fn format_2_is_compressed_as_it_was() {
        let bytes = seal(Codec::Bincode, ABOVE_2_KIB, sevens());
        assert_eq!((&bytes[..65], &bytes[73..77]), (&GOLDEN[..65], &GOLDEN[73..77]), "{bytes:?}");
        let plain = seal(Codec::Bincode, BOUNDS, sevens());
        assert!(GOLDEN.len() * 10 < plain.len());
        assert_eq!(unpacked(&GOLDEN[73..]).unwrap(), &plain[73..]);
        assert_eq!(get::<Sevens>(Codec::Bincode, GOLDEN).unwrap(), sevens());
    }

    #[test]
    fn what_is_large_and_becomes_clearly_smaller_is_compressed() {
        let noise: Vec<u64> =
            std::iter::successors(Some(1_u64), |n| Some(n.wrapping_mul(0x5851_f42d_4c95_7f2d) + 1)).take(400).collect();
        for codec in CODECS {
            let sizes = |value: String| seal(*codec, ABOVE_2_KIB, value);
            assert!(!is_compressed(&sizes("x".repeat(2000))) && is_compressed(&sizes("x".repeat(2100))));
            assert!(sizes("x".repeat(100_000)).len() < 1000);
            let bytes = seal(*codec, ABOVE_2_KIB, noise.clone());
            assert!(!is_compressed(&bytes), "there is nothing twice in it");
            assert_eq!(get::<Vec<u64>>(*codec, &bytes).unwrap(), noise);
            assert!(!is_compressed(&seal(*codec, BOUNDS, "x".repeat(100_000))));
        }
    }

    #[test]
    fn a_limit_of_what_is_stored_is_one_of_what_is_left() {
        let bounds = Bounds::new(1 << 20, 2 << 10);
        let bytes = seal(Codec::Bincode, bounds, "x".repeat(8 << 20));
        assert!(bytes.len() < 100_000);
        assert_eq!(get::<String>(Codec::Bincode, &bytes).unwrap().len(), 8 << 20);
        let content = content("x".repeat((64 << 20) + 1));
        let unsealed = Unsealed { key: KEY, content: &content, meta: META, tags: &[] };
        let refused = crate::value::seal(ValueType::of::<String>(), by(Codec::Bincode), bounds, unsealed).unwrap_err();
        assert!(matches!(refused, SealError::TooLarge { limit: 0x400_0000, .. }), "{refused:?}");
    }

    #[test]
    fn nothing_there_is_not_compressed() {
        for codec in CODECS {
            let unsealed = Unsealed { key: KEY, content: &Content::Absent, meta: META, tags: &[] };
            let bounds = Bounds::new(usize::MAX, 0);
            let bytes = crate::value::seal(ValueType::of::<u8>(), by(*codec), bounds, unsealed).unwrap();
            assert!(!is_compressed(&bytes));
            let header = Header { compressed: true, ..parse(KEY, &bytes).unwrap().0 };
            let forged = Draft::new(&header).finish(KEY);
            assert!(matches!(get::<u8>(*codec, &forged), Err(Mismatch::Payload(_))));
        }
    }

    #[test]
    fn another_shape_or_version_is_a_miss() {
        for codec in CODECS {
            let bytes = seal(*codec, ABOVE_2_KIB, sevens());
            assert!(is_compressed(&bytes));
            assert!(matches!(get::<(i64, Vec<String>)>(*codec, &bytes), Err(Mismatch::Shape)));
            let mut other = by(*codec);
            other.version = 1;
            let opened = open(ValueType::of::<Sevens>(), KEY, &bytes, other);
            assert!(matches!(opened, Err(Mismatch::Shape)));
        }
    }

    #[test]
    fn every_flipped_bit_and_every_missing_end_is_a_miss() {
        for codec in CODECS {
            let mut bytes = seal(*codec, ABOVE_2_KIB, sevens());
            for bit in 0..bytes.len() * 8 {
                bytes[bit / 8] ^= 1 << (bit % 8);
                assert!(get::<Sevens>(*codec, &bytes).is_err(), "{codec:?}, bit {bit}");
                bytes[bit / 8] ^= 1 << (bit % 8);
            }
            for length in 0..bytes.len() {
                assert!(get::<Sevens>(*codec, &bytes[..length]).is_err(), "{codec:?}, {length} bytes");
            }
        }
    }

    #[test]
    fn blocks_that_are_damaged_before_they_were_sealed_are_a_miss_or_another_text() {
        let text = "a text that repeats itself, ".repeat(100);
        let payload = packed(&seal(Codec::Bincode, BOUNDS, text)[73..]).unwrap();
        for bit in 0..payload.len() * 8 {
            let mut flipped = payload.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            // Other literals are another text; nothing else comes of it.
            let _ = get::<String>(Codec::Bincode, &forge::<String>(Codec::Bincode, &flipped));
        }
        for length in 0..payload.len() {
            is_a_lie(&payload[..length]);
        }
    }

    #[test]
    fn a_length_that_is_a_lie_is_a_miss() {
        let payload = packed(&[b'x'; 3000]).unwrap();
        for length in [0, 1, 2999, 3001, 1 << 20, (64 << 20) - 1, (64 << 20) + 1, u32::MAX] {
            is_a_lie(&block(length, &payload[4..]));
        }
        is_a_lie(&[]);
        is_a_lie(&[0; 3]);
        is_a_lie(&block(0, &[]));
        is_a_lie(&block(9, &[]));
        // A match before the beginning, a match with itself, lengths that end nowhere.
        is_a_lie(&block(100, &[0x14, b'x', 9, 0]));
        is_a_lie(&block(100, &[0x14, b'x', 0, 0]));
        is_a_lie(&block(100, &[0xff; 90]));
    }

    #[test]
    fn nothing_is_reserved_on_the_word_of_a_few_bytes() {
        let measured = allocation_counter::measure(|| {
            for length in [1 << 20, 64 << 20, u32::MAX] {
                is_a_lie(&block(length, &[0; 16]));
            }
        });
        assert!(measured.bytes_max < 64 << 10, "{measured:?}");
    }

    /// Sixty-four bytes for each that is stored, or 64 MiB: compressed or not.
    #[test]
    fn a_bomb_becomes_no_more_than_what_is_not_compressed() {
        type Row = [u128; 32];
        // Two MiB of `None`s, in eight KiB: a GiB.
        let payload = [&[252][..], &(2_u32 << 20).to_le_bytes(), &vec![0; 2 << 20]].concat();
        let bomb = forge::<Vec<Option<Row>>>(Codec::Bincode, &packed(&payload).unwrap());
        assert!(bomb.len() < 10_000);
        let Err(Mismatch::Payload(error)) = get::<Vec<Option<Row>>>(Codec::Bincode, &bomb) else { panic!("believed") };
        assert!(error.reason().to_string().contains("memory"), "{error:?}");
        // As many elements of no size as are said to be there.
        let flood = [&[253][..], &(1_u64 << 30).to_le_bytes(), &vec![0; 2 << 20]].concat();
        let flood = forge::<Vec<()>>(Codec::Bincode, &packed(&flood).unwrap());
        let Err(Mismatch::Payload(error)) = get::<Vec<()>>(Codec::Bincode, &flood) else { panic!("believed") };
        assert!(error.reason().to_string().contains("elements"), "{error:?}");
    }

    #[test]
    fn who_writes_knows_what_would_not_be_read() {
        type Row = [u128; 32];
        // 100 MiB, of a payload of 3 MiB of which nearly nothing would be left.
        let rows: Vec<Option<Row>> = (0..200_000).map(|n| (n % 2 == 0).then_some([1; 32])).collect();
        let bytes = seal(Codec::Bincode, ABOVE_2_KIB, rows.clone());
        assert!(!is_compressed(&bytes));
        assert!(get::<Vec<Option<Row>>>(Codec::Bincode, &bytes).unwrap() == rows);
        let few = rows[..50_000].to_vec();
        let bytes = seal(Codec::Bincode, ABOVE_2_KIB, few.clone());
        assert!(is_compressed(&bytes));
        assert!(get::<Vec<Option<Row>>>(Codec::Bincode, &bytes).unwrap() == few);
        let nothings = vec![(); 4096];
        assert!(get::<Vec<()>>(Codec::Bincode, &seal(Codec::Bincode, ABOVE_2_KIB, nothings)).is_ok());
    }

    #[test]
    fn the_effort_of_opening_counts_what_was_compressed() {
        let bytes = seal(Codec::Bincode, ABOVE_2_KIB, "x".repeat(1 << 20));
        assert!(bytes.len() < 10_000 && (1 << 20..(1 << 20) + 100).contains(&effort(&bytes)));
        let plain = seal(Codec::Bincode, BOUNDS, "x".repeat(5000));
        assert_eq!(effort(&plain), plain.len());
        assert_eq!(effort(&forge::<u8>(Codec::Bincode, &[255; 9])), 64 << 20);
        assert_eq!([effort(b""), effort(&[2; 25]), effort(&[b'V'; 60])], [0, 25, 60]);
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct Record {
        id: u64,
        name: String,
        tags: Vec<String>,
        counts: HashMap<String, u32>,
        next: Option<Box<Record>>,
    }

    fn record() -> impl Strategy<Value = Record> {
        let leaf = (
            any::<u64>(),
            "[a-c]{0,40}",
            prop::collection::vec("[ab]{0,9}", 0..60),
            prop::collection::hash_map("[a-d]{1,3}", any::<u32>(), 0..30),
        );
        leaf.prop_map(|(id, name, tags, counts)| Record { id, name, tags, counts, next: None }).prop_recursive(
            3,
            4,
            1,
            |inner| inner.prop_map(|next| Record { next: Some(Box::new(next.clone())), ..next }),
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            rng_seed: RngSeed::Fixed(1),
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn what_is_compressed_comes_back(record in record(), above in 0..3000_usize) {
            for codec in CODECS {
                let bytes = seal(*codec, Bounds { compress_above: above, ..BOUNDS }, record.clone());
                let read = open(ValueType::of::<Record>(), KEY, &bytes, by(*codec)).unwrap();
                prop_assert_eq!((read.meta, &*read.tags), (META, &[*b"a tag's version."][..]));
                prop_assert_eq!(value::<Record>(read), record.clone());
            }
        }

        #[test]
        fn random_blocks_are_a_miss_or_a_value(length in 0..5000_u32, bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            for codec in CODECS {
                let _ = get::<Vec<String>>(*codec, &forge::<Vec<String>>(*codec, &block(length, &bytes)));
            }
        }
    }
}
