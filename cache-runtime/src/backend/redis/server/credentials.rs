//! Who to log in as, where that changes while the program runs.

use std::error::Error;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::time::Duration;

use futures_util::FutureExt;

use super::login::Login;
use crate::backend::redis::line::Trouble;
use crate::clock::at_most;

/// The answer of [`Credentials`].
pub type LoginFuture<'a> = Pin<Box<dyn Future<Output = Result<Login, Box<dyn Error + Send + Sync>>> + Send + 'a>>;

/// How long it may take to say who to be. Nobody waits for that any longer than for Redis.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Who the cache logs in to Redis as, where that changes while the program runs: the tokens of Entra ID, of IAM, or passwords
/// that are rotated.
///
/// Asked before each connection is made, and again when three quarters of [`Login::valid_for`] are over. Then the connections
/// that stand are logged in anew, in place; one that may not is made anew. An `Err`, an answer that takes longer than ten
/// seconds, and a panic are an outage for that attempt: it is made again soon, and meanwhile a connection that stands is used on.
/// It is asked for each connection, of which a cache has two or three to a server: whatever is expensive is best kept by who
/// answers.
///
/// What an error says is logged, so there had better be no secret in it.
///
/// ```
/// use std::time::Duration;
/// use cache_runtime::{Cache, Credentials, Login, LoginFuture};
///
/// struct Tokens;
///
/// impl Credentials for Tokens {
///     fn login(&self) -> LoginFuture<'_> {
///         Box::pin(async {
///             let token = fetch_token().await?;
///             Ok(Login::new(token).user("shop").valid_for(Duration::from_secs(3600)))
///         })
///     }
/// }
///
/// # async fn fetch_token() -> Result<String, std::io::Error> { Ok(String::new()) }
/// let cache = Cache::builder().url("redis://redis.internal").credentials(Tokens).build()?;
/// # Ok::<_, cache_runtime::Error>(())
/// ```
pub trait Credentials: Send + Sync + 'static {
    /// Who to be from now on.
    fn login(&self) -> LoginFuture<'_>;
}

/// What they say, whatever becomes of the question.
pub(in crate::backend::redis) async fn ask(credentials: &dyn Credentials) -> Result<Login, Trouble> {
    let answer = AssertUnwindSafe(async { credentials.login().await }).catch_unwind();
    match at_most(TIMEOUT, Box::pin(answer)).await {
        Some(Ok(Ok(login))) => Ok(login),
        Some(Ok(Err(error))) => Err(Trouble::outage(format!("the credentials are not to be had: {error}"))),
        Some(Err(_panic)) => Err(Trouble::outage("the credentials are not to be had: who was asked has panicked")),
        None => Err(Trouble::outage("the credentials are not to be had in time")),
    }
}
