//! The envelope: pinned by a golden file, bound to its key, and sensitive to every bit.

use proptest::{prelude::*, test_runner::RngSeed};

use super::support::{BOUNDS, CODECS, KEY, META, by, content, get, put, seal, value};
use crate::value::{Codec, Content, Mismatch, Unsealed, ValueType, envelope, open, seal::seal_as};

/// Written when format 2 was new. If this test fails, the layout has changed: stored values of running fleets become
/// misses. Then take a new format number and a new golden file.
#[test]
fn format_2_is_what_it_was() {
    let golden: &[u8] = include_bytes!("../golden/format-2.bin");
    let content = content((7_u64, String::from("seven")));
    let unsealed = Unsealed { key: KEY, content: &content, meta: META, tags: &[*b"a tag's version."] };
    let bytes = seal_as(*b"0123456789abcdef", ValueType::of::<(u64, String)>(), by(Codec::Bincode), BOUNDS, unsealed);
    let bytes = bytes.unwrap();
    assert_eq!(bytes, golden, "{bytes:?}");
    let read = open(ValueType::of::<(u64, String)>(), KEY, golden, by(Codec::Bincode)).unwrap();
    assert_eq!((read.meta, &*read.tags), (META, &[*b"a tag's version."][..]));
    assert_eq!(golden[..envelope::BEGINNING], *b"V0123456789abcdef");
    assert_eq!(value::<(u64, String)>(read), (7, "seven".into()));
}

/// Whoever reads an entry without the library does it as the guide says.
#[cfg(feature = "json")]
#[test]
fn the_payload_begins_where_the_guide_says() {
    let guide = include_str!("../../../docs/operating.md");
    for (tags, at) in [(1, 73), (3, 105)] {
        let content = content(String::from("Ada"));
        let unsealed = Unsealed { key: KEY, content: &content, meta: META, tags: &vec![[7; 16]; tags] };
        let bytes = seal_as([0; 16], ValueType::of::<String>(), by(Codec::Json), BOUNDS, unsealed).unwrap();
        assert_eq!(bytes[at..], *br#""Ada""#);
        assert_eq!(usize::from(bytes[48]), tags);
        assert!(guide.contains(&format!("from byte {at}")), "{at}");
    }
    assert!(guide.contains("| 17 | 1 | format: 2 |"));
}

#[test]
fn format_1_is_a_miss() {
    let golden = include_bytes!("../golden/format-1.bin");
    assert!(matches!(get::<(u64, String)>(Codec::Bincode, golden), Err(Mismatch::Format)));
}

#[test]
fn tags_are_kept_in_the_header() {
    let tags = [[1; 16], [2; 16]];
    let header = envelope::Header {
        version: [9; 16],
        codec: 1,
        absent: false,
        compressed: false,
        meta: META,
        shape: 42,
        tags: &tags,
    };
    let mut draft = envelope::Draft::new(&header);
    draft.payload_mut().extend(b"payload");
    assert_eq!(draft.payload(), b"payload");
    let bytes = draft.finish(KEY);
    assert_eq!(envelope::parse(KEY, &bytes).unwrap(), (header, &b"payload"[..]));
}

#[test]
fn long_times_are_not_cut() {
    use std::time::Duration;
    let long = Duration::from_secs(400 * 86_400);
    let meta = crate::value::Meta { ttl: long, retention: long, load_time: Duration::MAX };
    for codec in CODECS {
        let ty = ValueType::of::<u8>();
        let bytes = seal(ty, KEY, &content(1_u8), by(*codec), meta).unwrap();
        let read = open(ty, KEY, &bytes, by(*codec)).unwrap().meta;
        assert_eq!((read.ttl, read.retention), (long, long));
        assert_eq!(read.load_time, Duration::from_millis(u32::MAX.into()));
    }
}

#[test]
fn a_value_of_another_key_is_a_miss() {
    for codec in CODECS {
        let bytes = put(*codec, 1_u8).unwrap();
        for key in ["", "shop:user:8", "shop:user:", "shop:user:7V", "shop:user:77"] {
            let result = open(ValueType::of::<u8>(), key, &bytes, by(*codec));
            assert!(matches!(result, Err(Mismatch::Checksum)), "{key}");
        }
    }
}

#[test]
fn every_flipped_bit_is_a_miss() {
    for codec in CODECS {
        let bytes = put(*codec, String::from("a value")).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(get::<String>(*codec, &flipped).is_err(), "{codec:?}, bit {bit}");
        }
    }
}

