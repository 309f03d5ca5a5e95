//! The map: which node has which slot.

use std::sync::Arc;

use super::addr::Addr;
use super::node::Node;
use super::parts::Parts;
use super::slot::{self, SLOTS};
use super::view::View;

/// Where a slot belongs to nobody.
const NOBODY: u16 = u16::MAX;

#[derive(Default)]
pub(super) struct Chart {
    /// For each slot the number of a node.
    owners: Vec<u16>,
    nodes: Vec<Arc<Node>>,
    /// Who may be asked for the map when none of the nodes answers.
    pub(super) replicas: Vec<Addr>,
}

/// What is new in another map.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Changes {
    /// A slot belongs to another node.
    pub(super) is_changed: bool,
    /// A node that had slots has none any more: another one may have taken its place, and may lack what it did last.
    pub(super) is_replaced: bool,
}

impl Chart {
    pub(super) fn nodes(&self) -> &[Arc<Node>] {
        &self.nodes
    }

    /// Those that have slots.
    pub(super) fn primaries(&self) -> Vec<Arc<Node>> {
        let has_slots = self.have_slots();
        self.nodes.iter().zip(has_slots).filter(|(_, has_slots)| *has_slots).map(|(node, _)| Arc::clone(node)).collect()
    }

    pub(super) fn owner(&self, slot: u16) -> Option<&Arc<Node>> {
        self.nodes.get(usize::from(*self.owners.get(usize::from(slot))?))
    }

    pub(super) fn at(&self, addr: &Addr) -> Option<&Arc<Node>> {
        self.nodes.iter().find(|node| node.addr == *addr)
    }

    /// One that a redirection has led to.
    pub(super) fn add(&mut self, node: Arc<Node>) {
        self.nodes.push(node);
    }

    /// `slot` belongs to the node at `addr` from now on, as its last owner says.
    pub(super) fn give(&mut self, slot: u16, addr: &Addr) {
        let to = self.nodes.iter().position(|node| node.addr == *addr).and_then(|at| u16::try_from(at).ok());
        let from = self.owner(slot).cloned();
        if let (Some(to), Some(owner)) = (to, self.owners.get_mut(usize::from(slot)))
            && *owner != to
        {
            *owner = to;
            if let Some(from) = from {
                from.distrust();
            }
        }
    }

    /// Takes over what a node has told. `make` makes those nodes that are new.
    pub(super) fn adopt(&mut self, view: View, mut make: impl FnMut(&Addr) -> Option<Arc<Node>>) -> Changes {
        let mut next = Self { owners: vec![NOBODY; usize::from(SLOTS)], nodes: Vec::new(), replicas: view.replicas };
        for (first, last, addr) in &view.ranges {
            if next.at(addr).is_none() {
                next.nodes.extend(self.at(addr).cloned().or_else(|| make(addr)));
            }
            let Some(at) = next.nodes.iter().position(|node| node.addr == *addr) else { continue };
            let at = u16::try_from(at).unwrap_or(NOBODY);
            if let Some(slots) = next.owners.get_mut(usize::from(*first)..=usize::from(*last)) {
                slots.fill(at);
            }
        }
        // A node that is about to get its first slot is in no map.
        let named = self.nodes.iter().filter(|node| next.at(&node.addr).is_none() && node.was_named());
        let named: Vec<_> = named.cloned().collect();
        next.nodes.extend(named);
        let changes = self.compare(&next);
        *self = next;
        changes
    }

    /// Gives each node the key that it is to answer for, unless it has one that will do.
    pub(super) fn renew_mandates(&self, parts: &Parts) {
        for (at, node) in self.nodes.iter().enumerate() {
            let is_its_own =
                |slot: u16| self.owners.get(usize::from(slot)).is_some_and(|owner| usize::from(*owner) == at);
            let has = node.mandate.asked_for();
            if has.as_deref().is_some_and(|key| is_its_own(slot::of(key))) {
                continue;
            }
            let key =
                self.owners.contains(&u16::try_from(at).unwrap_or(NOBODY)).then(|| parts.empty_key_in(is_its_own));
            let key = key.flatten();
            if key != has {
                node.mandate.renew(key);
            }
        }
    }

    /// What is new in `next`. Nothing that was kept from a node that loses something is believed any more.
    fn compare(&self, next: &Self) -> Changes {
        let mut changes = Changes { is_changed: self.owners.is_empty(), is_replaced: false };
        let mut losers = vec![false; self.nodes.len()];
        for (slot, old) in (0..).zip(&self.owners) {
            let new = next.owner(slot).map(|node| &node.addr);
            let old = usize::from(*old);
            if self.nodes.get(old).map(|node| &node.addr) != new {
                changes.is_changed = true;
                losers.get_mut(old).into_iter().for_each(|loses| *loses = true);
            }
        }
        let next_primaries = next.primaries();
        for ((node, loses), had_slots) in self.nodes.iter().zip(losers).zip(self.have_slots()) {
            let is_primary = next_primaries.iter().any(|primary| Arc::ptr_eq(primary, node));
            changes.is_replaced |= had_slots && !is_primary;
            if next.at(&node.addr).is_none() {
                node.close();
            } else if loses {
                node.distrust();
            }
        }
        changes
    }

