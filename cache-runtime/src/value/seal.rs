//! A value into an envelope, with a codec that is known to bring it back.

use super::{
    Bounds, Content, Encoding, SealError, Unsealed, ValueType, Version,
    codec::{CodecError, Failure, Fault},
    compression,
    envelope::{Draft, Header},
    guard::{Sink, Written},
    ledger::{self, Record, Standing},
    value_type::Coder,
};

/// Writes an entry.
///
/// The first value of a type is read back before it is believed, and so is one that goes where none has been. A type
/// that its codec cannot carry is told of once and goes to the fallback of the codec, if there is one, else nowhere;
/// so does a single value that does not come back, of a type that others came back of.
///
/// What passes a bound is refused, and encoding it stops there.
pub(crate) fn seal(
    ty: &'static ValueType,
    encoding: Encoding,
    bounds: Bounds,
    unsealed: Unsealed<'_>,
) -> Result<Vec<u8>, SealError> {
    let mut version = [0; 16];
    getrandom::fill(&mut version).map_err(SealError::Random)?;
    seal_as(version, ty, encoding, bounds, unsealed)
}

/// [`seal`] with the version given.
pub(super) fn seal_as(
    version: Version,
    ty: &'static ValueType,
    encoding: Encoding,
    bounds: Bounds,
    unsealed: Unsealed<'_>,
) -> Result<Vec<u8>, SealError> {
    let Unsealed { key, content, meta, tags } = unsealed;
    let coders = ty.coders(encoding.codec);
    if coders.iter().all(Option::is_none) {
        return Err(SealError::NoCodec);
    }
    let mut astray: Option<(&Coder, &'static Record, CodecError)> = None;
    for coder in coders.into_iter().flatten() {
        let record = ledger::record(ty, coder, encoding.version);
        let header = Header {
            version,
            codec: coder.identity.number,
            absent: matches!(content, Content::Absent),
            compressed: false,
            meta,
            shape: record.fingerprint,
            tags,
        };
        match write(coder, record, &header, (content, bounds), astray.is_some()) {
            Ok(draft) => {
                if draft.len() > bounds.stored {
                    return Err(too_large(ty, draft.len(), bounds.stored));
                }
                if let Some((first, record, error)) = &astray {
                    tell_of_value(
                        ty,
                        first,
                        record,
                        error,
                        "a value did not come back and is stored with `msgpack` instead",
                    );
                }
                return Ok(draft.finish(key));
            }
            Err(Refusal::Condemned) => {}
            Err(Refusal::Astray(error)) => astray = Some((coder, record, error)),
            Err(Refusal::Failed(failure)) => match failure.fault {
                Fault::Type => tell_of_type(ty, coder, encoding, record, &failure),
                Fault::Size => return Err(too_large(ty, bounds.written.saturating_add(1), bounds.written)),
                Fault::Value => return Err(refuse_value(ty, coder, record, failure.error)),
            },
        }
    }
    Err(match astray {
        Some((last, record, error)) => refuse_value(ty, last, record, error),
        None => SealError::Unstorable { type_name: ty.type_name() },
    })
}

enum Refusal {
    /// It is known that there is no use in trying.
    Condemned,
    /// This one value did not come back.
    Astray(CodecError),
    Failed(Failure),
}

/// Header and payload; believed only if the codec has brought back values like this one.
///
/// A `suspect` has not come back from another codec: if it does not from this one, that says nothing of the type.
fn write(
    coder: &Coder,
    record: &Record,
    header: &Header<'_>,
    (content, bounds): (&Content, Bounds),
    suspect: bool,
) -> Result<Draft, Refusal> {
    let Content::Value(value) = content else {
        // Nothing to encode, so nothing that the codec could do wrong.
        return Ok(Draft::new(header));
    };
    if record.standing() == Standing::Condemned {
        return Err(Refusal::Condemned);
    }
    let mut draft = Draft::new(header);
    let mut sink = Sink::new(draft.payload_mut(), bounds.written);
    let written = coder.encode(value, &record.arities, &mut sink).map_err(Refusal::Failed)?;
    if suspect || record.must_read_back(&written) {
        let payload = draft.payload();
        coder.read_back(payload, payload.len(), &written).map_err(|failure| lost(record, failure, suspect))?;
        record.prove(&written);
    }
    if draft.payload().len() > bounds.compress_above
        && let Some(compressed) = compressed(coder, record, &draft, &written)
    {
        return Ok(compressed);
    }
    Ok(draft)
}

/// The same in fewer bytes, if a reader who trusts stored bytes only as far as they go would still read it.
fn compressed(coder: &Coder, record: &Record, draft: &Draft, written: &Written) -> Option<Draft> {
    let packed = compression::packed(draft.payload())?;
    let length = written.stored_as(packed.len());
    let is_read = !written.is_too_many(length)
        && (!record.may_be_too_much(written, length)
            || coder.read_back(draft.payload(), packed.len(), written).is_ok());
    is_read.then(|| draft.compressed(&packed))
}

/// What it says of the type that a value did not come back.
fn lost(record: &Record, failure: Failure, suspect: bool) -> Refusal {
    if failure.fault == Fault::Value || (!suspect && record.standing() == Standing::OnProbation) {
        return Refusal::Failed(failure);
    }
    record.doubt();
    Refusal::Astray(failure.error)
}

fn too_large(ty: &'static ValueType, at_least: usize, limit: usize) -> SealError {
    SealError::TooLarge { type_name: ty.type_name(), at_least, limit }
}

fn tell_of_type(ty: &'static ValueType, coder: &Coder, encoding: Encoding, record: &Record, failure: &Failure) {
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

fn refuse_value(ty: &'static ValueType, coder: &Coder, record: &Record, error: CodecError) -> SealError {
    tell_of_value(ty, coder, record, &error, "a value cannot be stored and will be loaded every time");
    SealError::Value { type_name: ty.type_name(), source: error }
}

/// Once for each codec, what became of a value.
fn tell_of_value(ty: &'static ValueType, coder: &Coder, record: &Record, error: &CodecError, what: &str) {
    if record.tell_of_value() {
        tracing::warn!(
            r#type = ty.type_name(),
            codec = coder.identity.name,
            reason = %error.reason(),
            "{what}; others like it will not be reported"
        );
    }
}
