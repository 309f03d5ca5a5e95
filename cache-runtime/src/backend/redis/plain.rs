//! The connection on which everything is asked.

use std::sync::Arc;
use std::time::Duration;

use redis::{AsyncConnectionConfig, Client, Cmd, RedisResult, Value};
use tokio::sync::Notify;

use super::bond::Bond;
use super::endpoint::Endpoint;
use super::line::{Line, Trouble};
use super::returns::{Lost, Returns};

/// Below two seconds together with the time that an attempt may take: that is how soon after its return a server is in
/// use again.
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

pub(super) struct Plain {
    endpoint: Endpoint,
    losses: Lost,
    bond: Arc<Bond>,
}

impl Plain {
    pub(super) fn new(endpoint: &Endpoint, returns: &Arc<Returns>, bond: &Arc<Bond>) -> Self {
        Self { endpoint: endpoint.clone(), losses: Lost::none(returns), bond: Arc::clone(bond) }
    }
}

impl Line for Plain {
    fn client(&self) -> &Client {
        self.endpoint.client()
    }

    fn config(&self, config: AsyncConnectionConfig, _suspicion: &Arc<Notify>) -> AsyncConnectionConfig {
        config
    }

    fn greeting(&self) -> Cmd {
        // A frozen server accepts connections too, and without a password nothing has been said to it yet.
        redis::cmd("PING")
    }

    fn welcomes(&self, _any: Value) -> RedisResult<()> {
        Ok(())
    }

    fn connected(&self) {
        self.bond.connected();
        self.losses.connected();
    }

    fn lost(&self) {
        self.bond.lost();
        self.losses.lost();
    }

    fn say_up(&self) {
        tracing::info!(target: "cache_runtime", endpoint = %self.endpoint, "redis is back");
    }

    fn say_down(&self, trouble: &Trouble) {
        let what = if trouble.is_refusal {
            "redis refuses the connection; calls run without the cache until it takes it"
        } else {
            "redis is out of reach; calls run without the cache until it is back"
        };
        tracing::warn!(target: "cache_runtime", endpoint = %self.endpoint, reason = trouble.reason, "{what}");
    }

    fn longest_pause(&self, _trouble: &Trouble) -> Duration {
        LONGEST_PAUSE
    }
}
