//! What a server needs for TLS.

use std::fs;
use std::io;
use std::path::Path;

/// Certificates and a key, in PEM.
#[derive(Debug, Clone)]
pub struct Tls {
    /// Who has to have signed the certificate of a client.
    pub ca: String,
    /// The server's own.
    pub certificate: String,
    /// The key of that.
    pub key: String,
    /// Whether clients must have a certificate.
    pub asks_clients: bool,
}

impl Tls {
    /// Puts the files into `folder`. Returns the settings that name them.
    pub(crate) fn settings(&self, folder: &Path, port: u16) -> io::Result<Vec<(&'static str, String)>> {
        let asks = if self.asks_clients { "yes" } else { "no" };
        let mut settings = vec![("tls-port", port.to_string()), ("tls-auth-clients", asks.to_owned())];
        let files = [("tls-ca-cert-file", &self.ca), ("tls-cert-file", &self.certificate), ("tls-key-file", &self.key)];
        for (name, pem) in files {
            let path = folder.join(format!("{name}.pem"));
            fs::write(&path, pem)?;
            settings.push((name, path.display().to_string()));
        }
        Ok(settings)
    }
}
