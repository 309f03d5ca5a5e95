//! The task that keeps one link connected, for ever.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use tokio::sync::{Notify, watch};
use tokio::time::{sleep, timeout};

use super::attempt::{self, Made};
use super::line::{Line, Trouble};
use super::server::renew;
use crate::clock::{Tick, before};

pub(super) const SHORTEST_PAUSE: Duration = Duration::from_millis(50);
/// An idle connection is asked for a sign of life this often, so that a dead one is noticed before a caller pays.
pub(super) const HEARTBEAT: Duration = Duration::from_millis(500);
/// Unanswered PINGs after which a connection is given up. Until then a server that was only frozen is served by it again.
pub(super) const STRIKES: u32 = 5;

/// What a link can do for a caller just now.
#[derive(Clone)]
pub(super) enum Status {
    /// A connection is being made; worth a short wait.
    Connecting,
    /// Commands go through.
    Up(MultiplexedConnection),
    /// The breaker is open: calls fail at once, and the supervisor goes on trying.
    Down(Arc<Trouble>),
}

/// Runs until its link is dropped.
pub(super) async fn run(line: impl Line, patience: Duration, status: watch::Sender<Status>, suspicion: Arc<Notify>) {
    let mut supervisor = Supervisor { line: Arc::new(line), patience, status, suspicion, was_up: true };
    loop {
        let made = supervisor.connect().await;
        supervisor.watch(made).await;
        supervisor.line.lost();
    }
}

struct Supervisor<L> {
    line: Arc<L>,
    /// How long callers are let wait for a verdict: the operation timeout.
    patience: Duration,
    status: watch::Sender<Status>,
    suspicion: Arc<Notify>,
    /// So that each change is logged once.
    was_up: bool,
}

impl<L: Line> Supervisor<L> {
    async fn connect(&mut self) -> Made {
        // Whoever has learnt that redis is gone is not made to wait again.
        if self.was_up {
            self.status.send_replace(Status::Connecting);
        }
        let mut pause = SHORTEST_PAUSE;
        loop {
            self.line.ready().await;
            let trouble = match self.attempt().await {
                Ok(made) => {
                    // Before anybody has an answer from it.
                    self.line.made();
                    self.up(&made.connection);
                    self.line.connected(&made.endpoint);
                    return made;
                }
                Err(trouble) => trouble,
            };
            let longest = self.line.longest_pause(&trouble);
            self.down(trouble);
            sleep(pause.mul_f64(0.5 + 0.5 * fastrand::f64())).await;
            pause = longest.min(pause * 2);
        }
    }

    /// One attempt. Where it takes longer than callers can wait, the breaker opens meanwhile.
    async fn attempt(&mut self) -> Result<Made, Trouble> {
        let (line, suspicion) = (Arc::clone(&self.line), Arc::clone(&self.suspicion));
        let mut attempt = pin!(attempt::connect(&*line, self.patience, &suspicion));
        match timeout(self.patience, &mut attempt).await {
            Ok(done) => done,
            Err(_elapsed) => {
                self.down(Trouble::silence());
                attempt.await
            }
        }
    }

    /// Returns when the connection is of no use any more.
    async fn watch(&mut self, made: Made) {
        let (line, patience) = (Arc::clone(&self.line), self.patience);
        let Made { connection, endpoint, login } = made;
        let renewed = pin!(renew(&endpoint, connection.clone(), login, patience));
        let ends = pin!(before(renewed, line.outlived()));
        before(pin!(self.ask_for_signs_of_life(connection)), ends).await;
    }

    async fn ask_for_signs_of_life(&mut self, mut connection: MultiplexedConnection) {
        let mut strikes = 0;
        while strikes < STRIKES {
            if strikes == 0 {
                // Woken early by a suspicion, or late by the heartbeat: both ask for a PING.
                let _ = timeout(HEARTBEAT, self.suspicion.notified()).await;
            }
            let (question, asked) = (self.line.heartbeat(), Tick::now());
            match timeout(self.patience, connection.send_packed_command(&question)).await {
                Ok(Err(error)) if error.is_io_error() || error.is_connection_dropped() => return,
                Ok(Ok(answer)) if !self.line.keeps(&answer) => return,
                // Any other answer is a sign of life, a refusal too.
                Ok(answer) => {
                    if self.line.vouches(answer) {
                        self.line.answered(asked);
                    }
                    if strikes > 0 {
                        strikes = 0;
                        self.up(&connection);
                    }
                }
                Err(_elapsed) => {
                    strikes += 1;
                    self.down(Trouble::silence());
                }
            }
        }
    }

    fn up(&mut self, connection: &MultiplexedConnection) {
        if !self.was_up {
            self.line.say_up();
        }
        self.was_up = true;
        self.status.send_replace(Status::Up(connection.clone()));
    }

    fn down(&mut self, trouble: Trouble) {
        if self.was_up {
            self.line.say_down(&trouble);
        }
        self.was_up = false;
        self.status.send_replace(Status::Down(Arc::new(trouble)));
    }
}
