//! `user-service --healthcheck`: asks a running service on this machine for `/healthz`, where there is no `curl`.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(2);
const QUESTION: &[u8] = b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
const ANSWER: &[u8] = b"HTTP/1.1 200 ";

/// Asks the service that was told to listen on `bind`.
///
/// # Errors
///
/// When it does not say within two seconds that it lives.
pub async fn healthcheck(bind: SocketAddr) -> io::Result<()> {
    match timeout(PATIENCE, ask(reachable(bind))).await {
        Ok(answer) => answer,
        Err(_) => Err(io::Error::new(io::ErrorKind::TimedOut, format!("no answer within {PATIENCE:?}"))),
    }
}

async fn ask(address: SocketAddr) -> io::Result<()> {
    let mut connection = TcpStream::connect(address).await?;
    connection.write_all(QUESTION).await?;
    let mut answer = [0; ANSWER.len()];
    connection.read_exact(&mut answer).await?;
    if answer == ANSWER { Ok(()) } else { Err(io::Error::other("the service says that it is not well")) }
}

/// Who listens on every address is reached on that of this machine.
fn reachable(bind: SocketAddr) -> SocketAddr {
    let ip = match bind.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, bind.port())
}
