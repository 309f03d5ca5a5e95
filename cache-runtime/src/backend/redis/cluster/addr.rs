//! Where a node is.

use std::fmt;
use std::sync::Arc;

/// A host, by name or number, and a port: as the cluster names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Addr {
    pub(super) host: Arc<str>,
    pub(super) port: u16,
}

impl Addr {
    pub(super) fn new(host: &str, port: u16) -> Self {
        Self { host: host.into(), port }
    }

    /// Reads `host:port`. A node that does not know its own host leaves it out: then it is the one it was asked at.
    pub(super) fn parse(text: &str, asked: &Self) -> Option<Self> {
        let (host, port) = text.rsplit_once(':')?;
        Self::named(host, port.parse().ok()?, asked)
    }

    /// The same in parts. `?` is a host that nobody knows.
    pub(super) fn named(host: &str, port: u16, asked: &Self) -> Option<Self> {
        match host {
            "?" => None,
            "" => Some(Self { host: Arc::clone(&asked.host), port }),
            host => Some(Self::new(host, port)),
        }
    }
}

impl fmt::Display for Addr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_that_is_left_out_is_the_one_that_was_asked() {
        let asked = Addr::new("10.0.0.1", 7000);
        for (text, addr) in [
            ("10.0.0.2:7001", Some(("10.0.0.2", 7001))),
            ("cache.internal:1", Some(("cache.internal", 1))),
            ("2001:db8::1:7001", Some(("2001:db8::1", 7001))),
            (":7001", Some(("10.0.0.1", 7001))),
            ("?:7001", None),
            ("10.0.0.2", None),
            ("10.0.0.2:x", None),
        ] {
            assert_eq!(Addr::parse(text, &asked), addr.map(|(host, port)| Addr::new(host, port)), "{text}");
        }
    }
}
