//! One attempt to connect.

use std::sync::Arc;
use std::time::Duration;

use redis::AsyncConnectionConfig;
use redis::aio::MultiplexedConnection;
use tokio::sync::Notify;
use tokio::time::timeout;

use super::line::{Line, Trouble};
use super::server::{Endpoint, Login};
use crate::clock::Tick;

/// How long it may take to connect to a server that is found.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// A connection on which the greeting is answered.
pub(super) struct Made {
    pub(super) connection: MultiplexedConnection,
    pub(super) endpoint: Endpoint,
    /// Who was asked for, who to be there.
    pub(super) login: Option<Login>,
}

/// Finds the server, connects, and says what is said first. `patience` is how long the answer may take.
pub(super) async fn connect(line: &impl Line, patience: Duration, suspicion: &Arc<Notify>) -> Result<Made, Trouble> {
    let endpoint = line.find().await?;
    let login = endpoint.login().await?;
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(CONNECT_TIMEOUT))
        // Each operation has a timeout of its own, which also covers the wait for a connection.
        .set_response_timeout(None);
    let config = line.config(config, suspicion);
    let made = async {
        let client = line.client(&endpoint.clone().of_user(login.as_ref()))?;
        client.get_multiplexed_async_connection_with_config(&config).await
    };
    let mut connection = made.await.map_err(|error| Trouble::from(&error))?;
    let (greeting, asked) = (line.greeting(), Tick::now());
    let answer = timeout(patience, connection.send_packed_command(&greeting)).await;
    let answer = answer.map_err(|_elapsed| Trouble::silence())?.map_err(|error| Trouble::from(&error))?;
    line.welcomes(answer)?;
    line.answered(asked);
    Ok(Made { connection, endpoint, login })
}
