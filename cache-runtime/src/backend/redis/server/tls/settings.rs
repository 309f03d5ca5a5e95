//! Whom to believe, and who to be, over TLS.

use std::fmt;

/// Certificates for connections over TLS: those of a `rediss` URL.
///
/// A server is believed whose certificate is signed by one of the certificates that the operating system trusts, or by an own
/// authority, and names the host of the URL; where sentinels or a cluster name the host, it is the one that they name. There is
/// no way to have less checked.
///
/// ```
/// use cache_runtime::{Cache, Tls};
///
/// # fn build(ca: &str, certificate: &str, key: &str) -> Result<Cache, cache_runtime::Error> {
/// Cache::builder()
///     .url("rediss://redis.internal")
///     .tls(Tls::new().ca(ca).client_certificate(certificate, key)) // what is in the files, in PEM
///     .build()
/// # }
/// # assert!(build("", "", "").unwrap_err().to_string().contains("PEM") || cfg!(not(feature = "tls")));
/// ```
#[derive(Clone, Default)]
pub struct Tls {
    pub(super) ca: Option<Vec<u8>>,
    pub(super) certificate: Option<Vec<u8>>,
    pub(super) key: Option<Vec<u8>>,
}

impl Tls {
    /// The authorities that the operating system trusts, and no certificate of one's own.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The authorities to trust, one or several certificates in PEM. Default: those of the operating system, which are not
    /// trusted any more where there is another one.
    #[must_use]
    pub fn ca(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.ca = Some(pem.into());
        self
    }

    /// What to show to a server that wants to see a certificate: the certificate, before others of its chain, and its private
    /// key, both in PEM. Default: nothing.
    #[must_use]
    pub fn client_certificate(self, certificate: impl Into<Vec<u8>>, key: impl Into<Vec<u8>>) -> Self {
        self.certificate(certificate.into()).key(key.into())
    }

    pub(crate) fn certificate(mut self, pem: Vec<u8>) -> Self {
        self.certificate = Some(pem);
        self
    }

    pub(crate) fn key(mut self, pem: Vec<u8>) -> Self {
        self.key = Some(pem);
        self
    }

    /// A setting that is made, to be named where all of them are too many.
    pub(crate) fn setting(&self) -> &'static str {
        match self {
            Self { certificate: Some(_), ca: None, .. } => "tls.certificate",
            Self { key: Some(_), ca: None, .. } => "tls.key",
            _ => "tls.ca",
        }
    }
}

impl fmt::Debug for Tls {
    /// Shows what there is, and nothing of it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Tls");
        shown.field("ca", &self.ca.is_some()).field("certificate", &self.certificate.is_some());
        shown.field("key", &self.key.is_some()).finish()
    }
}
