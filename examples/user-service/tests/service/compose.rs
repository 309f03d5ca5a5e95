//! compose.yml, as far as it can be run without containers: the service with the environment that it is given there, on a Redis
//! with the arguments that it is given there.

use std::fs;
use std::process::{Command, Stdio};

use cache_tests::{Connection, Process, eventually, free_port};
use hyper::StatusCode;
use saphyr::{LoadableYamlNode, Yaml};
use tempfile::TempDir;

use crate::stand::{Database, PATIENCE, Service};

const COMPOSE: &str = include_str!("../../compose.yml");
const KUBERNETES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/kubernetes");

/// With what stands for `${NAME:-default}` where the name is not set.
fn compose() -> Yaml<'static> {
    let mut text = COMPOSE.to_owned();
    while let Some((before, rest)) = text.split_once("${") {
        let (variable, behind) = rest.split_once('}').unwrap();
        let (_, default) = variable.split_once(":-").unwrap_or_else(|| panic!("`{variable}` has no default"));
        text = format!("{before}{default}{behind}");
    }
    Yaml::load_from_str(Box::leak(text.into_boxed_str())).unwrap().remove(0)
}

fn environment(mapping: &Yaml<'_>) -> Vec<(String, String)> {
    let text = |yaml: &Yaml<'_>| yaml.as_str().unwrap_or_else(|| panic!("not a text: {yaml:?}")).to_owned();
    mapping.as_mapping().unwrap().iter().map(|(name, value)| (text(name), text(value))).collect()
}

/// What only makes sense where the containers are, for here.
fn moved(variables: Vec<(String, String)>, redis: u16, database: &Database) -> Vec<(String, String)> {
    let moved = |(name, value): (String, String)| match &*name {
        "BIND" => (name, "127.0.0.1:0".to_owned()),
        "DATABASE_URL" => (name, database.url()),
        "REDIS_URL" => (name, value.replace("@redis:6379", &format!("@127.0.0.1:{redis}"))),
        _ => (name, value),
    };
    variables.into_iter().map(moved).collect()
}

fn start(variables: &[(String, String)]) -> Service {
    Service::start(&variables.iter().map(|(name, value)| (&**name, &**value)).collect::<Vec<_>>())
}

/// The server of compose.yml, on a port and in a folder of this test.
fn redis(compose: &Yaml<'_>, port: u16, folder: &TempDir) -> Process {
    let command = compose["services"]["redis"]["command"].as_sequence().unwrap();
    let command: Vec<_> = command.iter().map(|word| word.as_str().unwrap()).collect();
    let mut redis = Command::new(command[0]);
    redis.args(&command[1..]).args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--dir"]).arg(folder.path());
    Process::spawn(redis.stdout(Stdio::null())).unwrap()
}

#[tokio::test]
async fn what_compose_starts_works_together() {
    let (compose, database) = (compose(), Database::new());
    let (folder, port) = (TempDir::new().unwrap(), free_port());
    let _redis = redis(&compose, port, &folder);
    let answers = async || Connection::open(port).is_ok();
    eventually(PATIENCE, "the Redis of compose.yml is there", answers).await;
    let variables = moved(environment(&compose["services"]["user-service"]["environment"]), port, &database);
    let (one, other) = (start(&variables), start(&variables));

    assert_eq!(one.get("/readyz").await.json()["cache"], "answers");
    assert_eq!(one.get("/users/7").await.header("cache"), Some("miss"));
    assert_eq!(other.get("/users/7").await.header("cache"), Some("hit"));
    let is_near = async || other.get("/users/7").await.header("cache") == Some("near");
    eventually(PATIENCE, "the user of compose.yml may be told of changes", is_near).await;
    let written = one.rename(7, "Ada").await;
    assert_eq!((written.status, written.json().get("warning")), (StatusCode::OK, None));
    eventually(PATIENCE, "the other instance is told", async || other.name_of(7).await == "Ada").await;
    assert_eq!(other.get("/tenants/1/users").await.json()["users"][6]["name"], "Ada");
    for service in [one, other] {
        assert!(!service.log().contains("WARN") && !service.log().contains("ERROR"), "{}", service.log());
    }
}

#[test]
fn the_user_of_compose_may_do_what_the_readme_says() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md")).unwrap();
    let told = readme.lines().find_map(|line| line.strip_prefix("ACL SETUSER shop on >password ")).unwrap();
    let compose = compose();
    let command = compose["services"]["redis"]["command"].as_sequence().unwrap();
    let words: Vec<_> = command.iter().map(|word| word.as_str().unwrap()).collect();
    let (_, rules) =
        words.join(" ").split_once(" --user shop on >").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    assert_eq!(rules.split_once(' ').unwrap().1, told);
}

#[tokio::test]
async fn the_configuration_of_kubernetes_is_understood_and_its_probes_are_answered() {
    let read = |name: &str| fs::read_to_string(format!("{KUBERNETES}/{name}")).unwrap();
    let (configuration, secret, deployment) = (read("configmap.yaml"), read("secret.yaml"), read("deployment.yaml"));
    let yaml = |text| Yaml::load_from_str(text).unwrap().remove(0);
    let mut variables = environment(&yaml(&configuration)["data"]);
    variables.extend(environment(&yaml(&secret)["stringData"]));
    let service = start(&moved(variables, free_port(), &Database::new()));

    let deployment = yaml(&deployment);
    let container = &deployment["spec"]["template"]["spec"]["containers"][0];
    for probe in ["startupProbe", "livenessProbe", "readinessProbe"] {
        let path = container[probe]["httpGet"]["path"].as_str().unwrap();
        assert_eq!(service.get(path).await.status, StatusCode::OK, "{probe}, without a Redis");
    }
}

#[test]
fn every_variable_is_one_that_is_documented() {
    let own = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let configmap = fs::read_to_string(format!("{KUBERNETES}/configmap.yaml")).unwrap();
    let (compose, configmap) = (compose(), Yaml::load_from_str(&configmap).unwrap());
    let mut variables = environment(&compose["services"]["user-service"]["environment"]);
    variables.extend(environment(&configmap[0]["data"]));
    for (name, _) in variables {
        assert!(own.contains(&format!("`{name}`")), "`{name}` is not in the README");
    }
}
