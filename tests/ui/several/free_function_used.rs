use cache_runtime::read_through;

#[read_through(key = "user:{idd}:{}", tll = 60, jitter = 2.0, skip(dbb))]
pub async fn get_user(id: u64, db: &str) -> Result<String, std::fmt::Error> {
    Ok(format!("{id}{db}"))
}

mod elsewhere {
    pub async fn caller() -> Result<String, Box<dyn std::error::Error>> {
        super::get_user::invalidate(7).await?;
        super::get_user::put(7, &String::new()).await?;
        let peeked: Option<String> = super::get_user::peek(7).await;
        let refreshed = super::get_user::refresh(7, "db").await?;
        let loaded = super::get_user(7, "db").await?;
        Ok(format!("{}{peeked:?}{refreshed}{}", super::get_user::key(7), loaded.len()))
    }
}

fn main() {}
