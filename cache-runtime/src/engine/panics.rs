//! Origins that panic: a failure to those who count, and to a caller who waits for it a panic all the same.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::pin;
use std::task::Poll;

use super::request::Request;
use super::state::Engine;
use crate::clock;
use crate::observe::Event;

pub(super) type Panic = Box<dyn Any + Send>;

/// Runs `future` to its end or its panic.
pub(super) async fn caught<F: Future>(future: F) -> Result<F::Output, Panic> {
    let mut future = pin!(future);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(polled) => polled.map(Ok),
        Err(panic) => Poll::Ready(Err(panic)),
    })
    .await
}

pub(super) fn message(panic: &Panic) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("with something else than a text")
}

impl Engine {
    /// Waits for `load`, which is for these requests. Where it panics, this does, too, when that is told.
    pub(super) async fn unless_it_panics<F: Future>(&self, requests: &[&Request], load: F) -> F::Output {
        let start = clock::now();
        match caught(load).await {
            Ok(returned) => returned,
            Err(panic) => {
                let took = clock::since(start);
                for request in requests {
                    self.tell(*request, Event::LoadFailed { took });
                }
                resume_unwind(panic)
            }
        }
    }
}
