//! The store that a URL names. The only place that sees ports and backends together.

use std::sync::Arc;

use super::CacheBuilder;
use super::checks::Fault;
use crate::backend::{Address, MemoryStore, News, RedisStore};
use crate::error::{Error, ErrorKind};
use crate::store::Store;

impl CacheBuilder {
    pub(super) fn store(&self) -> Result<Arc<dyn Store>, Vec<Fault>> {
        let unusable = |error: Error| vec![Fault { setting: "url", text: format!("is not usable: {error}") }];
        let scheme = self.url.split_once("://").map_or("", |(scheme, _)| scheme);
        match scheme.to_ascii_lowercase().as_str() {
            "memory" if self.is_in_memory() => {
                Ok(Arc::new(MemoryStore::for_values(self.max_value_bytes, self.near_capacity)))
            }
            "memory" => Err(unusable(Error::new(ErrorKind::Config, "nothing may follow `memory://`"))),
            _ => {
                let address = self.entered(self.secured(Address::parse(&self.url).map_err(unusable)?)?)?;
                let news = News::new(&self.namespace, self.near_feed);
                Ok(Arc::new(RedisStore::open(address, news, self.operation_timeout)))
            }
        }
    }

    fn secured(&self, address: Address) -> Result<Address, Vec<Fault>> {
        let Some(tls) = &self.tls else { return Ok(address) };
        let fault = |(setting, text): (&'static str, &str)| Fault { setting, text: text.to_owned() };
        let certificates = tls.checked().map_err(|unusable| unusable.into_iter().map(fault).collect::<Vec<_>>())?;
        let unused = (tls.setting(), "is there, and the URL does not use it; expected a `rediss` URL");
        address.secured(&certificates).ok_or_else(|| vec![fault(unused)])
    }

    fn entered(&self, address: Address) -> Result<Address, Vec<Fault>> {
        let Some(credentials) = &self.credentials else { return Ok(address) };
        address.with_credentials(credentials).ok_or_else(|| {
            let text = "are given, and the URL says who to log in as; expected one of them".to_owned();
            vec![Fault { setting: "credentials", text }]
        })
    }
}
