//! Short ways to seal, to open and to forge.

use std::{sync::Arc, time::Duration};

use crate::value::{
    Bounds, Codec, Content, Encoding, Meta, Mismatch, Opened, SealError, Unsealed, Value, ValueType,
    envelope::{Draft, Header},
    ledger, open,
};

pub(super) const KEY: &str = "shop:user:7";

pub(super) const META: Meta =
    Meta { ttl: Duration::from_secs(60), retention: Duration::from_secs(30), load_time: Duration::from_millis(12) };

/// Nothing is compressed, and only the longest payload is a limit.
pub(super) const BOUNDS: Bounds = Bounds { stored: usize::MAX, written: 64 << 20, compress_above: usize::MAX };

/// All codecs that are compiled in.
pub(super) const CODECS: &[Codec] = &[
    Codec::Bincode,
    #[cfg(feature = "json")]
    Codec::Json,
    #[cfg(feature = "msgpack")]
    Codec::Msgpack,
];

pub(super) fn by(codec: Codec) -> Encoding {
    Encoding { codec: Some(codec), version: 0 }
}

pub(super) fn content<T: Value>(value: T) -> Content {
    Content::Value(Arc::new(value))
}

/// Seals without tags.
pub(super) fn seal(
    ty: &'static ValueType,
    key: &str,
    content: &Content,
    encoding: Encoding,
    meta: Meta,
) -> Result<Vec<u8>, SealError> {
    crate::value::seal(ty, encoding, BOUNDS, Unsealed { key, content, meta, tags: &[] })
}

pub(super) fn put<T: Value>(codec: Codec, value: T) -> Result<Vec<u8>, SealError> {
    seal(ValueType::of::<T>(), KEY, &content(value), by(codec), META)
}

pub(super) fn get<T: Value>(codec: Codec, bytes: &[u8]) -> Result<T, Mismatch> {
    open(ValueType::of::<T>(), KEY, bytes, by(codec)).map(value)
}

/// The value of something opened.
pub(super) fn value<T: Value>(opened: Opened) -> T {
    match opened.content {
        Content::Value(value) => value.downcast_ref::<T>().unwrap().clone(),
        Content::Absent => panic!("the value is absent"),
    }
}

/// An envelope that is right in everything, around a payload that nobody wrote.
pub(super) fn forge<T: Value>(codec: Codec, payload: &[u8]) -> Vec<u8> {
    let ty = ValueType::of::<T>();
    let writer = ty.coders(Some(codec))[0].unwrap();
    let mut draft = Draft::new(&Header {
        version: [7; 16],
        codec: writer.identity.number,
        absent: false,
        compressed: false,
        meta: META,
        shape: ledger::record(ty, writer, 0).fingerprint,
        tags: &[],
    });
    draft.payload_mut().extend(payload);
    draft.finish(KEY)
}

/// Opens a forgery.
pub(super) fn get_forged<T: Value>(codec: Codec, payload: &[u8]) -> Result<T, Mismatch> {
    get(codec, &forge::<T>(codec, payload))
}

/// Runs `test` where stack is short.
pub(super) fn on_small_stack(bytes: usize, test: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(bytes).spawn(test).unwrap().join().unwrap();
}
