//! The server that sentinels say is the master just now.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::join_all;
use futures_util::stream::FuturesUnordered;
use redis::{AsyncConnectionConfig, RedisResult, Value};

use super::credentials::Credentials;
use super::endpoint::Endpoint;
use super::tls::Certificates;
use crate::backend::redis::line::Trouble;
use crate::clock::{at_most, pause};

/// How long a sentinel may take, from the first attempt to connect to its answer.
const SENTINEL_TIMEOUT: Duration = Duration::from_millis(500);

/// How often one of them is asked whether the master is still the same.
const LOOK: Duration = Duration::from_secs(1);

/// A master that sentinels watch.
#[derive(Clone)]
pub(crate) struct Master {
    name: String,
    sentinels: Vec<Endpoint>,
    /// How to connect to it, wherever it is.
    anywhere: Endpoint,
}

impl Master {
    pub(in crate::backend::redis) fn new(name: String, sentinels: Vec<Endpoint>, anywhere: Endpoint) -> Self {
        Self { name, sentinels, anywhere }
    }

    pub(in crate::backend::redis) fn secured(self, certificates: &Certificates) -> Option<Self> {
        let sentinels = self.sentinels.into_iter().map(|sentinel| sentinel.secured(certificates));
        let (sentinels, anywhere) = (sentinels.collect::<Option<_>>()?, self.anywhere.secured(certificates)?);
        Some(Self { sentinels, anywhere, ..self })
    }

    /// The sentinels have logins of their own.
    pub(in crate::backend::redis) fn with_credentials(self, credentials: &Arc<dyn Credentials>) -> Option<Self> {
        let anywhere = self.anywhere.with_credentials(credentials)?;
        Some(Self { anywhere, ..self })
    }

    /// Asks all sentinels at once, and believes the first that knows: one that is gone costs nothing then. One that is behind
    /// the times is found out by the server that it names; so who names what was `tried` in vain is believed if nobody names
    /// another one.
    pub(in crate::backend::redis) async fn find(&self, tried: Option<&Endpoint>) -> Result<Endpoint, Trouble> {
        let mut asked: FuturesUnordered<_> = self.sentinels.iter().map(|sentinel| self.ask(sentinel)).collect();
        let (mut again, mut trouble) = (None, Trouble::silence());
        while let Some(said) = asked.next().await {
            match said {
                Ok(endpoint) if tried.is_some_and(|tried| tried.is_at_the_place_of(&endpoint)) => {
                    again = Some(endpoint);
                }
                Ok(endpoint) => return Ok(endpoint),
                // Who answers knows more about it than who does not.
                Err(reason) if reason.is_refusal || !trouble.is_refusal => trouble = reason,
                Err(_) => {}
            }
        }
        again.ok_or_else(|| Trouble { reason: format!("no sentinel names a master: {}", trouble.reason), ..trouble })
    }

    /// Returns when most of the sentinels that answer name another server. After a failover that was asked for, the old master
    /// takes writes for some seconds more, which will be lost.
    pub(in crate::backend::redis) async fn moves(&self, from: &Endpoint) {
        let is_other =
            |said: &Result<Endpoint, Trouble>| said.as_ref().is_ok_and(|named| !named.is_at_the_place_of(from));
        for sentinel in self.sentinels.iter().cycle() {
            pause(LOOK).await;
            if !is_other(&self.ask(sentinel).await) {
                continue;
            }
            let said = join_all(self.sentinels.iter().map(|sentinel| self.ask(sentinel))).await;
            let (named, other) = (said.iter().flatten().count(), said.iter().filter(|said| is_other(said)).count());
            if other * 2 > named {
                return;
            }
        }
    }

    async fn ask(&self, sentinel: &Endpoint) -> Result<Endpoint, Trouble> {
        let answer = at_most(SENTINEL_TIMEOUT, Box::pin(self.question(sentinel))).await.ok_or_else(Trouble::silence)?;
        let answer = answer.map_err(|error| Trouble::from(&error))?;
        self.named(&answer).ok_or_else(|| Trouble::refusal(format!("they watch none that is called `{}`", self.name)))
    }

    async fn question(&self, sentinel: &Endpoint) -> RedisResult<Value> {
        let mut question = redis::cmd("SENTINEL");
        question.arg("GET-MASTER-ADDR-BY-NAME").arg(&self.name);
        // Asked once, on a connection that is closed with this.
        let config = AsyncConnectionConfig::new().set_connection_timeout(None).set_response_timeout(None);
        let mut connection = sentinel.client()?.get_multiplexed_async_connection_with_config(&config).await?;
        connection.send_packed_command(&question).await?.extract_error()
    }

    fn named(&self, answer: &Value) -> Option<Endpoint> {
        let Value::Array(parts) = answer else { return None };
        let [Value::BulkString(host), Value::BulkString(port)] = parts.as_slice() else { return None };
        let port = str::from_utf8(port).ok()?.parse().ok()?;
        self.anywhere.moved(str::from_utf8(host).ok()?, port).ok()
    }
}

#[cfg(test)]
impl Master {
    pub(in crate::backend::redis) fn sentinels(&self) -> &[Endpoint] {
        &self.sentinels
    }

    pub(in crate::backend::redis) fn anywhere(&self) -> &Endpoint {
        &self.anywhere
    }
}

impl fmt::Display for Master {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.anywhere.is_secured() { "rediss" } else { "redis" };
        let sentinels: Vec<_> = self.sentinels.iter().map(Endpoint::place).collect();
        write!(f, "{scheme}+sentinel://{}/{}{}", sentinels.join(","), self.name, self.anywhere.database())
    }
}

impl fmt::Debug for Master {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Master({self})")
    }
}
