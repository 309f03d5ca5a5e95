//! One connection through the proxy: two pumps, ended together.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::net::TcpStream;
use tokio::sync::watch;

use super::fault::{Direction, Fault};
use super::pump::Pump;

/// What has gone through all connections so far.
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) connections: AtomicU64,
    pub(super) to_server: AtomicU64,
    pub(super) to_client: AtomicU64,
}

/// Serves one client until either side or the fault ends it.
pub(super) async fn serve(
    mut client: TcpStream,
    server_port: u16,
    mut fault: watch::Receiver<Fault>,
    counters: Arc<Counters>,
) -> io::Result<()> {
    if fault.borrow_and_update().severs() {
        return client.set_zero_linger();
    }
    let mut server = TcpStream::connect(("127.0.0.1", server_port)).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;

    let (lossy, tracked) = (AtomicBool::new(false), AtomicBool::new(false));
    let pump = |way, counter| Pump { way, fault: fault.clone(), counter, lossy: &lossy, tracked: &tracked };
    let to_server = pump(Direction::ToServer, &counters.to_server);
    let to_client = pump(Direction::ToClient, &counters.to_client);
    let (from_client, into_client) = client.split();
    let (from_server, into_server) = server.split();
    let reset = tokio::select! {
        _ = to_server.run(from_client, into_server) => false,
        _ = to_client.run(from_server, into_client) => false,
        () = severed(fault.clone(), &lossy) => true,
    };
    if reset {
        client.set_zero_linger()?;
    }
    Ok(())
}

/// Returns when a fault begins that breaks the connection, or one ends that has lost bytes of it.
async fn severed(mut fault: watch::Receiver<Fault>, lossy: &AtomicBool) {
    while fault.changed().await.is_ok() {
        let now = *fault.borrow_and_update();
        if now.severs() || (lossy.load(Ordering::Relaxed) && !now.loses_bytes()) {
            return;
        }
    }
}
