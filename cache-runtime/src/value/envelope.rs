//! The byte layout of a stored value, and its only owner.
//!
//! ```text
//! offset   bytes  field
//!      0       1  state: `V` (a lease has another letter here)
//!      1      16  version: random, fresh for every fill
//!     17       1  format: 2
//!     18       1  codec
//!     19       1  flags: bit 0 the value is absent; bit 1 the payload is compressed
//!     20       8  ttl in ms
//!     28       8  retention in ms: how long past its ttl the entry is kept
//!     36       4  load time in ms, at most 49 days
//!     40       8  shape fingerprint
//!     48       1  number of tags, n
//!     49    16 n  the bytes each tag had before the load
//! 49+16n       8  checksum: xxh3 of the key's length, the key, everything above and the payload
//! 57+16n     ...  payload: the codec's bytes; empty when the value is absent; as `compression` writes them if they are
//!                 compressed, and the checksum is of that
//! ```
//!
//! Numbers are little endian. A change of the layout is a new format number and a new golden file.

use std::time::Duration;

use arrayvec::ArrayVec;
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use super::{Meta, Mismatch, Version};

/// So many bytes at the beginning, state and version, tell one fill from every other one.
pub(crate) const BEGINNING: usize = 17;

const STATE: u8 = b'V';
const FORMAT: u8 = 2;
const ABSENT: u8 = 1;
const COMPRESSED: u8 = 2;
const FLAGS_AT: usize = 19;
const LENGTH_WITHOUT_TAGS: usize = 57;

/// So few bytes are hashed sooner in one piece, although they have to be put together for that.
const FEW: usize = 512;

/// Everything in front of the payload, except the checksum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header<'a> {
    pub(super) version: Version,
    pub(super) codec: u8,
    pub(super) absent: bool,
    pub(super) compressed: bool,
    pub(super) meta: Meta,
    pub(super) shape: u64,
    pub(super) tags: &'a [Version],
}

/// An envelope whose payload is still being written.
#[derive(Debug)]
pub(super) struct Draft {
    bytes: Vec<u8>,
    header_end: usize,
}

impl Draft {
    /// Writes the header. There is room for 255 tags, and those beyond are not written: a reader that
    /// looks for them misses.
    pub(super) fn new(header: &Header<'_>) -> Self {
        let tags = header.tags.iter().take(usize::from(u8::MAX));
        let mut bytes = Vec::with_capacity(LENGTH_WITHOUT_TAGS + tags.len() * 16 + 64);
        bytes.push(STATE);
        bytes.extend(header.version);
        let flags = (u8::from(header.absent) * ABSENT) | (u8::from(header.compressed) * COMPRESSED);
        bytes.extend([FORMAT, header.codec, flags]);
        bytes.extend(milliseconds(header.meta.ttl).to_le_bytes());
        bytes.extend(milliseconds(header.meta.retention).to_le_bytes());
        bytes.extend(saturate(milliseconds(header.meta.load_time)).to_le_bytes());
        bytes.extend(header.shape.to_le_bytes());
        bytes.push(u8::try_from(tags.len()).unwrap_or(u8::MAX));
        bytes.extend(tags.flatten());
        let header_end = bytes.len();
        bytes.extend([0; size_of::<u64>()]);
        Self { bytes, header_end }
    }

