//! How one node sees the cluster.

use redis::{RedisResult, Value};

use super::addr::Addr;
use super::slot::SLOTS;

/// Which primary has which slots, as one node says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct View {
    /// Whether the cluster is in order, as far as this node is in touch with it. Compared first: who has lost touch knows
    /// nothing of what was decided since.
    is_ok: bool,
    /// Grows with each decision about who has what.
    epoch: u64,
    /// Ranges of slots, both ends included, and who has them.
    pub(super) ranges: Vec<(u16, u16, Addr)>,
    /// Who may have them one day.
    pub(super) replicas: Vec<Addr>,
}

impl View {
    /// From the answers to `CLUSTER INFO` and `CLUSTER SLOTS` of the node at `asked`.
    pub(super) fn of(info: RedisResult<Value>, slots: RedisResult<Value>, asked: &Addr) -> RedisResult<Self> {
        let mut view = Self::default();
        view.read_info(&text(info?).unwrap_or_default());
        if let Value::Array(ranges) = slots? {
            // There are no more ranges than slots, whatever a node says.
            for range in ranges.into_iter().take(usize::from(SLOTS)) {
                view.read_range(range, asked);
            }
        }
        Ok(view)
    }

    /// Who knows more.
    pub(super) fn rank(&self) -> (bool, u64) {
        (self.is_ok, self.epoch)
    }

    fn read_info(&mut self, info: &str) {
        for line in info.lines() {
            match line.split_once(':') {
                Some(("cluster_state", state)) => self.is_ok = state == "ok",
                Some(("cluster_current_epoch", epoch)) => self.epoch = epoch.parse().unwrap_or_default(),
                _ => {}
            }
        }
    }

    /// `[first, last, primary, replica ..]`. What is not understood is left out: nobody has those slots then.
    fn read_range(&mut self, range: Value, asked: &Addr) {
        let Value::Array(fields) = range else { return };
        let mut fields = fields.into_iter();
        let (Some(Value::Int(first)), Some(Value::Int(last))) = (fields.next(), fields.next()) else { return };
        let (Ok(first), Ok(last)) = (u16::try_from(first), u16::try_from(last)) else { return };
        if last >= SLOTS || first > last {
            return;
        }
        if let Some(primary) = fields.next().and_then(|node| addr(node, asked)) {
            self.ranges.push((first, last, primary));
        }
        for replica in fields.filter_map(|node| addr(node, asked)) {
            if !self.replicas.contains(&replica) {
                self.replicas.push(replica);
            }
        }
    }
}

/// `[host, port, ..]`. Who does not know its own host says nothing.
fn addr(node: Value, asked: &Addr) -> Option<Addr> {
    let Value::Array(fields) = node else { return None };
    let mut fields = fields.into_iter();
    let (host, port) = (fields.next()?, fields.next()?);
    let Value::Int(port) = port else { return None };
    let host = if host == Value::Nil { String::new() } else { text(host)? };
    Addr::named(&host, u16::try_from(port).ok()?, asked)
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::BulkString(bytes) => String::from_utf8(bytes).ok(),
        Value::SimpleString(text) | Value::VerbatimString { text, .. } => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(host: Value, port: i64) -> Value {
        Value::Array(vec![host, Value::Int(port), Value::BulkString(b"id".to_vec()), Value::Array(vec![])])
    }

    fn named(host: &str, port: i64) -> Value {
        node(Value::BulkString(host.into()), port)
    }

    #[test]
    fn slots_replicas_and_rank_are_read() {
        let asked = Addr::new("seed", 1);
        let info = Value::BulkString(b"cluster_state:ok\r\ncluster_current_epoch:17\r\n".to_vec());
        let slots = Value::Array(vec![
            Value::Array(vec![Value::Int(0), Value::Int(9), named("a", 1), named("b", 2)]),
            Value::Array(vec![Value::Int(10), Value::Int(16383), node(Value::Nil, 3), named("b", 2), named("?", 4)]),
            Value::Array(vec![Value::Int(10), Value::Int(16384), named("c", 5)]),
            Value::Int(7),
        ]);
        let view = View::of(Ok(info), Ok(slots), &asked).unwrap();
        assert_eq!(view.rank(), (true, 17));
        assert_eq!(view.ranges, [(0, 9, Addr::new("a", 1)), (10, 16383, Addr::new("seed", 3))]);
        assert_eq!(view.replicas, [Addr::new("b", 2)]);
    }

    #[test]
    fn who_is_in_touch_knows_more_than_who_is_not() {
        let view = |state: &str, epoch: u64| {
            let info = format!("cluster_state:{state}\r\ncluster_current_epoch:{epoch}\r\n");
            View::of(Ok(Value::BulkString(info.into())), Ok(Value::Array(vec![])), &Addr::new("a", 1)).unwrap().rank()
        };
        assert!(view("ok", 1) > view("fail", 2) && view("ok", 2) > view("ok", 1));
    }
}