#[test]
fn every_missing_end_and_every_added_byte_is_a_miss() {
    for codec in CODECS {
        let mut bytes = put(*codec, String::from("a value")).unwrap();
        for length in 0..bytes.len() {
            assert!(get::<String>(*codec, &bytes[..length]).is_err(), "{codec:?}, {length} bytes");
        }
        bytes.push(0);
        assert!(matches!(get::<String>(*codec, &bytes), Err(Mismatch::Checksum)));
    }
}

#[test]
fn what_is_no_envelope_is_a_miss() {
    for codec in CODECS {
        for bytes in [&b""[..], b"V", b"P", b"17", b"P0123456789abcdef", b"V0123456789abcdef", &[0; 64]] {
            assert!(matches!(get::<u8>(*codec, bytes), Err(Mismatch::NotAnEnvelope)), "{bytes:?}");
        }
    }
}

#[test]
fn a_format_or_a_flag_of_the_future_is_a_miss() {
    for codec in CODECS {
        for (offset, byte) in [(17, 0), (17, 1), (17, 3), (19, 4), (19, 5), (19, 128)] {
            let mut bytes = put(*codec, 1_u8).unwrap();
            bytes[offset] = byte;
            assert!(matches!(get::<u8>(*codec, &bytes), Err(Mismatch::Format)), "{offset}: {byte}");
        }
    }
}

#[test]
fn a_flag_that_was_not_written_is_a_miss() {
    for codec in CODECS {
        for flags in [1, 2, 3] {
            let mut bytes = put(*codec, 1_u8).unwrap();
            bytes[19] = flags;
            assert!(matches!(get::<u8>(*codec, &bytes), Err(Mismatch::Checksum)), "{flags}");
        }
    }
}

#[test]
fn another_version_or_codec_is_a_miss() {
    for codec in CODECS {
        let ty = ValueType::of::<u8>();
        let bytes = put(*codec, 1_u8).unwrap();
        let mut other = by(*codec);
        other.version = 1;
        assert!(matches!(open(ty, KEY, &bytes, other), Err(Mismatch::Shape)));
        for reader in CODECS.iter().filter(|reader| *reader != codec) {
            assert!(matches!(get::<u8>(*reader, &bytes), Err(Mismatch::Codec)));
        }
    }
}

#[test]
fn an_absent_value_with_a_payload_is_a_miss() {
    for codec in CODECS {
        let ty = ValueType::of::<u8>();
        let mut bytes = seal(ty, KEY, &Content::Absent, by(*codec), META).unwrap();
        let header = envelope::parse(KEY, &bytes).unwrap().0;
        let mut draft = envelope::Draft::new(&header);
        draft.payload_mut().push(1);
        let forged = draft.finish(KEY);
        assert!(matches!(get::<u8>(*codec, &forged), Err(Mismatch::Payload(_))));
        bytes.push(1);
        assert!(matches!(get::<u8>(*codec, &bytes), Err(Mismatch::Checksum)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        rng_seed: RngSeed::Fixed(1),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn random_bytes_are_a_miss(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        for codec in CODECS {
            let mut like = b"V0123456789abcdef\x01\x01\x00".to_vec();
            like.extend(&bytes);
            prop_assert!(get::<Vec<String>>(*codec, &bytes).is_err());
            prop_assert!(get::<Vec<String>>(*codec, &like).is_err());
        }
    }
}
