//! Certificates in use: only what is found to be usable gets that far.

use redis::{Client, ClientTlsConfig, ConnectionAddr, IntoConnectionInfo, RedisResult, TlsCertificates};
use rustls::RootCertStore;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;

use super::settings::Tls;

/// What cannot be used, and why: the name of a setting, and a text that follows it.
type Unusable = (&'static str, &'static str);

/// Certificates that are found to be usable.
pub(crate) struct Certificates(TlsCertificates);

impl Tls {
    pub(crate) fn checked(&self) -> Result<Certificates, Vec<Unusable>> {
        let (ca, own) = (self.checked_ca(), self.checked_own());
        match (ca, own) {
            (Ok(root_cert), Ok(client_tls)) => Ok(Certificates(TlsCertificates { client_tls, root_cert })),
            (ca, own) => Err(ca.err().into_iter().chain(own.err()).collect()),
        }
    }

    fn checked_ca(&self) -> Result<Option<Vec<u8>>, Unusable> {
        let Some(ca) = &self.ca else { return Ok(None) };
        let mut roots = RootCertStore::empty();
        let added = certificates(ca).map(|all| all.into_iter().try_for_each(|one| roots.add(one)));
        match added {
            Some(Ok(())) => Ok(Some(ca.clone())),
            _ => Err(("tls.ca", "holds no certificate of an authority; expected one at least, in PEM")),
        }
    }

    fn checked_own(&self) -> Result<Option<ClientTlsConfig>, Unusable> {
        let (certificate, key) = match (&self.certificate, &self.key) {
            (None, None) => return Ok(None),
            (Some(certificate), Some(key)) => (certificate, key),
            (Some(_), None) => return Err(("tls.certificate", "is there without its key; expected both")),
            (None, Some(_)) => return Err(("tls.key", "is there without its certificate; expected both")),
        };
        let chain = certificates(certificate)
            .ok_or(("tls.certificate", "holds no certificate; expected one at least, in PEM"))?;
        let private = PrivateKeyDer::from_pem_slice(key)
            .map_err(|_| ("tls.key", "holds no private key; expected one that needs no password, in PEM"))?;
        CertifiedKey::from_der(chain, private, &ring::default_provider())
            .map_err(|_| ("tls.key", "is not the key of the certificate; expected that one"))?;
        Ok(Some(ClientTlsConfig { client_cert: certificate.clone(), client_key: key.clone() }))
    }
}

/// All that there are; not none.
fn certificates(pem: &[u8]) -> Option<Vec<CertificateDer<'static>>> {
    let all: Vec<_> = CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().ok()?;
    Some(all).filter(|all| !all.is_empty())
}

impl Certificates {
    /// The same address, with these certificates.
    pub(in crate::backend::redis) fn at(&self, addr: &ConnectionAddr) -> RedisResult<ConnectionAddr> {
        let client = Client::build_with_tls(addr.clone().into_connection_info()?, self.0.clone())?;
        Ok(client.get_connection_info().addr().clone())
    }
}

/// Where a program is built with several implementations of cryptography, rustls panics unless somebody chooses.
pub(in crate::backend::redis) fn choose_cryptography() {
    if CryptoProvider::get_default().is_none() {
        // Somebody was faster, who may have chosen another one.
        let _ = ring::default_provider().install_default();
    }
}
