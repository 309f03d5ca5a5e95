//! A codec of the user's own, honest or not.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::support::{KEY, META, content, on_small_stack, seal, value};
use crate::value::{AnyValue, CodecError, CustomCodec, Encoding, Mismatch, SealError, ValueType, open};

const NO_CODEC: Encoding = Encoding { codec: None, version: 0 };

struct Text;

impl CustomCodec for Text {
    const NAME: &'static str = "text";
    const HUMAN_READABLE: bool = true;

    fn encode<T: Serialize>(value: &T, out: &mut Vec<u8>) -> Result<(), CodecError> {
        // Not the end of `out`, but all of it: careless, and harmless.
        *out = serde_json::to_vec(value).map_err(CodecError::new)?;
        Ok(())
    }

    fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CodecError> {
        let mut deserializer = serde_json::Deserializer::from_slice(bytes);
        T::deserialize(&mut deserializer).map_err(CodecError::new)
    }
}

/// Forgets what it is given.
struct Lossy;

impl CustomCodec for Lossy {
    const NAME: &'static str = "lossy";

    fn encode<T: Serialize>(_: &T, _: &mut Vec<u8>) -> Result<(), CodecError> {
        Ok(())
    }

    fn decode<T: DeserializeOwned>(_: &[u8]) -> Result<T, CodecError> {
        Err(CodecError::new("forgotten"))
    }
}

#[test]
fn comes_back_whatever_codec_the_call_names() {
    let ty = ValueType::with_codec::<Vec<u8>, Text>();
    let bytes = seal(ty, KEY, &content(vec![1_u8, 2]), NO_CODEC, META).unwrap();
    assert!(bytes.ends_with(b"[1,2]"));
    for codec in std::iter::once(None).chain(super::support::CODECS.iter().copied().map(Some)) {
        let opened = open(ty, KEY, &bytes, Encoding { codec, version: 0 }).unwrap();
        assert_eq!(value::<Vec<u8>>(opened), [1, 2]);
    }
}

#[test]
fn another_codec_of_a_user_is_another_shape() {
    let bytes = seal(ValueType::with_codec::<u8, Text>(), KEY, &content(1_u8), NO_CODEC, META).unwrap();
    let result = open(ValueType::with_codec::<u8, Lossy>(), KEY, &bytes, NO_CODEC);
    assert!(matches!(result, Err(Mismatch::Shape)));
    let result = open(ValueType::of::<u8>(), KEY, &bytes, NO_CODEC);
    assert!(matches!(result, Err(Mismatch::Codec)));
}

#[test]
fn a_codec_that_does_not_bring_values_back_is_not_believed() {
    let ty = ValueType::with_codec::<u8, Lossy>();
    for _ in 0..2 {
        let result = seal(ty, KEY, &content(1_u8), NO_CODEC, META);
        assert!(matches!(result, Err(SealError::Unstorable { .. })));
    }
}

#[test]
fn the_limits_hold_for_it_too() {
    #[derive(Debug, Clone, Serialize, Deserialize)]
    struct Deep(Option<Box<Deep>>);

    on_small_stack(2 << 20, || {
        let deep = (0..200).fold(Deep(None), |deep, _| Deep(Some(Box::new(deep))));
        let ty = ValueType::with_codec::<Deep, Text>();
        let result = seal(ty, KEY, &content(deep), NO_CODEC, META);
        assert!(matches!(result, Err(SealError::Value { .. })));
    });
}

#[test]
fn without_any_codec_nothing_is_stored() {
    let result = seal(ValueType::of::<u8>(), KEY, &content(1_u8), NO_CODEC, META);
    assert!(matches!(result, Err(SealError::NoCodec)));
}

#[test]
fn a_value_of_another_type_is_refused() {
    let ty = ValueType::with_codec::<u8, Text>();
    let value: AnyValue = std::sync::Arc::new("not a number");
    let result = seal(ty, KEY, &crate::value::Content::Value(value), NO_CODEC, META);
    assert!(matches!(result, Err(SealError::Value { .. })));
}

#[test]
fn an_error_of_a_codec_keeps_its_reason() {
    use std::error::Error;
    let error = CodecError::new(CodecError::new("the reason"));
    assert_eq!(error.source().unwrap().to_string(), "the reason");
    assert_eq!(error.to_string(), "the codec could not convert the value");
}