    /// Where the payload is to be appended.
    pub(super) fn payload_mut(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// The same header around the payload in its compressed form.
    pub(super) fn compressed(&self, payload: &[u8]) -> Self {
        let header = self.bytes.get(..self.header_end).unwrap_or_default();
        let mut bytes = Vec::with_capacity(header.len() + size_of::<u64>() + payload.len());
        bytes.extend(header);
        if let Some(flags) = bytes.get_mut(FLAGS_AT) {
            *flags |= COMPRESSED;
        }
        bytes.extend([0; size_of::<u64>()]);
        bytes.extend(payload);
        Self { bytes, header_end: self.header_end }
    }

    /// How many bytes there are, the header among them.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// What has been appended.
    pub(super) fn payload(&self) -> &[u8] {
        self.bytes.get(self.header_end + size_of::<u64>()..).unwrap_or_default()
    }

    /// Binds header and payload to the key.
    pub(super) fn finish(mut self, key: &str) -> Vec<u8> {
        if let Some((header, rest)) = self.bytes.split_at_mut_checked(self.header_end)
            && let Some((sum, payload)) = rest.split_first_chunk_mut()
        {
            *sum = checksum(key, header, payload).to_le_bytes();
        }
        self.bytes
    }
}

/// Whether this is how a stored value begins, of whatever format.
pub(crate) fn is_envelope(beginning: &[u8]) -> bool {
    beginning.len() >= BEGINNING && beginning.first() == Some(&STATE)
}

/// The payload of what looks like an envelope with a compressed one. Nothing of it is believed yet.
pub(super) fn compressed_payload(bytes: &[u8]) -> Option<&[u8]> {
    let is_compressed = bytes.get(FLAGS_AT)? & COMPRESSED != 0;
    let tags = usize::from(*bytes.get(LENGTH_WITHOUT_TAGS - size_of::<u64>() - 1)?);
    bytes.get(LENGTH_WITHOUT_TAGS + tags * 16..).filter(|_| is_compressed && is_envelope(bytes))
}

/// Takes an envelope apart, and believes none of it before the checksum fits.
pub(super) fn parse<'a>(key: &str, bytes: &'a [u8]) -> Result<(Header<'a>, &'a [u8]), Mismatch> {
    let mut rest = bytes;
    if take(&mut rest)? != [STATE] {
        return Err(Mismatch::NotAnEnvelope);
    }
    let version = take(&mut rest)?;
    let [format, codec, flags] = take(&mut rest)?;
    if format != FORMAT || flags & !(ABSENT | COMPRESSED) != 0 {
        return Err(Mismatch::Format);
    }
    let ttl = Duration::from_millis(u64::from_le_bytes(take(&mut rest)?));
    let retention = Duration::from_millis(u64::from_le_bytes(take(&mut rest)?));
    let load_time = Duration::from_millis(u32::from_le_bytes(take(&mut rest)?).into());
    let shape = u64::from_le_bytes(take(&mut rest)?);
    let [tag_count] = take(&mut rest)?;
    let (tags, after_tags) = rest.split_at_checked(usize::from(tag_count) * 16).ok_or(Mismatch::NotAnEnvelope)?;

    let mut payload = after_tags;
    let sum = u64::from_le_bytes(take(&mut payload)?);
    let header = bytes.get(..bytes.len() - after_tags.len()).unwrap_or_default();
    if sum != checksum(key, header, payload) {
        return Err(Mismatch::Checksum);
    }
    let header = Header {
        version,
        codec,
        absent: flags & ABSENT != 0,
        compressed: flags & COMPRESSED != 0,
        meta: Meta { ttl, retention, load_time },
        shape,
        tags: tags.as_chunks().0,
    };
    Ok((header, payload))
}

/// The next `N` bytes.
fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], Mismatch> {
    let (head, tail) = rest.split_first_chunk().ok_or(Mismatch::NotAnEnvelope)?;
    *rest = tail;
    Ok(*head)
}

/// The length goes first, so that no end of a key can pass for the beginning of a header.
fn checksum(key: &str, header: &[u8], payload: &[u8]) -> u64 {
    let length = (key.len() as u64).to_le_bytes();
    let parts = [&length[..], key.as_bytes(), header, payload];
    let mut whole = ArrayVec::<u8, FEW>::new();
    if parts.iter().all(|part| whole.try_extend_from_slice(part).is_ok()) {
        return xxh3_64(&whole);
    }
    let mut hash = Xxh3::new();
    for part in parts {
        hash.update(part);
    }
    hash.digest()
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn saturate(milliseconds: u64) -> u32 {
    u32::try_from(milliseconds).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_all_parts_in_a_row_however_long_they_are() {
        let (key, header) = ("user:7", [b'V'; 49]);
        for length in (0..2 * FEW).chain([100_000]) {
            let payload = b"some payload".repeat(length.div_ceil(12))[..length].to_vec();
            let whole = [&6_u64.to_le_bytes()[..], key.as_bytes(), &header, &payload].concat();
            assert_eq!(checksum(key, &header, &payload), xxh3_64(&whole), "{length} bytes");
        }
    }
}
