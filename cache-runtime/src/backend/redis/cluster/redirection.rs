//! What a refusal says about who has a key.

use redis::{ErrorKind, RedisError, ServerErrorKind};

use super::addr::Addr;

/// In each of these cases nothing was done.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Redirection {
    /// The slot belongs to another node from now on.
    Moved(Addr),
    /// The slot is on its way to another node, and this key is there already, if anywhere.
    Ask(Addr),
    /// Something about the key is under way.
    Later,
    /// The node serves nobody just now.
    Down,
}

impl Redirection {
    /// `None`: it is a refusal like any other. `asked` is who refused.
    pub(super) fn of(refusal: &RedisError, asked: &Addr) -> Option<Self> {
        let ErrorKind::Server(kind) = refusal.kind() else { return None };
        let named = || refusal.redirect_node().and_then(|(addr, _slot)| Addr::parse(addr, asked));
        match kind {
            // One that names nobody of use is taken for a cluster that has to sort itself out.
            ServerErrorKind::Moved => Some(named().map_or(Self::Down, Self::Moved)),
            ServerErrorKind::Ask => Some(named().map_or(Self::Down, Self::Ask)),
            ServerErrorKind::TryAgain => Some(Self::Later),
            ServerErrorKind::ClusterDown | ServerErrorKind::MasterDown | ServerErrorKind::BusyLoading => {
                Some(Self::Down)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use redis::parse_redis_value;

    use super::*;

    #[test]
    fn refusals_are_told_apart() {
        let (asked, other) = (Addr::new("a", 1), Addr::new("b", 2));
        for (line, told) in [
            ("MOVED 1 b:2", Some(Redirection::Moved(other.clone()))),
            ("MOVED 1 :2", Some(Redirection::Moved(Addr::new("a", 2)))),
            ("MOVED 1 ?:2", Some(Redirection::Down)),
            ("ASK 1 b:2", Some(Redirection::Ask(other))),
            ("TRYAGAIN later", Some(Redirection::Later)),
            ("CLUSTERDOWN Hash slot not served", Some(Redirection::Down)),
            ("LOADING Redis is loading the dataset in memory", Some(Redirection::Down)),
            ("WRONGTYPE no", None),
            ("ERR no", None),
        ] {
            let refusal = parse_redis_value(format!("-{line}\r\n").as_bytes()).and_then(redis::Value::extract_error);
            assert_eq!(Redirection::of(&refusal.unwrap_err(), &asked), told, "{line}");
        }
    }
}
