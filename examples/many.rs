//! Many keys in one call: what is cached is read at once, and one query asks for the rest.
//!
//! `cargo run --example many`

use std::collections::HashMap;
use std::error::Error;
use std::sync::Mutex;

use cache_runtime::{Cache, invalidates, read_through};

/// A database that writes its queries down.
#[derive(Default)]
struct Db {
    queries: Mutex<Vec<String>>,
}

impl Db {
    fn names(&self, ids: &[u64]) -> HashMap<u64, String> {
        self.note(format!("SELECT id, name FROM users WHERE id = ANY({ids:?})"));
        // There is no user 13.
        ids.iter().filter(|id| **id != 13).map(|id| (*id, format!("user {id}"))).collect()
    }

    fn note(&self, query: String) {
        if let Ok(mut queries) = self.queries.lock() {
            queries.push(query);
        }
    }

    fn told(&self) -> Vec<String> {
        self.queries.lock().map(|mut queries| queries.drain(..).collect()).unwrap_or_default()
    }
}

/// For many users. In the body, `ids` is what was not in the cache.
#[read_through(key = "name:{id}", ttl = 60, skip(db), each(id in ids))]
async fn get_names(db: &Db, ids: &[u64]) -> HashMap<u64, String> {
    db.names(ids)
}

/// For one user: the same key and the same type, and so the same entries.
#[read_through(key = "name:{id}", ttl = 60, skip(db))]
async fn get_name(db: &Db, id: u64) -> Option<String> {
    db.names(&[id]).remove(&id)
}

/// Changes some users, whose entries are forgotten.
#[invalidates(get_names(..ids))]
async fn rename(db: &Db, ids: &[u64]) {
    db.note(format!("UPDATE users SET .. WHERE id = ANY({ids:?})"));
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    cache_runtime::init(Cache::builder().url("memory://").build()?)?;
    let db = Db::default();

    let names = get_names(&db, &[7, 8]).await;
    say("nothing is cached", &db, &["SELECT id, name FROM users WHERE id = ANY([7, 8])"]);
    assert_eq!(names, HashMap::from([(7, "user 7".to_owned()), (8, "user 8".to_owned())]));

    get_names(&db, &[7, 8, 9]).await;
    say("one of three is missing", &db, &["SELECT id, name FROM users WHERE id = ANY([9])"]);

    get_name(&db, 9).await;
    say("a function for one user finds it, too", &db, &[]);

    rename(&db, &[7, 9]).await;
    get_names(&db, &[7, 8, 9]).await;
    say(
        "two of them have changed",
        &db,
        &["UPDATE users SET .. WHERE id = ANY([7, 9])", "SELECT id, name FROM users WHERE id = ANY([7, 9])"],
    );

    let names = get_names(&db, &[8, 13]).await;
    say("one of them does not exist", &db, &["SELECT id, name FROM users WHERE id = ANY([13])"]);
    assert_eq!(names.len(), 1);
    Ok(())
}

fn say(what: &str, db: &Db, expected: &[&str]) {
    let queries = db.told();
    println!("{what}:");
    for query in &queries {
        println!("    {query}");
    }
    assert_eq!(queries, expected, "{what}");
}
