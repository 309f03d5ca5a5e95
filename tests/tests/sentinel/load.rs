//! Callers and writers that go on whatever happens, and the truth by which they are judged.
//!
//! Each change of the truth has a number of its own. Who reads gets nothing older than what was invalidated before, by whatever
//! process. Only while another master takes over nobody is judged by what another process has invalidated: what the old one has
//! acknowledged and not passed on is lost, until those who have invalidated it are at the new one and have sent it again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use cache_runtime::{Cache, Policy};
use futures_util::future::join_all;
use tokio::task::JoinHandle;
use tokio::time::sleep;

const KEYS: usize = 4;
const READERS: usize = 4;
const PAUSE: Duration = Duration::from_millis(3);
/// Within that it is sent again, at the latest.
const SENT_AGAIN: Duration = Duration::from_secs(2);

pub(crate) struct Load {
    shared: Arc<Shared>,
    tasks: Vec<JoinHandle<()>>,
}

struct Shared {
    caches: Vec<Cache>,
    policy: Policy,
    /// How long an invalidation may take to become known to other processes.
    lag: Duration,
    /// By process and key. Only one process writes each of them.
    items: Vec<[Item; KEYS]>,
    /// How often the master was to change, and had changed: all processes are at the same one if it is even.
    changes: AtomicU64,
    is_over: AtomicBool,
    invalidations: AtomicU64,
    refused: AtomicU64,
}

#[derive(Default)]
struct Item {
    truth: AtomicU64,
    /// The latest that was invalidated.
    acknowledged: AtomicU64,
    /// The latest that every process has to know of.
    known: AtomicU64,
}

impl Load {
    pub(crate) fn on(caches: &[Cache], policy: Policy, lag: Duration) -> Self {
        let shared = Arc::new(Shared {
            caches: caches.to_vec(),
            policy,
            lag,
            items: caches.iter().map(|_| Default::default()).collect(),
            changes: AtomicU64::new(0),
            is_over: AtomicBool::new(false),
            invalidations: AtomicU64::new(0),
            refused: AtomicU64::new(0),
        });
        let mut tasks = Vec::new();
        for process in 0..caches.len() {
            tasks.push(tokio::spawn(Arc::clone(&shared).write(process)));
            tasks.extend((0..READERS).map(|reader| tokio::spawn(Arc::clone(&shared).read(process, reader))));
        }
        Self { shared, tasks }
    }

    /// Another master is going to take over.
    pub(crate) fn unsettle(&self) {
        self.shared.changes.fetch_add(1, Ordering::SeqCst);
    }

    /// All processes are at the new master. What was ever invalidated holds from now on.
    pub(crate) async fn settle(&self) {
        sleep(SENT_AGAIN).await;
        self.shared.changes.fetch_add(1, Ordering::SeqCst);
    }

    /// How many invalidations went through.
    pub(crate) fn invalidations(&self) -> u64 {
        self.shared.invalidations.load(Ordering::SeqCst)
    }

    /// Ends it, and fails if anybody has read something that was too old, or nothing at all. Returns how many invalidations were
    /// errors.
    pub(crate) async fn end(self) -> u64 {
        self.shared.is_over.store(true, Ordering::SeqCst);
        for ended in join_all(self.tasks).await {
            ended.unwrap();
        }
        self.shared.refused.load(Ordering::SeqCst)
    }
}

impl Shared {
    fn goes_on(&self) -> bool {
        !self.is_over.load(Ordering::SeqCst)
    }

    async fn write(self: Arc<Self>, process: usize) {
        for number in (0..KEYS).cycle().take_while(|_| self.goes_on()) {
            let item = &self.items[process][number];
            let truth = item.truth.fetch_add(1, Ordering::SeqCst) + 1;
            match self.caches[process].invalidate(key(process, number).as_str()).await {
                Ok(()) => {
                    self.invalidations.fetch_add(1, Ordering::SeqCst);
                    item.acknowledged.fetch_max(truth, Ordering::SeqCst);
                    let shared = Arc::clone(&self);
                    tokio::spawn(async move {
                        sleep(shared.lag).await;
                        shared.items[process][number].known.fetch_max(truth, Ordering::SeqCst);
                    });
                }
                Err(_refused) => {
                    self.refused.fetch_add(1, Ordering::SeqCst);
                }
            }
            sleep(PAUSE).await;
        }
    }

    async fn read(self: Arc<Self>, process: usize, reader: usize) {
        let all = (0..self.caches.len()).flat_map(|owner| (0..KEYS).map(move |number| (owner, number)));
        let all: Vec<_> = all.collect();
        for (owner, number) in all.iter().copied().cycle().skip(reader).take_while(|_| self.goes_on()) {
            let (item, changes) = (&self.items[owner][number], self.changes.load(Ordering::SeqCst));
            let floor = if owner == process { &item.acknowledged } else { &item.known }.load(Ordering::SeqCst);
            let load = || async { item.truth.load(Ordering::SeqCst) };
            let value = self.caches[process].read_through(key(owner, number).as_str(), &self.policy, load).await;
            let is_calm = changes % 2 == 0 && changes == self.changes.load(Ordering::SeqCst);
            let is_judged = is_calm || owner == process;
            assert!(
                value >= floor || !is_judged,
                "process {process} read {value}, process {owner} had invalidated {floor}"
            );
            tokio::task::yield_now().await;
        }
    }
}

fn key(process: usize, number: usize) -> String {
    format!("load:{process}:{number}")
}
