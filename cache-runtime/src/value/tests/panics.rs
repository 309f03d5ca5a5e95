//! Code of the value's type may panic; nobody notices.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::support::{CODECS, get, get_forged, put};
use crate::value::{Mismatch, SealError};

#[derive(Debug, Clone, PartialEq)]
struct Moody(u8);

impl Serialize for Moody {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        assert!(self.0 != 13, "not thirteen");
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Moody {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u8::deserialize(deserializer)?;
        assert!(number != 13, "not thirteen");
        Ok(Self(number))
    }
}

#[test]
fn a_panic_while_reading_is_a_mismatch() {
    for codec in CODECS {
        let payload: &[u8] = if codec.name() == "json" { b"13" } else { &[13] };
        let Err(Mismatch::Payload(error)) = get_forged::<Moody>(*codec, payload) else {
            panic!("believed");
        };
        assert_eq!(error.reason().to_string(), "it panicked: not thirteen");
    }
}

#[test]
fn a_panic_while_writing_is_the_fault_of_the_value() {
    for codec in CODECS {
        assert!(matches!(put(*codec, Moody(13)), Err(SealError::Value { .. })));
        let bytes = put(*codec, Moody(12)).unwrap();
        assert_eq!(get::<Moody>(*codec, &bytes).unwrap(), Moody(12));
    }
}

#[derive(Debug, Clone, Serialize)]
struct NeverRead;

impl<'de> Deserialize<'de> for NeverRead {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        panic!("cannot be read")
    }
}

#[test]
fn a_type_that_only_panics_is_refused() {
    for codec in CODECS {
        assert!(matches!(put(*codec, NeverRead), Err(SealError::Unstorable { .. })));
    }
}
