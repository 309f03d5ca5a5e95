//! Storing: after a load, and by hand.

use std::time::Duration;

use bytes::Bytes;

use super::budget::Budget;
use super::prepare::Lead;
use super::request::Request;
use super::state::Engine;
use crate::error::{Error, ErrorKind};
use crate::flight::Landing;
use crate::mode::Mode;
use crate::observe::Event;
use crate::policy::jittered;
use crate::value::{Content, Meta, seal};

impl Engine {
    /// Ends a load: stores what it brought, unless the key was invalidated meanwhile, then tells the followers.
    ///
    /// In this order, so that whoever finds no load in progress any more finds the value in the store.
    pub(super) async fn land(
        &self,
        request: &Request,
        lead: Lead<'_>,
        content: Content,
        ttl: Option<Duration>,
        took: Duration,
    ) {
        let Lead { leader, budget } = lead;
        let life = ttl.and_then(|ttl| jittered(ttl, request.policy.jitter_fraction()));
        if let (Some(mut budget), Some(life)) = (budget, life) {
            if leader.begin_fill() {
                let filled = self.store_content(request, &content, life, took, &mut budget).await;
                self.tell(match &filled {
                    Ok(()) => Event::Filled,
                    Err(error) => Event::FillFailed { kind: error.kind() },
                });
                if let Err(error) = filled {
                    tracing::debug!(target: "cache_runtime", function = request.spec.name, key = %request.key, %error, "not stored");
                }
            } else {
                self.tell(Event::RefusedFill);
            }
        }
        leader.land(match content {
            Content::Value(value) => Landing::Value(value),
            Content::Absent => Landing::Absent,
        });
    }

    /// Stores `content` as the entry of `request`. A load of that key in progress does not store any more.
    ///
    /// Between writers the last one wins: two that store different values at the same time can leave either. After a
    /// change, invalidating is the safe thing to do.
    pub(crate) async fn put(&self, request: &Request, content: &Content, ttl: Option<Duration>) -> Result<(), Error> {
        if request.mode == Mode::Bypass {
            return Ok(());
        }
        let mut budget = Budget::new(self.settings.operation_timeout);
        self.flights.doom(&request.key, self.settings.operation_timeout).await;
        match ttl.and_then(|ttl| jittered(ttl, request.policy.jitter_fraction())) {
            Some(life) => self.store_content(request, content, life, Duration::ZERO, &mut budget).await,
            // What is not to be stored must not leave an older value behind.
            None => budget.spend(|within| self.store.remove(&request.key, within)).await,
        }
    }

    async fn store_content(
        &self,
        request: &Request,
        content: &Content,
        life: Duration,
        took: Duration,
        budget: &mut Budget,
    ) -> Result<(), Error> {
        let meta = Meta { ttl: life, load_time: took };
        let bytes =
            seal(request.value_type, request.key.as_str(), content, request.encoding, meta).map_err(|refused| {
                Error::new(ErrorKind::Unstorable, format!("`{}` cannot be stored", request.value_type.type_name()))
                    .because(refused)
            })?;
        let limit = self.settings.max_value_bytes;
        if bytes.len() > limit {
            return Err(Error::new(
                ErrorKind::Unstorable,
                format!("a value of {} bytes is larger than `max_value_bytes`, {limit}", bytes.len()),
            ));
        }
        budget.spend(|within| self.store.set(&request.key, Bytes::from(bytes), life, within)).await
    }
}
