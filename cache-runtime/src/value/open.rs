//! An envelope back into its value, or a mismatch.

use std::borrow::Cow;

use super::{
    Content, Encoding, Mismatch, Opened, ValueType,
    codec::CodecError,
    compression,
    envelope::{self, Header},
    guard::MAX_PAYLOAD,
    ledger,
    value_type::Decoded,
};

/// A header is at most this long, with all the tags it can have.
const MAX_HEADER: usize = 8 << 10;

/// No entry is longer than this.
pub(crate) const LONGEST: usize = MAX_PAYLOAD + MAX_HEADER;

/// About how many bytes have to be gone through to open these, whoever wrote them.
pub(crate) fn effort(bytes: &[u8]) -> usize {
    let payload = envelope::compressed_payload(bytes).map_or(0, compression::claimed);
    bytes.len().max(payload.min(MAX_PAYLOAD))
}

/// Reads the value of `key`.
///
/// Accepts what the codec of `encoding` wrote, and what its fallback wrote for a type that it cannot
/// carry: another process may have found that out before this one.
pub(crate) fn open(ty: &'static ValueType, key: &str, bytes: &[u8], encoding: Encoding) -> Result<Opened, Mismatch> {
    if bytes.len() > LONGEST {
        return Err(Mismatch::TooLarge);
    }
    let (header, payload) = envelope::parse(key, bytes)?;
    let coder = ty
        .coders(encoding.codec)
        .into_iter()
        .flatten()
        .find(|coder| coder.identity.number == header.codec)
        .ok_or(Mismatch::Codec)?;
    let record = ledger::record(ty, coder, encoding.version);
    if header.shape != record.fingerprint {
        return Err(Mismatch::Shape);
    }
    if header.absent {
        return absent(&header, payload);
    }
    let unpacked = if header.compressed { Cow::Owned(compression::unpacked(payload)?) } else { Cow::Borrowed(payload) };
    match coder.decode(&unpacked, payload.len()) {
        Ok(Decoded { value, memory }) => Ok(opened(&header, Content::Value(value), memory)),
        Err(error) => {
            record.doubt();
            Err(Mismatch::Payload(error))
        }
    }
}

fn absent(header: &Header<'_>, payload: &[u8]) -> Result<Opened, Mismatch> {
    if payload.is_empty() && !header.compressed {
        Ok(opened(header, Content::Absent, 0))
    } else {
        Err(Mismatch::Payload(CodecError::new("there are bytes behind an absent value")))
    }
}

fn opened(header: &Header<'_>, content: Content, memory: usize) -> Opened {
    Opened { content, memory, meta: header.meta, tags: header.tags.into() }
}
