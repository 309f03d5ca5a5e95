//! The connection on which large values travel, so that small ones need not wait behind them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use redis::{AsyncConnectionConfig, Client, Cmd, RedisResult, Value};
use tokio::sync::{Notify, Semaphore};

use super::keys::LargeKeys;
use crate::backend::redis::bond::Bond;
use crate::backend::redis::line::{Line, Trouble};
use crate::backend::redis::link::Link;
use crate::backend::redis::server::{Endpoint, Place};

/// So many large values are read at a time: each is in memory as far as it has come.
const READS: usize = 4;
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// What there is for large values.
pub(in crate::backend::redis) struct Bulk {
    pub(in crate::backend::redis) keys: Arc<LargeKeys>,
    pub(in crate::backend::redis) turns: Semaphore,
    /// Opened by the first who needs it.
    link: OnceLock<Link>,
}

impl Bulk {
    pub(in crate::backend::redis) fn new() -> Self {
        Self { keys: Arc::new(LargeKeys::none()), turns: Semaphore::const_new(READS), link: OnceLock::new() }
    }

    pub(in crate::backend::redis) fn link(&self, open: impl FnOnce() -> Link) -> &Link {
        self.link.get_or_init(open)
    }
}

/// One more connection to where the plain one leads: it is made after that, and ends with it.
pub(in crate::backend::redis) struct BulkLine {
    place: Place,
    bond: Arc<Bond>,
    /// How many plain connections were lost when this one was begun to be made.
    losses: AtomicU64,
}

impl BulkLine {
    pub(in crate::backend::redis) fn new(place: &Place, bond: &Arc<Bond>) -> Self {
        Self { place: place.clone(), bond: Arc::clone(bond), losses: AtomicU64::new(0) }
    }
}

impl Line for BulkLine {
    async fn find(&self) -> Result<Endpoint, Trouble> {
        // Where the plain connection leads, whatever else would be found by now.
        let endpoint = self.bond.endpoint(self.losses.load(Ordering::Relaxed));
        endpoint.ok_or_else(|| Trouble::outage("the other connection is lost"))
    }

    fn client(&self, endpoint: &Endpoint) -> RedisResult<Client> {
        endpoint.client()
    }

    fn config(&self, config: AsyncConnectionConfig, _suspicion: &Arc<Notify>) -> AsyncConnectionConfig {
        config
    }

    fn greeting(&self) -> Cmd {
        redis::cmd("PING")
    }

    fn welcomes(&self, _any: Value) -> Result<(), Trouble> {
        Ok(())
    }

    async fn ready(&self) {
        if let Some((losses, _)) = self.bond.made().await {
            self.losses.store(losses, Ordering::Relaxed);
        }
    }

    async fn outlived(&self) {
        self.bond.ends(self.losses.load(Ordering::Relaxed)).await;
    }

    fn say_up(&self) {
        tracing::debug!(target: "cache_runtime", endpoint = %self.place, "large values travel on a connection of their own again");
    }

    fn say_down(&self, trouble: &Trouble) {
        let (endpoint, reason) = (&self.place, &trouble.reason);
        tracing::debug!(target: "cache_runtime", %endpoint, reason, "the connection for large values is down");
    }

    fn longest_pause(&self, _trouble: &Trouble) -> Duration {
        LONGEST_PAUSE
    }
}
