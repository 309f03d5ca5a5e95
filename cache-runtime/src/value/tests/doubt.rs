//! A value that does not come back, of a type of which others did: it counts for itself only.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, Unexpected},
};

use super::{
    support::{get, put},
    told::told,
};
use crate::value::{Codec, Mismatch, SealError, Value, ValueType};

/// Written twice, the second time with a sign if it is odd. Bincode writes that otherwise, and does not say so.
#[derive(Debug, Clone, PartialEq)]
struct Loose(u32);

impl Serialize for Loose {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_multiple_of(2) {
            (self.0, self.0).serialize(serializer)
        } else {
            (self.0, i64::from(self.0)).serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (number, again) = <(u32, u32)>::deserialize(deserializer)?;
        if number == again { Ok(Self(number)) } else { Err(D::Error::custom("they differ")) }
    }
}

/// Written whatever it is, but read only if it is even.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Even(u32);

impl<'de> Deserialize<'de> for Even {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u32::deserialize(deserializer)?;
        if number.is_multiple_of(2) {
            Ok(Self(number))
        } else {
            Err(D::Error::invalid_value(Unexpected::Unsigned(number.into()), &"an even number"))
        }
    }
}

/// Its first variant is fine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum LaterUntagged {
    Fine,
    Other(Untagged),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Number(u32),
    Text(String),
}

/// The codec that a value was written with: its own, or the fallback.
#[track_caller]
fn goes_by_bincode<T: Value + PartialEq + fmt::Debug>(value: &T) {
    let bytes = put(Codec::Bincode, value.clone()).unwrap();
    assert_eq!(bytes[18], 1, "written with bincode");
    assert_eq!(&get::<T>(Codec::Bincode, &bytes).unwrap(), value);
}

#[track_caller]
fn goes_elsewhere<T: Value + PartialEq + fmt::Debug>(value: &T) {
    let result = put(Codec::Bincode, value.clone());
    if cfg!(feature = "msgpack") {
        let bytes = result.unwrap();
        assert_eq!(bytes[18], 4, "written with msgpack, on behalf of bincode");
        assert_eq!(&get::<T>(Codec::Bincode, &bytes).unwrap(), value);
    } else {
        assert!(matches!(result, Err(SealError::Value { .. })), "{result:?}");
    }
}

#[test]
fn a_kind_of_value_that_does_not_come_back_is_found_out_when_it_is_read() {
    goes_by_bincode(&Loose(2));
    let bytes = put(Codec::Bincode, Loose(3)).unwrap();
    assert!(matches!(get::<Loose>(Codec::Bincode, &bytes), Err(Mismatch::Payload(_))));

    let lines = told(|| {
        for _ in 0..2 {
            goes_elsewhere(&Loose(3));
            goes_elsewhere(&Loose(5));
            goes_by_bincode(&Loose(4));
        }
    });
    assert_eq!(lines.len(), 1, "{lines:#?}");
    assert!(
        lines[0].contains(ValueType::of::<Loose>().type_name())
            && lines[0].contains("did not come back") == cfg!(feature = "msgpack")
    );
}

#[test]
fn a_variant_that_does_not_come_back_is_found_out_when_it_is_first_written() {
    goes_by_bincode(&LaterUntagged::Fine);
    let lines = told(|| {
        for _ in 0..2 {
            goes_elsewhere(&LaterUntagged::Other(Untagged::Number(1)));
            goes_by_bincode(&LaterUntagged::Fine);
        }
    });
    assert_eq!(lines.len(), 1, "{lines:#?}");
}

#[test]
fn what_is_in_an_option_or_a_list_is_looked_at_when_there_is_something() {
    goes_by_bincode(&None::<Untagged>);
    goes_elsewhere(&Some(Untagged::Number(1)));
    goes_by_bincode(&Vec::<Untagged>::new());
    goes_elsewhere(&vec![Untagged::Text("x".into())]);
    goes_by_bincode(&(1_u8, vec![(Some(2_u8), None::<Untagged>)]));
    goes_elsewhere(&(1_u8, vec![(Some(2_u8), Some(Untagged::Number(1)))]));
    goes_by_bincode(&std::collections::BTreeMap::from([(1_u8, LaterUntagged::Fine)]));
    goes_elsewhere(&std::collections::BTreeMap::from([(1_u8, LaterUntagged::Other(Untagged::Number(1)))]));
}

/// No codec brings it back, and none is blamed for it.
#[test]
fn a_row_that_its_type_refuses_is_refused_alone() {
    goes_by_bincode(&Even(2));
    let bytes = put(Codec::Bincode, Even(3)).unwrap();
    assert!(get::<Even>(Codec::Bincode, &bytes).is_err());
    let lines = told(|| {
        for _ in 0..2 {
            assert!(matches!(put(Codec::Bincode, Even(3)), Err(SealError::Value { .. })));
            goes_by_bincode(&Even(4));
        }
    });
    assert_eq!(lines.len(), 1, "{lines:#?}");
    assert!(lines[0].contains("an even number") && lines[0].contains("loaded every time"), "{lines:#?}");
}

/// A field is left out, which is seen while the value is written, whatever came back before.
#[test]
fn a_type_that_cannot_be_written_is_condemned_although_it_is_doubted() {
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct Row {
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<u8>,
        even: Even,
    }
    goes_by_bincode(&Row { name: Some(1), even: Even(2) });
    let bytes = put(Codec::Bincode, Row { name: Some(1), even: Even(3) }).unwrap();
    assert!(get::<Row>(Codec::Bincode, &bytes).is_err());
    drop(put(Codec::Bincode, Row { name: None, even: Even(2) }));
    let result = put(Codec::Bincode, Row { name: Some(1), even: Even(2) });
    assert_eq!(result.is_ok(), cfg!(feature = "msgpack"));
    assert!(result.is_ok_and(|bytes| bytes[18] == 4) || cfg!(not(feature = "msgpack")));
}
