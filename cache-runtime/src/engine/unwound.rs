//! A load that panics while its caller waits for it: a failure to those who count, and a panic to the caller.

use std::future::Future;
use std::panic::resume_unwind;

use super::reload::caught;
use super::request::Request;
use super::state::Engine;
use crate::clock;
use crate::observe::Event;

impl Engine {
    /// Waits for `load`, which is for these requests.
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
