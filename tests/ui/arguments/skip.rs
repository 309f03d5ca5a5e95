use cache_runtime::read_through;

#[read_through(key = "user:{id}", ttl = 60, skip = db)]
async fn a(id: u64, db: &str) -> String {
    format!("{id}{db}")
}

#[read_through(key = "user:{id}", ttl = 60, skip(&db))]
async fn b(id: u64, db: &str) -> String {
    format!("{id}{db}")
}

#[read_through(key = "user:{id}", ttl = 60, skp(db))]
async fn c(id: u64, db: &str) -> String {
    format!("{id}{db}")
}

fn main() {}
