//! Processes of the service, in the hands of a test.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use cache_tests::{Process, RedisServer, eventually};
use http_body_util::Full;
use hyper::{Method, Request, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client::{Answer, Connection, with_json};

/// The program, built by cargo for these tests.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_user-service");
/// For everything that must happen; a machine under load takes its time.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// One process, which ends with this.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) process: Process,
    pub(crate) address: SocketAddr,
    folder: TempDir,
}

impl Service {
    /// Starts it with these variables and no others, and returns when it listens.
    pub(crate) fn start(variables: &[(&str, &str)]) -> Self {
        Self::spawn(variables).listening()
    }

    /// Starts it, and does not wait.
    pub(crate) fn spawn(variables: &[(&str, &str)]) -> Self {
        Self::spawn_by(Command::new(PROGRAM), variables)
    }

    /// The same, by a command that becomes the program.
    pub(crate) fn spawn_by(mut command: Command, variables: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().unwrap();
        let log = File::create(folder.path().join("log")).unwrap();
        command.env_clear().env("BIND", "127.0.0.1:0").envs(variables.iter().copied());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log).current_dir(folder.path());
        let process = Process::spawn(&mut command).unwrap();
        Self { process, address: ([0; 4], 0).into(), folder }
    }

    /// Returns when it listens.
    pub(crate) fn listening(mut self) -> Self {
        let (_, said) = self.process.take_pipes().unwrap();
        let mut line = String::new();
        BufReader::new(said).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://");
        self.address = address.unwrap_or_else(|| panic!("it said {line:?}, and {}", self.log())).parse().unwrap();
        self
    }

    /// What it has logged.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Full::default()).unwrap()).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(Request::delete(path).body(Full::default()).unwrap()).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(with_json(Method::PUT, path, body)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(with_json(Method::POST, path, body)).await
    }

    /// On a connection of its own.
    pub(crate) async fn send(&self, request: Request<Full<hyper::body::Bytes>>) -> Answer {
        Connection::open(self.address).await.unwrap().send(request).await.unwrap()
    }

    /// What a user is called there.
    pub(crate) async fn name_of(&self, id: i64) -> String {
        let answer = self.get(&format!("/users/{id}")).await;
        assert_eq!(answer.status, StatusCode::OK);
        answer.json()["name"].as_str().unwrap().to_owned()
    }

    /// Gives a user another name.
    pub(crate) async fn rename(&self, id: i64, name: &str) -> Answer {
        let email = format!("user{id}@example.com");
        self.put(&format!("/users/{id}"), &json!({ "name": name, "email": email })).await
    }

    /// The sample of `/metrics` that begins like this, if there is one.
    pub(crate) async fn sample(&self, beginning: &str) -> Option<f64> {
        let answer = self.get("/metrics").await;
        let line = answer.text().lines().find(|line| line.starts_with(beginning))?;
        line.rsplit(' ').next()?.parse().ok()
    }

    /// Waits until it has ended by itself.
    pub(crate) async fn ended(&mut self) -> String {
        let mut status = None;
        eventually(PATIENCE, "the service has ended", || {
            status = self.process.ended();
            let ended = status.is_some();
            async move { ended }
        })
        .await;
        status.unwrap()
    }
}

/// How a process ends that was not killed and had no trouble.
pub(crate) fn well() -> String {
    ExitStatus::default().to_string()
}

/// Several processes on one database of a thousand users, and one Redis.
#[derive(Debug)]
pub(crate) struct Fleet {
    pub(crate) redis: RedisServer,
    pub(crate) services: Vec<Service>,
    pub(crate) database: Database,
}

impl Fleet {
    /// All of them are started at the same time: one makes the database.
    pub(crate) fn start(size: usize, variables: &[(&str, &str)]) -> Self {
        let (redis, database) = (RedisServer::start(), Database::new());
        let (redis_url, database_url) = (redis.url(), database.url());
        let mut all = vec![("REDIS_URL", &*redis_url), ("DATABASE_URL", &*database_url), ("SEED", "1000")];
        all.extend(variables);
        let started: Vec<_> = (0..size).map(|_| Service::spawn(&all)).collect();
        let services = started.into_iter().map(Service::listening).collect();
        Self { redis, services, database }
    }
}

/// A file of SQLite that goes with this.
#[derive(Debug)]
pub(crate) struct Database(TempDir);

impl Database {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    pub(crate) fn url(&self) -> String {
        format!("sqlite://{}", self.0.path().join("users.db").display())
    }

    /// A connection beside those of the services, which may come later.
    pub(crate) async fn connect(&self) -> sqlx::SqliteConnection {
        sqlx::Connection::connect(&format!("{}?mode=rwc", self.url())).await.unwrap()
    }
}
