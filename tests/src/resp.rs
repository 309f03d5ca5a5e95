//! A blocking Redis client of a few lines, so that tests can look at keys without the code under test.

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

/// Longer than anything a test does on purpose; a server that is silent for so long is a mistake in the test.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// A short text such as `OK`.
    Status(String),
    /// A refusal, with its code: `WRONGTYPE Operation against ..`.
    Error(String),
    /// A number.
    Integer(i64),
    /// A value.
    Bulk(Vec<u8>),
    /// Several replies.
    Array(Vec<Self>),
    /// Nothing there.
    Nil,
}

impl Reply {
    /// The text of a status, an error or a value.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Status(text) | Self::Error(text) => text.clone(),
            Self::Bulk(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            other => panic!("expected a text from Redis, got {other:?}"),
        }
    }

    /// The bytes of a value.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Bulk(bytes) => bytes,
            other => panic!("expected a value from Redis, got {other:?}"),
        }
    }

    /// The number.
    #[must_use]
    pub fn integer(&self) -> i64 {
        match self {
            Self::Integer(number) => *number,
            other => panic!("expected a number from Redis, got {other:?}"),
        }
    }

    /// The texts of an array, such as the names that `KEYS *` returns.
    #[must_use]
    pub fn texts(&self) -> Vec<String> {
        match self {
            Self::Array(replies) => replies.iter().map(Self::text).collect(),
            other => panic!("expected an array from Redis, got {other:?}"),
        }
    }
}

/// One connection to a server.
#[derive(Debug)]
pub struct Connection {
    stream: BufReader<TcpStream>,
}

impl Connection {
    /// Connects to a port of this machine.
    ///
    /// # Errors
    /// When nobody listens there.
    pub fn open(port: u16) -> io::Result<Self> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { stream: BufReader::new(stream) })
    }

    /// Sends one command and waits for its reply.
    ///
    /// # Errors
    /// When the connection breaks or the server stays silent.
    pub fn command<A: AsRef<[u8]>>(&mut self, arguments: &[A]) -> io::Result<Reply> {
        self.send(arguments)?;
        self.receive()
    }

    /// Sends one command and does not wait: for commands that keep the server busy.
    ///
    /// # Errors
    /// When the connection is broken.
    pub fn send<A: AsRef<[u8]>>(&mut self, arguments: &[A]) -> io::Result<()> {
        let mut request = format!("*{}\r\n", arguments.len()).into_bytes();
        for argument in arguments.iter().map(AsRef::as_ref) {
            request.extend_from_slice(format!("${}\r\n", argument.len()).as_bytes());
            request.extend_from_slice(argument);
            request.extend_from_slice(b"\r\n");
        }
        self.stream.get_mut().write_all(&request)
    }

    /// Waits for the next reply.
    ///
    /// # Errors
    /// When the connection breaks or the server stays silent.
    pub fn receive(&mut self) -> io::Result<Reply> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let line = line.trim_end();
        let kind = line.chars().next().ok_or(ErrorKind::UnexpectedEof)?;
        let rest = line.get(1..).unwrap_or_default();
        match kind {
            '+' => Ok(Reply::Status(rest.to_owned())),
            '-' => Ok(Reply::Error(rest.to_owned())),
            ':' => Ok(Reply::Integer(number(rest)?)),
            '$' => self.receive_bulk(number(rest)?),
            '*' => (0..number(rest)?).map(|_| self.receive()).collect::<io::Result<_>>().map(Reply::Array),
            _ => Err(io::Error::other(format!("not a RESP2 reply: `{line}`"))),
        }
    }

    /// Whether nothing comes for that long; what comes is left to be received.
    #[must_use]
    pub fn silent_for(&mut self, duration: Duration) -> bool {
        let socket = self.stream.get_ref();
        let patience = |limit| socket.set_read_timeout(Some(limit));
        let silent = self.stream.buffer().is_empty()
            && patience(duration).is_ok()
            && socket
                .peek(&mut [0])
                .is_err_and(|error| matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut));
        patience(PATIENCE).is_ok() && silent
    }

    fn receive_bulk(&mut self, length: i64) -> io::Result<Reply> {
        let Ok(length) = usize::try_from(length) else {
            return Ok(Reply::Nil);
        };
        let mut value = vec![0; length + 2];
        self.stream.read_exact(&mut value)?;
        value.truncate(length);
        Ok(Reply::Bulk(value))
    }
}

fn number(text: &str) -> io::Result<i64> {
    text.parse().map_err(io::Error::other)
}
