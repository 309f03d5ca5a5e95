use cache_runtime::{invalidates, read_through, write_through};

#[read_through(key = "user:{id}", ttl = 60)]
async fn get_user(id: u64) -> String {
    id.to_string()
}

struct Shop {
    tenant: String,
}

impl Shop {
    #[read_through(key = "price:{item}", ttl = 60, skip(self))]
    async fn price(&self, item: u64) -> u64 {
        item
    }

    #[invalidates(get_user(self.tenant), self.price(name), get_user("seven"))]
    async fn rename(&self, name: &str) {}
}

#[write_through(get_user(name))]
async fn create(name: String) -> String {
    name
}

fn main() {}
