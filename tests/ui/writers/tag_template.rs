use cache_runtime::invalidates;

#[invalidates(tag = "user:{idd}", tag = "user:{returned.id}", tag = "", tag = id, tag = "{id}{id}", tag)]
async fn rename(id: u64) {}

fn main() {}
