//! What a load of many keys came to, told apart from what its caller gets.

use std::sync::Arc;
use std::time::Duration;

use super::load::LoadMany;
use super::returned::{ReturnsMany, UnpackedMany};
use crate::engine::outcome::{Failure, Loaded, ttl_of};
use crate::engine::request::Request;
use crate::value::{Content, Value};

/// Why a call does not return what there is for each of its ids.
pub(super) enum Ended<R> {
    /// It returns this.
    Returned(R),
    /// It returns what the origin brings for all ids, as if there were no cache.
    Uncached,
}

/// Tells answers from a failure. `requests` are those of the ids that were `asked` for, in their order.
pub(super) fn judge<'r, K, R>(
    (returned, took): (R, Duration),
    asked: &[K],
    requests: impl Iterator<Item = Option<&'r Request>>,
    origin: &(dyn LoadMany<'_, K, R> + '_),
) -> Result<Vec<Loaded>, (Ended<R>, Failure)>
where
    R: ReturnsMany<K>,
    R::Value: Value,
{
    match returned.unpack(asked) {
        UnpackedMany::Values(values) => {
            let loaded = values.into_iter().zip(requests).map(|(value, request)| {
                if let Some(value) = value {
                    let ttl = request.and_then(|request| ttl_of(&value, request, origin.rules()));
                    return Loaded { content: Content::Value(Arc::new(value)), ttl, took };
                }
                let ttl = request.and_then(|request| request.policy.absent_ttl());
                Loaded { content: Content::Absent, ttl, took }
            });
            Ok(loaded.collect())
        }
        UnpackedMany::Failed(returned) => {
            let failure = Failure::of(&returned, origin.sharing(), origin.words());
            Err((Ended::Returned(returned), failure))
        }
        UnpackedMany::Misaligned(values) => {
            let ids = asked.len();
            let said = format!("it returned {values} values for {ids} ids; `Vec<Option<T>>` is to have one for each");
            Err((Ended::Uncached, Failure::said(said)))
        }
    }
}
