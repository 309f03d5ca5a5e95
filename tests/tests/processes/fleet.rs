//! Several processes on one Redis, in the hands of a test.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{ChildStdin, ChildStdout};
use std::thread;
use std::time::Duration;

use cache_tests::{Process, RedisServer};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

use crate::member;
use crate::messages::{Keep, Kept, Order, Report};

/// For everything that must happen; a machine under load takes its time.
const PATIENCE: Duration = Duration::from_secs(30);

/// A load that a process has begun.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Loading {
    pub(crate) member: usize,
    load: usize,
    pub(crate) at: Instant,
}

/// A call whose tasks all have their answers.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) member: usize,
    pub(crate) call: usize,
    pub(crate) values: BTreeMap<u64, usize>,
    pub(crate) at: Instant,
}

/// What a process has counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counted {
    pub(crate) refused_fills: u64,
    pub(crate) misses: u64,
}

/// The processes, which end with this, and what they have said so far.
pub(crate) struct Fleet {
    pub(crate) server: RedisServer,
    pub(crate) loads: Vec<Loading>,
    pub(crate) answers: Vec<Answered>,
    counted: Vec<(usize, Counted)>,
    kept: Option<Kept>,
    ready: usize,
    members: Vec<(Process, ChildStdin)>,
    reports: mpsc::UnboundedReceiver<(usize, Instant, Report)>,
}

impl Fleet {
    /// That many processes, connected and idle.
    pub(crate) async fn of(size: usize) -> Self {
        Self::on(RedisServer::start(), size).await
    }

    pub(crate) async fn on(server: RedisServer, size: usize) -> Self {
        let (sender, reports) = mpsc::unbounded_channel();
        let (url, mut members) = (server.url(), Vec::new());
        for member in 0..size {
            let mut process = Process::spawn(&mut member::command(&url)).unwrap();
            let (orders, said) = process.take_pipes().unwrap();
            let sender = sender.clone();
            thread::spawn(move || listen(member, said, &sender));
            members.push((process, orders));
        }
        let (loads, answers, counted) = (Vec::new(), Vec::new(), Vec::new());
        let mut fleet = Self { server, loads, answers, counted, kept: None, ready: 0, members, reports };
        fleet.until("all processes are ready", |fleet| fleet.ready == size).await;
        fleet.server.command(&["CONFIG", "RESETSTAT"]);
        fleet
    }

    pub(crate) fn size(&self) -> usize {
        self.members.len()
    }

    /// Lets every process call the function that many times.
    pub(crate) fn call(&mut self, call: usize, tasks: usize) {
        (0..self.size()).for_each(|member| self.order(member, Order::Call { call, tasks }));
    }

    /// Lets the origin answer; returns when that was.
    pub(crate) fn answer(&mut self, loading: Loading, value: u64) -> Instant {
        self.order(loading.member, Order::Answer { load: loading.load, value });
        Instant::now()
    }

    pub(crate) fn kill(&mut self, member: usize) {
        self.members[member].0.kill().unwrap();
    }

    pub(crate) fn freeze(&self, member: usize) {
        self.members[member].0.freeze().unwrap();
    }

    pub(crate) fn thaw(&self, member: usize) {
        self.members[member].0.thaw().unwrap();
    }

    /// Waits until what the processes have said is what `check` looks for.
    pub(crate) async fn until(&mut self, what: &str, check: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !check(self) {
            let Ok(report) = timeout_at(deadline, self.reports.recv()).await else {
                panic!("not within {PATIENCE:?}, although it should be: {what}; {:?} {:?}", self.loads, self.answers);
            };
            self.note(report.unwrap());
        }
    }

    /// Waits for the next load.
    pub(crate) async fn next_load(&mut self, what: &str) -> Loading {
        let before = self.loads.len();
        self.until(what, |fleet| fleet.loads.len() > before).await;
        self.loads[before]
    }

    /// Lets time pass, which is how long an origin takes, or how long nothing else is to happen.
    pub(crate) async fn pass(&mut self, time: Duration) {
        let end = Instant::now() + time;
        while let Ok(report) = timeout_at(end, self.reports.recv()).await {
            self.note(report.unwrap());
        }
    }

    /// What a process has counted up to now.
    pub(crate) async fn count(&mut self, member: usize) -> Counted {
        self.counted.clear();
        self.order(member, Order::Count);
        self.until("a process counts", |fleet| !fleet.counted.is_empty()).await;
        self.counted[0].1
    }

    /// Lets a process do something with the value that it keeps.
    pub(crate) async fn keep(&mut self, member: usize, order: Keep) -> Kept {
        self.kept = None;
        self.order(member, Order::Keep(order));
        self.until("a process has done something with what it keeps", |fleet| fleet.kept.is_some()).await;
        self.kept.unwrap()
    }

    /// What the answers to a call were, each value once.
    pub(crate) fn values(&self, call: usize) -> Vec<u64> {
        let answers = self.answers.iter().filter(|answered| answered.call == call);
        let mut values: Vec<_> = answers.flat_map(|answered| answered.values.keys().copied()).collect();
        values.sort_unstable();
        values.dedup();
        values
    }

    fn order(&mut self, member: usize, order: Order) {
        let line = serde_json::to_string(&order).unwrap() + "\n";
        self.members[member].1.write_all(line.as_bytes()).unwrap();
    }

    fn note(&mut self, (member, at, report): (usize, Instant, Report)) {
        match report {
            Report::Ready => self.ready += 1,
            Report::Loading { load } => self.loads.push(Loading { member, load, at }),
            Report::Answered { call, values } => self.answers.push(Answered { member, call, values, at }),
            Report::Kept(kept) => self.kept = Some(kept),
            Report::Counted { refused_fills, misses } => {
                self.counted.push((member, Counted { refused_fills, misses }));
            }
        }
    }
}

/// Passes on what a process says, until it ends. The test harness in it says something, too.
fn listen(member: usize, said: ChildStdout, reports: &mpsc::UnboundedSender<(usize, Instant, Report)>) {
    for line in BufReader::new(said).lines().map_while(Result::ok) {
        if let Ok(report) = serde_json::from_str(&line) {
            let _ = reports.send((member, Instant::now(), report));
        }
    }
}
