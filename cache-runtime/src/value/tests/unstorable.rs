//! Types that a codec cannot carry: found out with the first value, told once, never in silence.

use std::{collections::HashMap, fmt};

use serde::{Deserialize, Serialize};

use super::{
    support::{get, put},
    told::told,
};
use crate::value::{Codec, SealError, Value};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Page {
    number: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Flattened {
    #[serde(flatten)]
    page: Page,
    #[serde(flatten)]
    rest: HashMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Number(u32),
    Text(String),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Tagged {
    Page(Page),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value")]
enum Adjacent {
    Page(Page),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Skipping {
    #[serde(skip_serializing_if = "Option::is_none")]
    x: Option<String>,
    y: String,
    z: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum SkippingVariant {
    Fields {
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        list: Vec<u8>,
    },
}

/// Its first variant is fine.
#[cfg(any(feature = "json", feature = "msgpack"))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum LaterUntagged {
    Fine,
    Other(Untagged),
}
#[track_caller]
fn bincode_hands_over<T: Value + PartialEq + fmt::Debug>(value: &T) {
    let lines = told(|| {
        for _ in 0..3 {
            let result = put(Codec::Bincode, value.clone());
            if cfg!(feature = "msgpack") {
                let bytes = result.unwrap();
                assert_eq!(bytes[18], 4, "it is written with msgpack, on behalf of bincode");
                assert_eq!(&get::<T>(Codec::Bincode, &bytes).unwrap(), value);
            } else {
                assert!(matches!(result, Err(SealError::Unstorable { .. })), "{result:?}");
            }
        }
    });
    assert_eq!(lines.len(), 1, "{lines:#?}");
    assert!(lines[0].contains(std::any::type_name::<T>()) && lines[0].contains("bincode"));
}
#[test]
fn what_bincode_cannot_carry() {
    let page = Page { number: 1 };
    bincode_hands_over(&Flattened { page: page.clone(), rest: HashMap::new() });
    bincode_hands_over(&Untagged::Text("x".into()));
    bincode_hands_over(&Tagged::Page(page.clone()));
    bincode_hands_over(&Adjacent::Page(page));
    bincode_hands_over(&serde_json::json!({ "a": [1, "b"] }));
    bincode_hands_over(&Skipping { x: None, y: "\u{1}".into(), z: vec![0, 0] });
    bincode_hands_over(&SkippingVariant::Fields { list: vec![] });
}
#[test]
fn a_field_that_is_only_sometimes_left_out() {
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct Sometimes {
        #[serde(skip_serializing_if = "Option::is_none")]
        nickname: Option<String>,
        y: String,
    }
    let with = Sometimes { nickname: Some("x".into()), y: "y".into() };
    let without = Sometimes { nickname: None, y: "y".into() };

    let early = put(Codec::Bincode, with.clone()).unwrap();
    let lines = told(|| {
        let _ = put(Codec::Bincode, without.clone());
        let _ = put(Codec::Bincode, with.clone());
    });
    assert_eq!(lines.len(), 1, "{lines:#?}");
    assert!(lines[0].contains("`nickname`"), "the field is named: {lines:#?}");
    assert_eq!(get::<Sometimes>(Codec::Bincode, &early).unwrap(), with, "what was written is still read");
    assert_eq!(put(Codec::Bincode, with).is_ok(), cfg!(feature = "msgpack"));
}
/// One field is written less than is read, and without a word about it.
#[test]
fn fields_that_are_never_written() {
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct Account {
        id: u8,
        #[serde(skip_serializing, default)]
        password: u8,
        #[serde(alias = "names", alias = "nom")]
        name: String,
    }
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct Pair(#[serde(skip_serializing_if = "Option::is_none")] Option<u8>, Vec<u8>);
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    enum Message {
        Text(String),
        Secret {
            #[serde(skip_serializing, default)]
            key: u8,
            list: Vec<u8>,
        },
    }
    fn found_out<T: Value>(harmless: T, harmful: T) {
        assert_eq!(put(Codec::Bincode, harmless).unwrap()[18], 1);
        let lines = told(|| drop(put(Codec::Bincode, harmful)));
        assert!(lines[0].contains("skip_serializing"), "{lines:#?}");
    }

    let account = Account { id: 1, password: 2, name: "x".into() };
    found_out(vec![], vec![account]);
    found_out(Pair(Some(1), vec![]), Pair(None, vec![1, 1, 1]));
    let secret = Message::Secret { key: 1, list: vec![1, 0] };
    found_out(Message::Text("x".into()), secret);
}

#[test]
fn a_type_that_is_read_as_other_primitives_than_it_is_written_as() {
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(into = "u64", from = "i64")]
    struct Id(u64);
    impl From<Id> for u64 {
        fn from(id: Id) -> Self {
            id.0
        }
    }
    impl From<i64> for Id {
        fn from(id: i64) -> Self {
            Self(id.cast_unsigned())
        }
    }
    bincode_hands_over(&Id(5));
}

#[test]
fn a_variant_that_is_skipped_does_not_shift_the_others() {
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    enum Status {
        Active,
        #[serde(skip)]
        #[expect(dead_code, reason = "as in a program that computes it")]
        Unknown,
        Suspended,
        Deleted(u8),
    }
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    enum Alias {
        #[serde(alias = "c", alias = "d")]
        A,
        B,
    }
    for alias in [Alias::A, Alias::B] {
        let bytes = put(Codec::Bincode, alias.clone()).unwrap();
        assert_eq!((bytes[18], get::<Alias>(Codec::Bincode, &bytes).unwrap()), (1, alias));
    }
    for status in [Status::Active, Status::Suspended, Status::Deleted(1)] {
        if let Ok(bytes) = put(Codec::Bincode, status.clone()) {
            assert_eq!(get::<Status>(Codec::Bincode, &bytes).unwrap(), status);
        }
    }
}

/// A struct that one release wrote may have aliases in the next; they are no fields.
#[test]
fn aliases_are_not_fields() {
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct Renamed {
        #[serde(alias = "b", alias = "c")]
        a: u8,
    }
    let lines = told(|| assert_eq!(put(Codec::Bincode, Renamed { a: 1 }).unwrap()[18], 1));
    assert!(lines.is_empty());
}

#[cfg(feature = "json")]
#[test]
fn json_cannot_have_a_struct_for_a_key() {
    let map = HashMap::from([((1_u8, 2_u8), 3_u8)]);
    let lines = told(|| {
        for _ in 0..2 {
            let result = put(Codec::Json, map.clone());
            assert!(matches!(result, Err(SealError::Unstorable { .. })));
        }
    });
    assert_eq!(lines.len(), 1);
}

#[cfg(unix)]
#[test]
fn a_value_that_refuses_itself_is_told_of_once_and_condemns_nobody() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt, path::PathBuf};

    for codec in super::support::CODECS {
        let not_text = PathBuf::from(OsStr::from_bytes(&[0xff]));
        let lines = told(|| {
            for _ in 0..2 {
                assert!(matches!(put(*codec, not_text.clone()), Err(SealError::Value { .. })));
            }
            assert!(put(*codec, PathBuf::from("x")).is_ok());
        });
        assert_eq!(lines.len(), 1, "{lines:#?}");
    }
}

#[cfg(any(feature = "json", feature = "msgpack"))]
#[test]
fn codecs_with_names_carry_them_all() {
    fn comes_back<T: Value + PartialEq + fmt::Debug>(value: &T) {
        for codec in super::support::CODECS.iter().filter(|codec| codec.name() != "bincode") {
            let bytes = put(*codec, value.clone()).unwrap();
            assert_eq!(&get::<T>(*codec, &bytes).unwrap(), value);
        }
    }
    let page = Page { number: 1 };
    comes_back(&Flattened { page: page.clone(), rest: HashMap::from([("a".into(), "b".into())]) });
    comes_back(&Untagged::Text("x".into()));
    comes_back(&Tagged::Page(page.clone()));
    comes_back(&Adjacent::Page(page));
    comes_back(&serde_json::json!({ "a": [1, "b", null] }));
    comes_back(&Skipping { x: None, y: "\u{1}".into(), z: vec![0, 0] });
    comes_back(&SkippingVariant::Fields { list: vec![] });
    comes_back(&LaterUntagged::Other(Untagged::Number(1)));
}
