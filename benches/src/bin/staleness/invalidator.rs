//! The process that invalidates: this very program, started once more. They talk in lines.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;
use std::{env, iter};

use cache_runtime::Cache;
use cache_tests::Process;

use crate::clock;

pub(crate) const KEY: &str = "value";

/// A cache on the Redis at `url`.
pub(crate) fn cache(url: &str) -> Cache {
    Cache::builder().url(url).operation_timeout(Duration::from_secs(2)).build().unwrap()
}

/// The other process, in the hands of this one.
pub(crate) struct Invalidator {
    orders: ChildStdin,
    reports: BufReader<ChildStdout>,
    _process: Process,
}

/// When an invalidation began, and when it was acknowledged.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Invalidated {
    pub(crate) began: i64,
    pub(crate) acknowledged: i64,
}

impl Invalidator {
    pub(crate) fn start(url: &str) -> Self {
        let mut command = Command::new(env::current_exe().unwrap());
        command.arg(url).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = Process::spawn(&mut command).unwrap();
        let (orders, reports) = process.take_pipes().unwrap();
        Self { orders, reports: BufReader::new(reports), _process: process }
    }

    /// Asks for an invalidation, and does not wait for it.
    pub(crate) fn order(&mut self) {
        writeln!(self.orders, "invalidate").unwrap();
    }

    /// What became of it.
    pub(crate) fn report(&mut self) -> Invalidated {
        let mut line = String::new();
        self.reports.read_line(&mut line).unwrap();
        let (began, acknowledged) = line.trim_end().split_once(' ').unwrap();
        Invalidated { began: began.parse().unwrap(), acknowledged: acknowledged.parse().unwrap() }
    }
}

/// What the other process does until this one is gone.
pub(crate) async fn obey(url: &str) {
    let cache = cache(url);
    cache.ping().await.unwrap();
    let mut orders = io::stdin().lines();
    for _order in iter::from_fn(|| orders.next()?.ok()) {
        let began = clock::now();
        cache.invalidate(KEY).await.unwrap();
        println!("{began} {}", clock::now());
    }
}
