//! Callers that ask for several entries at a time, each of which is judged as if it had been asked for alone.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;

use super::callers::{Call, Caller, PLAIN, TTL};
use crate::engine::{Asked, OriginMany, read_through_many, read_through_many_owned, told_apart};
use crate::error::Error;
use crate::mode::Mode;
use crate::policy::Policy;
use crate::value::Content;

/// What may be asked for at a time.
pub(super) const ORDERS: [&[usize]; 9] =
    [&[0, 1], &[1, 0], &[1, 2], &[2, 1], &[2, 0], &[0, 1, 2], &[2, 1, 0], &[1, 2, 0], &[0, 0, 1]];
const ALL: &[usize] = &[0, 1, 2];

type Rows = Result<HashMap<usize, u64>, Error>;
type Load = Pin<Box<dyn Future<Output = Rows> + Send>>;

impl Caller {
    /// Reads some entries, once.
    pub(super) async fn read_many(self, call: Call, entries: &'static [usize]) {
        let number = self.process.number;
        let wire = self.world.server.wire(number);
        let expected = self.world.oracle.expect(number, wire.as_deref());
        let got = match call {
            Call::Borrowed => self.call_for_many(entries, Mode::Normal).await,
            Call::Owned(policy) => {
                let asked = self.asked(entries, policy, Mode::Normal);
                read_through_many_owned(&self.process.engine, asked, Arc::new(self.origin_of_many())).await
            }
        };
        self.note(&match &got {
            Ok(rows) => format!("gets {rows:?}"),
            Err(error) => format!("gets an error, {error}"),
        });
        for value in got.into_iter().flat_map(HashMap::into_values) {
            self.world.oracle.judge_one_of_many(&self.name, expected, value, wire.is_some());
        }
    }

    /// Loads all entries anew.
    pub(super) async fn refresh_many(&self) -> bool {
        self.call_for_many(&ALL[..self.world.keys.len()], Mode::Refresh).await.is_ok()
    }

    /// Stores all entries.
    pub(super) async fn put_many(&self, value: u64) -> bool {
        let entry = |entry| {
            let request = self.world.request(&self.process, entry, PLAIN, Mode::Normal);
            (request, Content::Value(Arc::new(value)), Some(TTL))
        };
        let entries: Vec<_> = (0..self.world.keys.len()).map(entry).collect();
        self.process.engine.put_many(&entries).await.iter().all(Result::is_ok)
    }

    async fn call_for_many(&self, entries: &[usize], mode: Mode) -> Rows {
        let asked = self.asked(entries, PLAIN, mode);
        read_through_many(&self.process.engine, asked, &self.origin_of_many()).await
    }

    fn asked(&self, entries: &[usize], policy: Policy, mode: Mode) -> Asked<usize, u64> {
        let places = told_apart(entries.iter());
        let request = |&first: &usize| self.world.request(&self.process, entries[first], policy, mode);
        let requests: Vec<_> = places.1.iter().map(request).collect();
        Asked::new(entries.to_vec(), places, vec![None; requests.len()], requests)
    }

    fn origin_of_many(&self) -> OriginMany<'static, usize, Rows, impl Fn(Vec<usize>) -> Load + Send + Sync + use<>> {
        let caller = self.clone();
        let is_choosy = self.world.plan.is_choosy;
        let load = move |entries: Vec<usize>| -> Load {
            let caller = caller.clone();
            Box::pin(async move {
                let value = caller.load().await?;
                Ok(entries.into_iter().map(|entry| (entry, value)).collect())
            })
        };
        OriginMany::new(load, None).cache_if(move |value| !is_choosy || value % 2 == 0)
    }
}