    fn have_slots(&self) -> Vec<bool> {
        let mut have = vec![false; self.nodes.len()];
        for owner in &self.owners {
            have.get_mut(usize::from(*owner)).into_iter().for_each(|has| *has = true);
        }
        have
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use redis::Value;
    use tokio::runtime::Handle;

    use super::*;
    use crate::backend::redis::cluster::site::Setting;
    use crate::backend::redis::losses::Losses;
    use crate::backend::redis::news::News;
    use crate::backend::redis::server::Endpoint;
    use crate::store::NearFeed;

    fn node(name: &str) -> Arc<Node> {
        let (seed, news) =
            (Endpoint::new(redis::ConnectionAddr::Tcp("seed".to_owned(), 1)), News::new("", NearFeed::Tracking));
        let parts = Parts::of_everything("");
        let patience = Duration::from_secs(1);
        let setting =
            Setting { seeds: vec![seed.clone()], news: Arc::new(news), losses: Losses::none(), parts, patience };
        Node::new(addr(name), seed, &Arc::new(setting), &Handle::current(), &Arc::default())
    }

    fn addr(name: &str) -> Addr {
        Addr::new(name, 1)
    }

    /// Who has the slots behind those of the one before, up to which.
    type Owners<'a> = &'a [(&'a str, u16)];

    fn view(owners: Owners<'_>) -> View {
        let mut first = 0;
        let ranges = owners.iter().map(|(name, last)| {
            let host = Value::Array(vec![Value::BulkString((*name).into()), Value::Int(1)]);
            let range = vec![Value::Int(first.into()), Value::Int((*last).into()), host];
            first = last + 1;
            Value::Array(range)
        });
        let (info, ranges) = (Value::BulkString(Vec::new()), Value::Array(ranges.collect()));
        View::of(Ok(info), Ok(ranges), &addr("asked")).unwrap()
    }

    fn adopt(chart: &mut Chart, owners: Owners<'_>) -> Changes {
        let changes = chart.adopt(view(owners), |addr| Some(node(&addr.host)));
        chart.renew_mandates(&Parts::of_everything(""));
        changes
    }

    fn owner(chart: &Chart, slot: u16) -> Option<&str> {
        chart.owner(slot).map(|node| &*node.addr.host)
    }

    #[tokio::test]
    async fn it_says_what_is_new_and_keeps_who_stays() {
        let mut chart = Chart::default();
        assert_eq!(owner(&chart, 0), None);
        let steps: [(Owners<'_>, bool, bool); 6] = [
            (&[("a", 9999), ("b", 16383)], true, false),
            (&[("a", 9999), ("b", 16383)], false, false),
            (&[("a", 8000), ("b", 16383)], true, false),
            (&[("c", 8000), ("b", 16383)], true, true),
            (&[("c", 8000), ("b", 9000)], true, false),
            (&[("c", 8000), ("b", 16383)], true, false),
        ];
        for (owners, is_changed, is_replaced) in steps {
            let before = chart.at(&addr("b")).cloned();
            assert_eq!(adopt(&mut chart, owners), Changes { is_changed, is_replaced }, "{owners:?}");
            assert!(before.is_none_or(|before| Arc::ptr_eq(&before, chart.at(&addr("b")).unwrap())));
            assert_eq!(
                (owner(&chart, 0), owner(&chart, 8500)),
                (Some(owners[0].0), Some(if owners[0].1 > 8500 { "a" } else { "b" }))
            );
            assert_eq!(owner(&chart, 16383).is_some(), owners[1].1 == 16383);
            assert_eq!(chart.primaries().len(), 2);
        }
    }

    #[tokio::test]
    async fn each_node_answers_for_a_slot_of_its_own() {
        let mut chart = Chart::default();
        adopt(&mut chart, &[("a", 9999), ("b", 16383)]);
        let asked_for = |chart: &Chart, name: &str| chart.at(&addr(name)).unwrap().mandate.asked_for();
        let before = asked_for(&chart, "b").unwrap();
        assert!(slot::of(&before) > 9999 && slot::of(&asked_for(&chart, "a").unwrap()) <= 9999);
        let last = slot::of(&before);
        adopt(&mut chart, &[("a", last), ("b", 16383)]);
        let now = asked_for(&chart, "b").unwrap();
        assert!(slot::of(&now) > last, "another slot, as that one is gone");
        adopt(&mut chart, &[("a", last - 1), ("b", 16383)]);
        assert_eq!(asked_for(&chart, "b"), Some(now), "it is still its own");
    }

    #[tokio::test]
    async fn a_slot_that_has_moved_is_where_its_last_owner_says() {
        let mut chart = Chart::default();
        adopt(&mut chart, &[("a", 9999), ("b", 16383)]);
        chart.give(7, &addr("b"));
        chart.give(8, &addr("unknown"));
        assert_eq!([7, 8].map(|slot| owner(&chart, slot)), [Some("b"), Some("a")]);
    }

    #[tokio::test]
    async fn a_node_without_slots_stays_as_long_as_somebody_is_sent_there() {
        let mut chart = Chart::default();
        let owners = [("a", 9999), ("b", 16383)];
        adopt(&mut chart, &owners);
        chart.add(node("new"));
        chart.at(&addr("new")).unwrap().is_named();
        adopt(&mut chart, &owners);
        assert!(chart.at(&addr("new")).is_some_and(|node| node.mandate.asked_for().is_none()));
        adopt(&mut chart, &owners);
        assert!(chart.at(&addr("new")).is_none());
    }
}
