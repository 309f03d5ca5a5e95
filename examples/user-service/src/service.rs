//! From a configuration to a service, and to its end.

use std::error::Error;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt;
use cache_runtime::Cache;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::Config;
use crate::routes::routes;
use crate::signals::Signals;
use crate::state::AppState;
use crate::users::UserTable;
use crate::{database, metrics, users};

/// How long connections to the database may take to close: a statement may still run on one.
const CLOSE: Duration = Duration::from_secs(2);

/// Serves until a SIGTERM or Ctrl-C, and returns when everything has come to its end.
///
/// # Errors
///
/// What keeps the service from starting. An unreachable Redis does not.
pub async fn run(config: Config) -> Result<(), Box<dyn Error>> {
    let mut signals = Signals::listen()?;
    // No two functions with different types may store at one key: found out here, and not by users.
    cache_runtime::catalogue().check()?;
    let metrics = metrics::install()?;
    users::count_from_zero();
    let upkeep = tokio::spawn(metrics::keep_up(metrics.clone()));
    cache_runtime::init(Cache::from_env()?)?;
    let pool = tokio::select! {
        opened = database::open(&config) => opened?,
        () = signals.received() => {
            tracing::info!("asked to end before it has begun");
            return Ok(());
        }
    };
    let listener = listen(config.bind).await?;

    let state = AppState {
        users: UserTable::new(pool.clone(), config.origin_latency),
        writes: TaskTracker::new(),
        draining: CancellationToken::new(),
        metrics,
        cache_bypass: config.cache_bypass,
        request_timeout: config.request_timeout,
    };
    let end = End {
        signals,
        draining: state.draining.clone(),
        drain: config.drain,
        writes: state.writes.clone(),
        patience: config.shutdown_timeout,
    };
    serve(listener, routes(state), end).await?;

    // Nobody needs the cache any more, and then nobody the database.
    cache_runtime::shutdown().await;
    if timeout(CLOSE, pool.close()).await.is_err() {
        tracing::warn!("the database is left while a statement runs");
    }
    upkeep.abort();
    tracing::info!("ended");
    Ok(())
}

/// Listens, and tells the standard output where. That this cannot be written is no reason not to serve.
async fn listen(bind: SocketAddr) -> io::Result<TcpListener> {
    let refused =
        |error: io::Error| io::Error::new(error.kind(), format!("cannot listen on `{bind}` (`BIND`): {error}"));
    let listener = TcpListener::bind(bind).await.map_err(refused)?;
    let address = listener.local_addr()?;
    if let Err(error) = writeln!(io::stdout(), "listening on http://{address}") {
        tracing::warn!(%address, %error, "listening, and could not say so");
    }
    Ok(listener)
}

/// How the service is to end.
struct End {
    signals: Signals,
    /// From when this is cancelled on, `/readyz` says no.
    draining: CancellationToken,
    /// How long requests are served after that: balancers learn of it some time later.
    drain: Duration,
    /// What goes on where a client did not wait for it.
    writes: TaskTracker,
    /// How long requests and writes that are under way may take then.
    patience: Duration,
}

/// Serves until the end, and until the requests that are under way then have their answers, and the writes are done.
async fn serve(listener: TcpListener, routes: Router, end: End) -> io::Result<()> {
    let End { mut signals, draining, drain, writes, patience } = end;
    let stopping = CancellationToken::new();
    let stopped = stopping.clone();
    let begin = async move {
        signals.received().await;
        tracing::info!(?drain, "asked to end");
        draining.cancel();
        tokio::select! {
            () = sleep(drain) => {}
            () = signals.received() => tracing::info!("asked again to end: no more requests are accepted"),
        }
        stopping.cancel();
    };
    let too_long = async {
        stopped.cancelled().await;
        sleep(patience).await;
    };
    let in_order = async {
        axum::serve(listener.tap_io(at_once), routes).with_graceful_shutdown(begin).await?;
        writes.close();
        writes.wait().await;
        Ok(())
    };
    tokio::select! {
        served = in_order => served,
        () = too_long => {
            tracing::warn!("some requests or writes did not end within {patience:?}, and are given up");
            Ok(())
        }
    }
}

/// An answer is in one piece, for which nothing has to be waited.
fn at_once(connection: &mut TcpStream) {
    if let Err(error) = connection.set_nodelay(true) {
        tracing::debug!(%error, "a connection sends its answers late");
    }
}
