use cache_runtime::read_through;

struct Filter {
    name: String,
}

#[read_through(key = "hits:{filter}", ttl = 60)]
async fn by_value(filter: Filter) -> String {
    filter.name
}

#[read_through(key = "hits:{filter:?}", ttl = 60)]
async fn by_debug(filter: &Filter) -> String {
    filter.name.clone()
}

#[read_through(ttl = 60)]
async fn by_default(filter: &Filter) -> String {
    filter.name.clone()
}

fn main() {}
