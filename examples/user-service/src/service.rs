//! From a configuration to a service, and to its end.

use std::error::Error;
use std::io;
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
use crate::{database, metrics};

/// How long connections to the database may take to close: a statement may still run on one.
const CLOSE: Duration = Duration::from_secs(2);

/// Serves until a SIGTERM or Ctrl-C, and returns when everything has come to its end.
///
/// # Errors
///
/// What keeps the service from starting. An unreachable Redis does not.
pub async fn run(config: Config) -> Result<(), Box<dyn Error>> {
    // No two functions with different types may store at one key: found out here, and not by users.
    cache_runtime::catalogue().check()?;
    let metrics = metrics::install()?;
    let upkeep = tokio::spawn(metrics::keep_up(metrics.clone()));
    cache_runtime::init(Cache::from_env()?)?;
    let pool = database::open(&config).await?;
    let signals = Signals::listen()?;
    let listener = TcpListener::bind(config.bind).await?;
    println!("listening on http://{}", listener.local_addr()?);

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
    let End { signals, draining, drain, writes, patience } = end;
    let stopping = CancellationToken::new();
    let stopped = stopping.clone();
    let begin = async move {
        signals.received().await;
        tracing::info!(?drain, "asked to end");
        draining.cancel();
        sleep(drain).await;
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
