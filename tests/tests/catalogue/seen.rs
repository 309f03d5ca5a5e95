//! What no item can name is seen when it is called.

use cache_runtime::{Cache, CodecError, CustomCodec, Value, read_through};
use serde::{Serialize, de::DeserializeOwned};

use crate::{Order, User, function, on_a_cache};

struct Plain;

impl CustomCodec for Plain {
    const NAME: &'static str = "plain";

    fn encode<T: Serialize>(value: &T, out: &mut Vec<u8>) -> Result<(), CodecError> {
        serde_json::to_writer(out, value).map_err(CodecError::new)
    }

    fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CodecError> {
        serde_json::from_slice(bytes).map_err(CodecError::new)
    }
}

struct Shop {
    cache: Cache,
}

impl Shop {
    #[read_through(key = "seen:method:{id}", ttl = 60, skip(self), cache = self.cache, codec = Plain)]
    async fn method(&self, id: u64) -> Option<User> {
        Some(User { id, ..User::default() })
    }

    #[read_through(key = "seen:kept:{id}", ttl = 60, near = "1m", skip(self), cache = self.cache)]
    async fn peeked(&self, id: u64) -> Option<Order> {
        Some(Order { id, ..Order::default() })
    }
}

#[tokio::test]
async fn a_method_shows_its_type_and_codec_when_it_is_called() {
    let shop = Shop { cache: Cache::builder().url("memory://").build().unwrap() };
    assert_eq!(function("seen::Shop::method").type_name(), None);
    assert_eq!(function("seen::Shop::method").codec(), None);
    shop.method(7).await.unwrap();
    let method = function("seen::Shop::method");
    assert_eq!((method.type_name(), method.codec()), (Some("catalogue::User"), Some("plain")));
    assert!(method.fingerprint().is_some());
}

#[tokio::test]
async fn a_companion_that_asks_the_store_shows_it_as_well() {
    let shop = Shop { cache: Cache::builder().url("memory://").build().unwrap() };
    shop.peeked_invalidate(7).await.unwrap();
    assert_eq!(function("seen::Shop::peeked").type_name(), None);
    assert_eq!(shop.peeked_peek(7).await, None);
    assert_eq!(function("seen::Shop::peeked").type_name(), Some("catalogue::Order"));
}

#[read_through(key = "seen:generic:{id}", ttl = 60)]
async fn generic<T: Default + Value>(id: u64) -> T {
    let _ = id;
    T::default()
}

#[tokio::test]
async fn a_generic_function_shows_the_type_of_its_first_call() {
    on_a_cache(async {
        assert_eq!(generic::<User>(1).await, User::default());
        assert_eq!(generic::<Order>(2).await, Order::default());
    })
    .await;
    assert_eq!(function("seen::generic").type_name(), Some("catalogue::User"));
}
