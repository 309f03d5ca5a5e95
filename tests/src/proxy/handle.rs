//! What a test does to its network.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread::{self, JoinHandle};

use tokio::runtime;
use tokio::sync::mpsc;

use super::fault::Fault;
use super::link::Counters;
use super::listener::{Listener, Order};
use crate::port;

/// A TCP proxy in front of a port of this machine, with a [`Fault`] to switch on and off.
///
/// It runs on a thread of its own, so that it does not stop with the runtime of the test.
#[derive(Debug)]
pub struct FaultProxy {
    port: u16,
    counters: Arc<Counters>,
    orders: Option<mpsc::UnboundedSender<Order>>,
    thread: Option<JoinHandle<()>>,
}

impl FaultProxy {
    /// Starts a proxy to `server_port`, which need not be open yet, without any fault.
    #[must_use]
    pub fn to(server_port: u16) -> Self {
        let port = port::next_free();
        let counters = Arc::new(Counters::default());
        let (orders, received) = mpsc::unbounded_channel();
        let listener = Listener { port, server_port, counters: Arc::clone(&counters), orders: received };
        let proxy = Self { port, counters, orders: Some(orders), thread: Some(thread::spawn(move || run(listener))) };
        // When this is in force, the proxy listens.
        proxy.set(Fault::None);
        proxy
    }

    /// Puts `fault` into force, for all connections, in place of the one before; returns when it is.
    pub fn set(&self, fault: Fault) {
        let (done, in_force) = sync_channel(1);
        let sent = self.orders.as_ref().is_some_and(|orders| orders.send((fault, done)).is_ok());
        assert!(sent && in_force.recv().is_ok(), "the proxy on port {} has ended, see its own panic above", self.port);
    }

    /// The port to connect to instead of the server's; see [`RedisServer::url_on`](crate::RedisServer::url_on).
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// How many connections were accepted so far.
    #[must_use]
    pub fn connections(&self) -> u64 {
        read(&self.counters.connections)
    }

    /// How many bytes have reached the server so far.
    #[must_use]
    pub fn bytes_to_server(&self) -> u64 {
        read(&self.counters.to_server)
    }

    /// How many bytes have reached clients so far.
    #[must_use]
    pub fn bytes_to_client(&self) -> u64 {
        read(&self.counters.to_client)
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        drop(self.orders.take());
        if let Some(thread) = self.thread.take() {
            // Its panic has been printed already.
            let _ = thread.join();
        }
    }
}

fn run(listener: Listener) {
    let port = listener.port;
    let served = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .and_then(|runtime| runtime.block_on(listener.run()));
    if let Err(error) = served {
        panic!("the proxy cannot listen on port {port}: {error}");
    }
}

fn read(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;
    use std::time::Duration;

    use tokio::time::Instant;

    use super::*;
    use crate::{Connection, Direction, RedisServer};

    const LATENCY: Duration = Duration::from_millis(60);

    fn stand() -> (RedisServer, FaultProxy) {
        let server = RedisServer::start();
        let proxy = FaultProxy::to(server.port());
        (server, proxy)
    }

    fn ping(proxy: &FaultProxy) -> std::io::Result<String> {
        Ok(Connection::open(proxy.port())?.command(&["PING"])?.text())
    }

    #[test]
    fn without_a_fault_everything_passes_and_is_counted() {
        let (_server, proxy) = stand();
        assert_eq!(ping(&proxy).unwrap(), "PONG");
        assert_eq!(proxy.connections(), 1);
        assert_eq!(proxy.bytes_to_server(), "*1\r\n$4\r\nPING\r\n".len() as u64);
        assert_eq!(proxy.bytes_to_client(), "+PONG\r\n".len() as u64);
    }

    #[test]
    fn latency_delays_replies_that_are_on_their_way_together_only_once() {
        let (_server, proxy) = stand();
        proxy.set(Fault::Latency(LATENCY));
        let mut connection = Connection::open(proxy.port()).unwrap();
        let start = Instant::now();
        (0..20).for_each(|_| connection.send(&["PING"]).unwrap());
        (0..20).for_each(|_| drop(connection.receive().unwrap()));
        assert!(start.elapsed() >= LATENCY);
        assert!(start.elapsed() < LATENCY * 10);
    }

    #[test]
    fn a_black_hole_takes_everything_and_resets_what_it_took_from() {
        let (_server, proxy) = stand();
        for direction in [Direction::ToServer, Direction::ToClient, Direction::Both] {
            let mut connection = Connection::open(proxy.port()).unwrap();
            connection.command(&["PING"]).unwrap();
            proxy.set(Fault::BlackHole(direction));
            let before = proxy.bytes_to_client();
            connection.send(&["PING"]).unwrap();
            assert!(connection.silent_for(LATENCY));
            assert_eq!(proxy.bytes_to_client(), before);
            proxy.set(Fault::None);
            assert!(connection.receive().is_err());
        }
    }

    #[test]
    fn a_reset_breaks_open_and_new_connections() {
        let (_server, proxy) = stand();
        let mut connection = Connection::open(proxy.port()).unwrap();
        connection.command(&["PING"]).unwrap();
        proxy.set(Fault::Reset);
        let broken = connection.receive().unwrap_err();
        assert_eq!(broken.kind(), ErrorKind::ConnectionReset);
        assert!(ping(&proxy).is_err());
    }

    #[test]
    fn refusing_ends_with_the_fault() {
        let (_server, proxy) = stand();
        proxy.set(Fault::Refuse);
        let refused = ping(&proxy).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
        proxy.set(Fault::None);
        assert_eq!(ping(&proxy).unwrap(), "PONG");
    }

    #[test]
    fn slices_and_a_thin_line_change_nothing_but_the_time() {
        let (_server, proxy) = stand();
        for fault in [Fault::Slice, Fault::Bandwidth(5_000)] {
            proxy.set(fault);
            let mut connection = Connection::open(proxy.port()).unwrap();
            let long = "x".repeat(300);
            assert_eq!(connection.command(&["ECHO", &long]).unwrap().text(), long);
        }
    }

    #[test]
    fn a_cut_ends_the_connection_in_the_middle_of_a_reply() {
        let (_server, proxy) = stand();
        let mut connection = Connection::open(proxy.port()).unwrap();
        connection.command(&["PING"]).unwrap();
        proxy.set(Fault::CutAfter(20));
        let cut = connection.command(&["ECHO", &"x".repeat(300)]);
        assert_eq!(cut.unwrap_err().kind(), ErrorKind::UnexpectedEof);
        assert_eq!(proxy.bytes_to_client(), "+PONG\r\n".len() as u64 + 20);
    }
}
