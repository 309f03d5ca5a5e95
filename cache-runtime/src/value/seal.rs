//! A value into an envelope, with a codec that is known to bring it back.

use super::{
    Content, Encoding, SealError, Unsealed, ValueType, Version,
    codec::{Failure, Fault},
    envelope::{Draft, Header},
    ledger::{self, Record, Standing},
    value_type::Coder,
};

/// Writes an entry.
///
/// The first value of a type is read back before it is believed. A type that its codec cannot carry
/// is told of once and goes to the fallback of the codec, if there is one, else nowhere.
pub(crate) fn seal(ty: &ValueType, encoding: Encoding, unsealed: Unsealed<'_>) -> Result<Vec<u8>, SealError> {
    let mut version = [0; 16];
    getrandom::fill(&mut version).map_err(SealError::Random)?;
    seal_as(version, ty, encoding, unsealed)
}

/// [`seal`] with the version given.
pub(super) fn seal_as(
    version: Version,
    ty: &ValueType,
    encoding: Encoding,
    unsealed: Unsealed<'_>,
) -> Result<Vec<u8>, SealError> {
    let Unsealed { key, content, meta, tags } = unsealed;
    let coders = ty.coders(encoding.codec);
    if coders.iter().all(Option::is_none) {
        return Err(SealError::NoCodec);
    }
    for coder in coders.into_iter().flatten() {
        let record = ledger::record(ty, coder, encoding.version);
        let header = Header {
            version,
            codec: coder.identity.number,
            absent: matches!(content, Content::Absent),
            meta,
            shape: record.fingerprint,
            tags,
        };
        match write(coder, &record, &header, content) {
            Ok(draft) => return Ok(draft.finish(key)),
            Err(Refusal::Condemned) => {}
            Err(Refusal::Failed(failure)) => match failure.fault {
                Fault::Type => tell_of_type(ty, coder, encoding, &record, &failure),
                Fault::Value => return Err(refuse_value(ty, coder, &record, failure)),
            },
        }
    }
    Err(SealError::Unstorable { type_name: ty.type_name() })
}

enum Refusal {
    /// It is known that there is no use in trying.
    Condemned,
    Failed(Failure),
}

/// Header and payload; believed only if the codec has brought back a value of the type.
fn write(coder: &Coder, record: &Record, header: &Header<'_>, content: &Content) -> Result<Draft, Refusal> {
    let Content::Value(value) = content else {
        // Nothing to encode, so nothing that the codec could do wrong.
        return Ok(Draft::new(header));
    };
    let standing = record.standing();
    if standing == Standing::Condemned {
        return Err(Refusal::Condemned);
    }
    let mut draft = Draft::new(header);
    let written = coder.encode(value, &record.arities, draft.payload_mut()).map_err(Refusal::Failed)?;
    if standing == Standing::OnProbation {
        // What was written kept all the limits, so it is not for being too much that this fails.
        coder.read_back(draft.payload(), written).map_err(|error| Refusal::Failed(Failure::of_type(error)))?;
        record.prove();
    }
    Ok(draft)
}

fn tell_of_type(ty: &ValueType, coder: &Coder, encoding: Encoding, record: &Record, failure: &Failure) {
    if !record.condemn() {
        return;
    }
    let [_, fallback] = ty.coders(encoding.codec);
    let advice = match fallback {
        Some(next) if next.identity != coder.identity => {
            "its values are stored with `msgpack` instead; say so with `codec = msgpack`"
        }
        _ => "its values are not cached; choose another codec with `codec = ..` (`msgpack` carries nearly every type)",
    };
    tracing::warn!(
        r#type = ty.type_name(),
        codec = coder.identity.name,
        reason = %failure.error.reason(),
        "this codec cannot carry this type: {advice}"
    );
}

fn refuse_value(ty: &ValueType, coder: &Coder, record: &Record, failure: Failure) -> SealError {
    if record.refuse_value() {
        tracing::warn!(
            r#type = ty.type_name(),
            codec = coder.identity.name,
            reason = %failure.error.reason(),
            "a value cannot be stored and will be loaded every time; others like it will not be reported"
        );
    }
    SealError::Value { type_name: ty.type_name(), source: failure.error }
}
