//! What the script does to an operation of the store.

use std::time::Duration;

use super::script::{self, Fault, Script};
use crate::clock;
use crate::error::{Error, ErrorKind};
use crate::key::Key;
use crate::store::{Answer, Layer, Operation};
use crate::value::is_envelope;

impl Layer for Script {
    /// Does what `run` does within the time it is given, unless something goes wrong.
    fn around<'a, T: Send + 'a>(
        &'a self,
        operation: &Operation<'_>,
        within: Duration,
        run: impl FnOnce(Duration) -> Answer<'a, T> + Send + 'a,
    ) -> Answer<'a, T> {
        let Some(fault) = self.turn(purpose(operation)) else { return run(within) };
        Box::pin(async move {
            match fault {
                Fault::Delay(delay) if delay < within => {
                    clock::pause(delay).await;
                    run(within.saturating_sub(delay)).await
                }
                Fault::Delay(_) | Fault::Silence => Err(silence(within).await),
                Fault::Fail(kind) => Err(Error::new(kind, "the store fails, as the test says")),
                Fault::LoseAnswer => {
                    let start = clock::now();
                    run(within).await?;
                    Err(silence(within.saturating_sub(clock::since(start))).await)
                }
            }
        })
    }
}

/// Nobody answers for that long.
async fn silence(within: Duration) -> Error {
    clock::pause(within).await;
    Error::new(ErrorKind::Timeout, "the store does not answer in time, as the test says")
}

/// What a cache asks an operation for.
fn purpose(operation: &Operation<'_>) -> script::Operation {
    match operation {
        Operation::Get => script::Operation::Read,
        Operation::Set(bytes) | Operation::Add(bytes) | Operation::Replace(bytes) => putting(bytes),
        Operation::Remove(key) => removing(key),
        Operation::RemoveIf => script::Operation::Lease,
        Operation::Changed => script::Operation::Wait,
        Operation::UseTags => script::Operation::Write,
        Operation::Ping => script::Operation::Ping,
    }
}

/// What puts these bytes at a key: a value, or what says who loads it.
fn putting(bytes: &[u8]) -> script::Operation {
    if is_envelope(bytes) { script::Operation::Write } else { script::Operation::Lease }
}

/// What leaves nothing at a key: an invalidation, or the end of an election, which is beside its entry.
fn removing(key: &Key) -> script::Operation {
    if key.as_str().ends_with("%~r") { script::Operation::Lease } else { script::Operation::Remove }
}
