//! Codecs: one that is built in, named for one function, and one of your own.
//!
//! `cargo run --example custom_codec`

use std::error::Error;

use cache_runtime::{Cache, CodecError, CustomCodec, read_through};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// JSON for people. A codec is two functions over any serde type; checksum, shape fingerprint and limits stay around it.
struct PrettyJson;

impl CustomCodec for PrettyJson {
    const NAME: &'static str = "pretty-json";
    const HUMAN_READABLE: bool = true;

    fn encode<T: Serialize>(value: &T, out: &mut Vec<u8>) -> Result<(), CodecError> {
        serde_json::to_writer_pretty(out, value).map_err(CodecError::new)
    }

    fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CodecError> {
        serde_json::from_slice(bytes).map_err(CodecError::new)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Invoice {
    number: u32,
    total: String,
}

#[read_through(key = "invoice:{number}", ttl = "1h", codec = PrettyJson)]
async fn invoice(number: u32) -> Invoice {
    Invoice { number, total: "12.50 EUR".to_owned() }
}

/// bincode, the default, cannot carry a value that describes itself; `json` can.
#[read_through(key = "settings:{user}", ttl = "1h", codec = json)]
async fn settings(user: u32) -> serde_json::Value {
    serde_json::json!({ "user": user, "theme": "dark" })
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    cache_runtime::init(Cache::builder().url("memory://").build()?)?;

    let mut bytes = Vec::new();
    PrettyJson::encode(&invoice(1).await, &mut bytes)?;
    let text = String::from_utf8(bytes)?;
    println!("An invoice is stored as\n{text}");
    assert_eq!(PrettyJson::decode::<Invoice>(text.as_bytes())?, invoice(1).await);

    println!("Settings are stored as\n{}", settings(1).await);
    assert_eq!(settings(1).await, settings::origin(1).await);

    let stats = cache_runtime::global().stats();
    println!("Both were loaded once and read back: {} loads, {} hits", stats.loads, stats.hits);
    assert_eq!((stats.loads, stats.hits), (2, 2));
    Ok(())
}
