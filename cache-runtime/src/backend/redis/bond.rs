//! What the other connections of a runtime, and who speaks on it, have to know of the plain one.

use std::sync::Arc;

use tokio::sync::watch;

use super::server::Endpoint;
use crate::clock::Tick;
use crate::store::Feed;

/// Counts the plain connections. What was found on one of them need not be true on the next, which may lead to another
/// server: behind a name or a balancer the old primary can live on, with all connections that nobody has closed.
///
/// So the server that tells of changes has to be the one at which they are made. Nothing that is read on the tracked
/// connection is believed from when the plain one is lost, until both are made anew, the tracked one last.
///
/// Where the tracked one alone is made anew it may lead to a new server, while invalidations go to the old one. They are
/// lost then, for all who are at the new one, whether values are kept here or not; with the old server ends the plain
/// connection, and everything is made anew.
pub(super) struct Bond {
    plain: watch::Sender<Plain>,
    tracked: Arc<Feed>,
}

#[derive(Default)]
struct Plain {
    losses: u64,
    /// Where it leads, as long as it is made.
    endpoint: Option<Endpoint>,
}

impl Bond {
    /// `tracked` is what is heard on the tracked connection.
    pub(super) fn new(tracked: Arc<Feed>) -> Arc<Self> {
        Arc::new(Self { plain: watch::Sender::default(), tracked })
    }

    /// How many plain connections were lost. Counted before the next one is made: as long as this is the same, so is the
    /// connection.
    pub(super) fn losses(&self) -> u64 {
        self.plain.borrow().losses
    }

    /// The plain connection is lost.
    pub(super) fn lost(&self) {
        self.plain.send_modify(|plain| {
            *plain = Plain { losses: plain.losses + 1, endpoint: None };
            self.tracked.fall_silent();
        });
    }

    /// The plain connection is made, and leads there.
    pub(super) fn connected(&self, endpoint: &Endpoint) {
        self.plain.send_modify(|plain| plain.endpoint = Some(endpoint.clone()));
    }

    /// Waits until there is a plain connection. Returns how many were lost before it, and where it leads: so do the other
    /// connections, whatever else would be found meanwhile.
    pub(super) async fn made(&self) -> Option<(u64, Endpoint)> {
        let mut plain = self.plain.subscribe();
        let made = plain.wait_for(|plain| plain.endpoint.is_some()).await.ok()?;
        Some((made.losses, made.endpoint.clone()?))
    }

    /// Where the plain connection leads before which so many were lost, as long as it stands.
    pub(super) fn endpoint(&self, losses: u64) -> Option<Endpoint> {
        let plain = self.plain.borrow();
        plain.endpoint.clone().filter(|_| plain.losses == losses)
    }

    /// Returns when the plain connection is lost before which so many were.
    pub(super) async fn ends(&self, losses: u64) {
        let mut plain = self.plain.subscribe();
        let _ = plain.wait_for(|plain| plain.losses != losses).await;
    }

    /// The server has answered at `asked` on the tracked connection, which was made when so many plain ones were lost.
    pub(super) fn heard(&self, losses: u64, asked: Tick) {
        // Held until it is believed: a loss comes before this, or silences it.
        let plain = self.plain.borrow();
        if plain.losses == losses {
            self.tracked.heard(asked);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use redis::ConnectionAddr;

    use super::*;
    use crate::store::Coherence;

    #[test]
    fn the_tracked_connection_is_believed_if_it_was_made_after_the_plain_one() {
        let now = Tick::now();
        let feed = Feed::new(Coherence::Tracking);
        let bond = Bond::new(Arc::clone(&feed));
        let endpoint = Endpoint::new(ConnectionAddr::Tcp("a".to_owned(), 1));
        let made = || bond.made().now_or_never().flatten().map(|(losses, _)| losses);
        assert!(made().is_none());
        bond.connected(&endpoint);
        let first = made().unwrap();
        assert!(bond.endpoint(first).is_some());
        bond.heard(first, now);
        let pledge = feed.pledge(now).unwrap();
        assert!(bond.ends(first).now_or_never().is_none());
        bond.lost();
        assert!(!pledge.holds(now) && made().is_none() && bond.endpoint(first).is_none());
        bond.heard(first, now);
        bond.connected(&endpoint);
        bond.heard(first, now);
        assert!(feed.pledge(now).is_none(), "it may be heard of another server");
        bond.ends(first).now_or_never().unwrap();
        assert!(bond.endpoint(first).is_none(), "it may lead to another server");
        bond.heard(made().unwrap(), now);
        assert!(feed.pledge(now).is_some() && !pledge.holds(now));
    }
}
