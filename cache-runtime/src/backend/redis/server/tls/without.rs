//! What is said of certificates where TLS is not compiled in.

use redis::{ConnectionAddr, RedisResult};

use super::settings::Tls;

/// There are none.
pub(crate) enum Certificates {}

impl Tls {
    pub(crate) fn checked(&self) -> Result<Certificates, Vec<(&'static str, &'static str)>> {
        Err(vec![(self.setting(), "is there, and TLS is not; expected the feature `tls` of cache-runtime")])
    }
}

impl Certificates {
    pub(in crate::backend::redis) fn at(&self, _addr: &ConnectionAddr) -> RedisResult<ConnectionAddr> {
        match *self {}
    }
}

pub(in crate::backend::redis) fn choose_cryptography() {}
