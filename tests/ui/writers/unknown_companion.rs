use cache_runtime::{invalidates, read_through};

#[read_through(key = "user:{id}", ttl = 60)]
async fn get_user(id: u64) -> String {
    id.to_string()
}

struct Shop;

impl Shop {
    async fn price(&self, item: u64) -> u64 {
        item
    }

    #[invalidates(get_usr(id), plain(id), self.price(id), Self::list(id))]
    async fn rename(&self, id: u64) {}
}

async fn plain(id: u64) -> u64 {
    id
}

fn main() {}
