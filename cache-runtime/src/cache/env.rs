//! The environment as configuration: every variable is read and named here.

use std::ffi::OsString;
use std::time::Duration;

use super::builder::CacheBuilder;
use crate::error::{Error, ErrorKind};
use crate::value::Codec;

/// The builder that the environment of this process describes.
pub(super) fn builder() -> Result<CacheBuilder, Error> {
    let described = from(|name| std::env::var_os(name))?;
    if std::env::var_os("REDIS_URL").is_none_or(|url| url.is_empty()) {
        tracing::info!(target: "cache_runtime", "`REDIS_URL` is not set: values are kept in this process, `memory://`");
    }
    Ok(described)
}

fn from(variable: impl Fn(&str) -> Option<OsString>) -> Result<CacheBuilder, Error> {
    let mut reader = Reader { variable, faults: Vec::new() };
    let mut builder = CacheBuilder::new();
    if let Some(url) = reader.read("REDIS_URL", "a URL such as `redis://localhost:6379`", |text| Some(text.to_owned()))
    {
        builder = builder.url(url);
    }
    if let Some(namespace) = reader.read("CACHE_NAMESPACE", "a text", |text| Some(text.to_owned())) {
        builder = builder.namespace(namespace);
    }
    if let Some(codec) = reader.read("CACHE_CODEC", &codecs(), Codec::by_name) {
        builder = builder.default_codec(codec);
    }
    if let Some(timeout) = reader.read("CACHE_OPERATION_TIMEOUT", "a time such as `100ms`", duration) {
        builder = builder.operation_timeout(timeout);
    }
    if let Some(bytes) = reader.read("CACHE_NEAR_CAPACITY", "a number of bytes", |text| text.parse().ok()) {
        builder = builder.near_capacity(bytes);
    }
    if let Some(bytes) = reader.read("CACHE_MAX_VALUE_BYTES", "a number of bytes", |text| text.parse().ok()) {
        builder = builder.max_value_bytes(bytes);
    }
    if reader.faults.is_empty() {
        Ok(builder)
    } else {
        Err(Error::new(ErrorKind::Config, format!("the environment is not usable: {}", reader.faults.join("; "))))
    }
}

struct Reader<F> {
    variable: F,
    faults: Vec<String>,
}

impl<F: Fn(&str) -> Option<OsString>> Reader<F> {
    /// The value of a variable; `None` where it is not set, empty, or noted as a fault.
    fn read<T>(&mut self, name: &str, expected: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let raw = (self.variable)(name).filter(|raw| !raw.is_empty())?;
        let parsed = raw.to_str().and_then(|text| parse(text.trim()));
        if parsed.is_none() {
            // Named, not shown: it may be a secret in the wrong place.
            self.faults.push(format!("`{name}` is not understood; expected {expected}"));
        }
        parsed
    }
}

fn codecs() -> String {
    let names: Vec<_> = Codec::ALL.iter().map(|codec| format!("`{}`", codec.name())).collect();
    format!("one of {}", names.join(", "))
}

fn duration(text: &str) -> Option<Duration> {
    humantime::parse_duration(text).ok().filter(|duration| !duration.is_zero())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<CacheBuilder, Error> {
        from(|name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value)))
    }

    #[test]
    fn an_empty_environment_is_an_embedded_store() {
        let cache = read(&[]).unwrap().build().unwrap();
        assert!(format!("{cache:?}").contains("MemoryStore"));
    }

    #[test]
    fn every_variable_is_read() {
        let builder = read(&[
            ("REDIS_URL", "redis://localhost"),
            ("CACHE_NAMESPACE", "shop"),
            ("CACHE_OPERATION_TIMEOUT", "1s 50ms"),
            ("CACHE_NEAR_CAPACITY", "1024"),
            ("CACHE_MAX_VALUE_BYTES", "2048"),
        ]);
        let shown = format!("{:?}", builder.unwrap());
        assert!(
            shown.contains(r#"namespace: "shop""#) && shown.contains("1.05s") && shown.contains("near_capacity: 1024")
        );
        assert!(shown.contains("max_value_bytes: 2048") && !shown.contains("localhost"));
    }

    #[test]
    fn every_bad_variable_is_named_at_once_and_none_is_shown() {
        let error = read(&[
            ("CACHE_CODEC", "pickle-hunter2"),
            ("CACHE_OPERATION_TIMEOUT", "soon-hunter2"),
            ("CACHE_NEAR_CAPACITY", "-1"),
            ("CACHE_MAX_VALUE_BYTES", "many"),
        ])
        .unwrap_err();
        let text = error.to_string();
        for name in ["CACHE_CODEC", "CACHE_OPERATION_TIMEOUT", "CACHE_NEAR_CAPACITY", "CACHE_MAX_VALUE_BYTES"] {
            assert!(text.contains(name), "{text}");
        }
        assert!(!text.contains("hunter2"));
    }
}
