//! The proxy's own thread: accepts connections and puts faults into force.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::SyncSender;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};

use super::fault::Fault;
use super::link::{Counters, serve};

/// A fault, and where to say that it is in force.
pub(super) type Order = (Fault, SyncSender<()>);

pub(super) struct Listener {
    pub(super) port: u16,
    pub(super) server_port: u16,
    pub(super) counters: Arc<Counters>,
    pub(super) orders: mpsc::UnboundedReceiver<Order>,
}

impl Listener {
    /// Runs until the handle is dropped.
    pub(super) async fn run(mut self) -> io::Result<()> {
        let (sender, fault) = watch::channel(Fault::None);
        let mut listener = Some(self.listen().await?);
        loop {
            tokio::select! {
                order = self.orders.recv() => {
                    let Some((wanted, done)) = order else { return Ok(()) };
                    listener = match (wanted, listener) {
                        (Fault::Refuse, _) => None,
                        (_, None) => Some(self.listen().await?),
                        (_, open) => open,
                    };
                    sender.send_replace(wanted);
                    // A test that no longer waits for it has ended.
                    let _ = done.send(());
                }
                client = accept(listener.as_ref()) => {
                    self.counters.connections.fetch_add(1, Ordering::Relaxed);
                    let counters = Arc::clone(&self.counters);
                    tokio::spawn(serve(client, self.server_port, fault.clone(), counters));
                }
            }
        }
    }

    async fn listen(&self) -> io::Result<TcpListener> {
        TcpListener::bind(("127.0.0.1", self.port)).await
    }
}

/// The next client; never, while nobody listens.
async fn accept(listener: Option<&TcpListener>) -> TcpStream {
    let Some(listener) = listener else {
        return std::future::pending().await;
    };
    loop {
        // A client that went away before it was accepted is no client.
        if let Ok((client, _)) = listener.accept().await {
            return client;
        }
    }
}
