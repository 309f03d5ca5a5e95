//! The contestant that is another process.

use std::env;
use std::fmt::Display;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Mutex;
use std::time::Duration;

use cache_tests::RedisServer;

use crate::rounds::Turn;
use crate::values::Keys;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/python/decorator.py");

/// A Python that takes orders.
#[derive(Debug)]
pub(crate) struct Python(Mutex<Pipes>);

#[derive(Debug)]
struct Pipes {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Python {
    /// `None` where there is no Python 3 with redis-py; the environment variable `PYTHON` may name one.
    pub(crate) fn start(server: &RedisServer) -> Option<Self> {
        let python = env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
        let mut command = Command::new(python);
        command.arg(SCRIPT).arg(server.url()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().ok()?;
        let (orders, answers) = (child.stdin.take()?, BufReader::new(child.stdout.take()?));
        let mut pipes = Pipes { child, orders, answers };
        let is_ready = pipes.answer() == "ready";
        is_ready.then(|| Self(Mutex::new(pipes)))
    }

    pub(crate) fn warm(&self, keys: Keys) {
        let ids = keys.ids();
        self.ask(&format!("warm {} {}", ids.start, ids.end));
    }

    pub(crate) fn turn(&self, tasks: usize, keys: Keys, length: Duration) -> Turn {
        let ids = keys.ids();
        let answer = self.ask(&format!("turn {tasks} {} {} {}", ids.start, ids.end, length.as_secs_f64()));
        let numbers: Vec<f64> = answer.split(' ').map(|number| number.parse().unwrap()).collect();
        Turn { calls: numbers[0], p50: numbers[1], p99: numbers[2] }
    }

    fn ask(&self, order: &(impl Display + ?Sized)) -> String {
        let mut pipes = self.0.lock().unwrap();
        writeln!(pipes.orders, "{order}").unwrap();
        pipes.answer()
    }
}

impl Pipes {
    fn answer(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }
}

impl Drop for Pipes {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
