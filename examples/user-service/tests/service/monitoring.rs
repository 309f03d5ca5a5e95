//! The dashboard and the alerts ask for what the service really exports.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use saphyr::{LoadableYamlNode, Yaml};
use serde_json::Value;

use crate::promql;
use crate::stand::Fleet;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/monitoring");
/// Labels that Prometheus adds, and what it notes itself of whoever it asks.
const ADDED: [&str; 2] = ["instance", "job"];
const NOTED: &str = "up";

/// The metrics of an instance with some traffic, each with the labels of its samples.
async fn exported() -> BTreeMap<String, BTreeSet<String>> {
    let fleet = Fleet::start(1, &[("CACHE_NAMESPACE", "shop")]);
    let service = &fleet.services[0];
    for path in ["/users/7", "/users/7", "/users?ids=1,7", "/tenants/1/users"] {
        service.get(path).await;
    }
    service.rename(7, "Ada").await;
    let answer = service.get("/metrics").await;
    assert_eq!(answer.header("content-type"), Some("text/plain; version=0.0.4"));
    let mut exported = BTreeMap::<_, BTreeSet<_>>::new();
    for line in answer.text().lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let names = promql::names(line.rsplit_once(' ').unwrap().0);
        let [(metric, labels)] = &names.metrics[..] else { panic!("a strange line: {line}") };
        exported.entry(metric.clone()).or_default().extend(labels.iter().cloned());
    }
    exported
}

fn dashboard() -> Vec<String> {
    let text = fs::read_to_string(format!("{FOLDER}/grafana/dashboards/user-service.json")).unwrap();
    let dashboard: Value = serde_json::from_str(&text).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let targets = panels.iter().filter_map(|panel| panel["targets"].as_array()).flatten();
    targets.map(|target| target["expr"].as_str().unwrap().to_owned()).collect()
}

fn alerts() -> Vec<String> {
    let text = fs::read_to_string(format!("{FOLDER}/prometheus/alerts.yml")).unwrap();
    let alerts = Yaml::load_from_str(&text).unwrap();
    let groups = alerts[0]["groups"].as_sequence().unwrap();
    let rules = groups.iter().flat_map(|group| group["rules"].as_sequence().unwrap());
    rules.map(|rule| rule["expr"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn every_expression_names_metrics_and_labels_that_are_exported() {
    let exported = exported().await;
    let (panels, alerts) = (dashboard(), alerts());
    assert!(panels.len() > 15 && alerts.len() > 3, "{panels:?} {alerts:?}");
    for expression in panels.iter().chain(&alerts) {
        let names = promql::names(expression);
        assert!(!names.metrics.is_empty(), "{expression}");
        for (metric, labels) in names.metrics.iter().filter(|(metric, _)| metric != NOTED) {
            let has = exported.get(metric).unwrap_or_else(|| panic!("`{metric}` is not exported: {expression}"));
            let mut asked = labels.union(&names.groups).filter(|label| !ADDED.contains(&label.as_str()));
            assert!(asked.all(|label| has.contains(label)), "`{metric}` has only {has:?}: {expression}");
        }
    }
}

#[test]
fn every_alert_is_in_the_readme() {
    let alerts = fs::read_to_string(format!("{FOLDER}/prometheus/alerts.yml")).unwrap();
    let named: Vec<_> = alerts.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).collect();
    assert!(named.len() > 5, "{named:?}");
    let readme = include_str!("../../README.md");
    let told: Vec<_> = named.iter().filter(|alert| readme.contains(&format!("| `{alert}` | "))).collect();
    assert_eq!(told.len(), named.len(), "{told:?}");
}

#[tokio::test]
async fn the_first_write_that_the_cache_is_not_told_of_is_an_increase() {
    let fleet = Fleet::start(1, &[]);
    let service = &fleet.services[0];
    for operation in ["create", "change", "delete"] {
        for invalidation in ["done", "failed"] {
            let counted = format!(r#"user_writes_total{{operation="{operation}",invalidation="{invalidation}"}}"#);
            assert_eq!(service.sample(&counted).await, Some(0.0), "{counted}");
        }
    }
}

#[tokio::test]
async fn no_path_and_no_key_is_a_label() {
    let fleet = Fleet::start(1, &[("CACHE_NAMESPACE", "shop")]);
    let service = &fleet.services[0];
    for path in ["/users/873", "/nowhere/873", "/tenants/873/users"] {
        service.get(path).await;
    }
    let answer = service.get("/metrics").await;
    assert!(!answer.text().contains("/873") && !answer.text().contains(":873"), "{}", answer.text());
}
