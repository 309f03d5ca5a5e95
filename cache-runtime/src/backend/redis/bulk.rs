//! The connection on which large values travel, so that small ones need not wait behind them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use redis::{AsyncConnectionConfig, Client, Cmd, RedisResult, Value};
use tokio::sync::{Notify, Semaphore};

use super::bond::Bond;
use super::endpoint::Endpoint;
use super::large::LargeKeys;
use super::line::{Line, Trouble};
use super::link::Link;

/// So many large values are read at a time: each is in memory as far as it has come.
const READS: usize = 4;
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// What there is for large values.
pub(super) struct Bulk {
    pub(super) keys: Arc<LargeKeys>,
    pub(super) turns: Semaphore,
    /// Opened by the first who needs it.
    link: OnceLock<Link>,
}

impl Bulk {
    pub(super) fn new() -> Self {
        Self { keys: Arc::new(LargeKeys::none()), turns: Semaphore::const_new(READS), link: OnceLock::new() }
    }

    pub(super) fn link(&self, open: impl FnOnce() -> Link) -> &Link {
        self.link.get_or_init(open)
    }
}

/// One more connection to where the plain one leads: it is made after that, and ends with it.
pub(super) struct BulkLine {
    endpoint: Endpoint,
    bond: Arc<Bond>,
    /// How many plain connections were lost when this one was begun to be made.
    losses: AtomicU64,
}

impl BulkLine {
    pub(super) fn new(endpoint: &Endpoint, bond: &Arc<Bond>) -> Self {
        Self { endpoint: endpoint.clone(), bond: Arc::clone(bond), losses: AtomicU64::new(0) }
    }
}

impl Line for BulkLine {
    fn client(&self) -> &Client {
        self.endpoint.client()
    }

    fn config(&self, config: AsyncConnectionConfig, _suspicion: &Arc<Notify>) -> AsyncConnectionConfig {
        config
    }

    fn greeting(&self) -> Cmd {
        redis::cmd("PING")
    }

    fn welcomes(&self, _any: Value) -> RedisResult<()> {
        Ok(())
    }

    async fn ready(&self) {
        self.losses.store(self.bond.made().await, Ordering::Relaxed);
    }

    async fn outlived(&self) {
        self.bond.ends(self.losses.load(Ordering::Relaxed)).await;
    }

    fn say_up(&self) {
        tracing::debug!(target: "cache_runtime", endpoint = %self.endpoint, "large values travel on a connection of their own again");
    }

    fn say_down(&self, trouble: &Trouble) {
        let (endpoint, reason) = (&self.endpoint, &trouble.reason);
        tracing::debug!(target: "cache_runtime", %endpoint, reason, "the connection for large values is down");
    }

    fn longest_pause(&self, _trouble: &Trouble) -> Duration {
        LONGEST_PAUSE
    }
}
