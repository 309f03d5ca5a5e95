//! Logging in again, before who one is runs out.

use std::future::pending;
use std::time::Duration;

use redis::aio::MultiplexedConnection;

use super::endpoint::Endpoint;
use super::login::Login;
use crate::clock::{at_most, pause};

/// Nobody is asked more often than that, however short the time is.
const SHORTEST: Duration = Duration::from_millis(100);
/// After an attempt that failed.
const PAUSE: Duration = Duration::from_secs(1);

/// How long a login is to be used.
pub(in crate::backend::redis) fn lasts(login: Option<&Login>) -> Option<Duration> {
    login?.validity().map(|time| time.mul_f64(0.75).max(SHORTEST))
}

/// Logs `connection` in again and again. Returns when it is to be made anew, as the server refuses that.
pub(in crate::backend::redis) async fn renew(
    endpoint: &Endpoint,
    mut connection: MultiplexedConnection,
    mut login: Option<Login>,
    patience: Duration,
) {
    let mut rest = lasts(login.as_ref());
    while let Some(time) = rest {
        pause(time).await;
        match endpoint.login().await {
            Ok(next) => login = next,
            Err(trouble) => {
                tracing::debug!(target: "cache_runtime", %endpoint, reason = trouble.reason, "the login cannot be renewed yet");
                rest = Some(PAUSE);
                continue;
            }
        }
        let Some(login) = &login else { break };
        let mut auth = redis::cmd("AUTH");
        auth.arg(login.name()).arg(login.password());
        match at_most(patience, Box::pin(connection.send_packed_command(&auth))).await {
            Some(Ok(answer)) if answer.clone().extract_error().is_err() => return,
            Some(Ok(_)) => rest = lasts(Some(login)),
            // What is lost, or silent, is found to be so by who asks for signs of life.
            Some(Err(_)) | None => rest = Some(PAUSE),
        }
    }
    pending::<()>().await;
}
