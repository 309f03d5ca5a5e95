//! The environment as configuration: every variable is read and named here.

use std::ffi::OsString;
use std::fs;
use std::str::FromStr;
use std::time::Duration;

use super::builder::{CacheBuilder, Fault};
use super::handle::Cache;
use crate::backend::Tls;
use crate::error::{Error, ErrorKind};
use crate::store::NearFeed;
use crate::value::Codec;

/// Applies the text of a variable to the builder; fails with what is expected there.
type Apply = fn(CacheBuilder, &str) -> Result<CacheBuilder, String>;

/// Every variable, the setting it is for, and how it is applied.
const VARIABLES: [(&str, &str, Apply); 15] = [
    ("REDIS_URL", "url", |builder, text| Ok(builder.url(text))),
    ("CACHE_TLS_CA", "tls.ca", |builder, path| tls(builder, path, Tls::ca)),
    ("CACHE_TLS_CERT", "tls.certificate", |builder, path| tls(builder, path, Tls::certificate)),
    ("CACHE_TLS_KEY", "tls.key", |builder, path| tls(builder, path, Tls::key)),
    ("CACHE_NAMESPACE", "namespace", |builder, text| Ok(builder.namespace(text))),
    ("CACHE_CODEC", "default_codec", |builder, text| Ok(builder.default_codec(codec(text)?))),
    ("CACHE_OPERATION_TIMEOUT", "operation_timeout", |builder, text| Ok(builder.operation_timeout(duration(text)?))),
    ("CACHE_NEAR", "near", |builder, text| near(builder, text)),
    ("CACHE_NEAR_CAPACITY", "near_capacity", |builder, text| Ok(builder.near_capacity(bytes(text)?))),
    ("CACHE_NEAR_FEED", "near_feed", |builder, text| Ok(builder.near_feed(feed(text)?))),
    ("CACHE_MAX_VALUE_BYTES", "max_value_bytes", |builder, text| Ok(builder.max_value_bytes(bytes(text)?))),
    ("CACHE_COMPRESS_ABOVE", "compress_above", |builder, text| compress_above(builder, text)),
    ("CACHE_BACKOFF", "backoff", |builder, text| Ok(builder.backoff(duration(text)?))),
    ("CACHE_BACKGROUND_LOADS", "background_loads", |builder, text| Ok(builder.background_loads(count(text)?))),
    ("CACHE_BACKGROUND_TIMEOUT", "background_timeout", |builder, text| Ok(builder.background_timeout(duration(text)?))),
];

/// The cache that the environment of this process describes.
pub(super) fn cache() -> Result<Cache, Error> {
    let cache = build(|name| std::env::var_os(name))?;
    if std::env::var_os("REDIS_URL").is_none_or(|url| url.is_empty()) {
        tracing::info!(target: "cache_runtime", "`REDIS_URL` is not set: values are kept in this process, `memory://`");
    }
    Ok(cache)
}

fn build(variable: impl Fn(&str) -> Option<OsString>) -> Result<Cache, Error> {
    let (builder, mut faults) = read(variable);
    // Built in any case: a variable that can be read may still hold what the builder refuses.
    match builder.try_build() {
        Ok(cache) if faults.is_empty() => return Ok(cache),
        Ok(_) => {}
        Err(refused) => faults.extend(refused),
    }
    let named: Vec<_> = faults.iter().map(|fault| format!("`{}` {}", variable_of(fault), fault.text)).collect();
    Err(Error::new(ErrorKind::Config, format!("the environment is not usable: {}", named.join("; "))))
}

/// What the variables that can be read describe, and the faults of the others. One that is empty counts as not set.
fn read(variable: impl Fn(&str) -> Option<OsString>) -> (CacheBuilder, Vec<Fault>) {
    let mut builder = CacheBuilder::new();
    let mut faults = Vec::new();
    for (name, setting, apply) in VARIABLES {
        let Some(raw) = variable(name).filter(|raw| !raw.is_empty()) else { continue };
        let applied = match raw.to_str() {
            Some(text) => apply(builder.clone(), text.trim()),
            None => Err("UTF-8".to_owned()),
        };
        match applied {
            Ok(next) => builder = next,
            // Named, not shown: it may be a secret in the wrong place.
            Err(expected) => faults.push(Fault { setting, text: format!("is not understood; expected {expected}") }),
        }
    }
    (builder, faults)
}

fn variable_of(fault: &Fault) -> &'static str {
    VARIABLES.iter().find(|(_, setting, _)| *setting == fault.setting).map_or(fault.setting, |(name, ..)| name)
}

fn tls(builder: CacheBuilder, path: &str, set: fn(Tls, Vec<u8>) -> Tls) -> Result<CacheBuilder, String> {
    let pem = fs::read(path).map_err(|error| format!("the path of a file that can be read ({})", error.kind()))?;
    Ok(builder.change_tls(|tls| set(tls, pem)))
}

fn codec(text: &str) -> Result<Codec, String> {
    Codec::by_name(&text.to_ascii_lowercase()).ok_or_else(|| {
        let names: Vec<_> = Codec::ALL.iter().map(|codec| format!("`{}`", codec.name())).collect();
        format!("one of {}", names.join(", "))
    })
}

fn feed(text: &str) -> Result<NearFeed, String> {
    NearFeed::ALL.into_iter().find(|feed| feed.name().eq_ignore_ascii_case(text)).ok_or_else(|| {
        let names: Vec<_> = NearFeed::ALL.iter().map(|feed| format!("`{}`", feed.name())).collect();
        format!("one of {}", names.join(", "))
    })
}

fn near(builder: CacheBuilder, text: &str) -> Result<CacheBuilder, String> {
    if text.eq_ignore_ascii_case("off") {
        return Ok(builder);
    }
    let at_most = duration(text).map_err(or_off)?;
    Ok(builder.near(at_most))
}

fn compress_above(builder: CacheBuilder, text: &str) -> Result<CacheBuilder, String> {
    let above = if text.eq_ignore_ascii_case("off") { usize::MAX } else { bytes(text).map_err(or_off)? };
    #[cfg(feature = "compression")]
    let accepted = Ok(builder.compress_above(above));
    #[cfg(not(feature = "compression"))]
    let accepted = if above == usize::MAX {
        Ok(builder)
    } else {
        Err("`off`, or the feature `compression` of cache-runtime".to_owned())
    };
    accepted
}

fn duration(text: &str) -> Result<Duration, String> {
    humantime::parse_duration(text).map_err(|_| "a time such as `100ms`".to_owned())
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` passes")]
fn or_off(expected: String) -> String {
    format!("{expected}, or `off`")
}

fn count(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| "a whole number".to_owned())
}

fn bytes<T: FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| "a number of bytes".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variables: &[(&str, &str)]) -> impl Fn(&str) -> Option<OsString> {
        move |name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value))
    }

    fn refusal(variables: &[(&str, &str)]) -> String {
        let error = build(environment(variables)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        error.to_string()
    }

    #[test]
    fn an_empty_environment_is_an_embedded_store() {
        let cache = build(environment(&[("REDIS_URL", "")])).unwrap();
        assert!(format!("{cache:?}").contains("MemoryStore"));
    }

    #[test]
    fn every_variable_is_read() {
        let (builder, faults) = read(environment(&[
            ("REDIS_URL", "redis://localhost"),
            ("CACHE_NAMESPACE", "shop"),
            ("CACHE_OPERATION_TIMEOUT", "1s 50ms"),
            ("CACHE_NEAR", "4s"),
            ("CACHE_NEAR_CAPACITY", "1024"),
            ("CACHE_NEAR_FEED", "channel"),
            ("CACHE_MAX_VALUE_BYTES", "2048"),
            #[cfg(feature = "compression")]
            ("CACHE_COMPRESS_ABOVE", "4096"),
            ("CACHE_BACKOFF", "3s"),
            ("CACHE_BACKGROUND_LOADS", "5"),
            ("CACHE_BACKGROUND_TIMEOUT", "7s"),
        ]));
        let shown = format!("{builder:?}");
        assert!(faults.is_empty());
        assert!(
            shown.contains(r#"namespace: "shop""#) && shown.contains("1.05s") && shown.contains("near_capacity: 1024")
        );
        assert!(shown.contains("near: Some(4s)"), "{shown}");
        assert!(shown.contains("backoff: 3s, background_loads: 5, background_timeout: 7s"), "{shown}");
        assert!(shown.contains("near_feed: Channel"), "{shown}");
        #[cfg(feature = "compression")]
        assert!(shown.contains("compress_above: 4096"), "{shown}");
        assert!(shown.contains("max_value_bytes: 2048") && !shown.contains("localhost"));
    }

    #[test]
    fn near_may_be_off_and_names_may_be_in_capitals() {
        for off in ["off", "OFF", " Off "] {
            let (builder, faults) = read(environment(&[("CACHE_NEAR", off)]));
            assert!(faults.is_empty() && format!("{builder:?}").contains("near: None"), "{off}");
        }
        for (feed, read_as) in [("Auto", "Auto"), ("CHANNEL", "Channel"), ("tracking", "Tracking")] {
            let (builder, faults) = read(environment(&[("CACHE_NEAR_FEED", feed)]));
            assert!(faults.is_empty() && format!("{builder:?}").contains(&format!("near_feed: {read_as}")), "{feed}");
        }
        for known in Codec::ALL {
            let capitals = known.name().to_ascii_uppercase();
            let (builder, faults) = read(environment(&[("CACHE_CODEC", &capitals)]));
            let read_as = format!("default_codec: Some({known:?})");
            assert!(faults.is_empty() && format!("{builder:?}").contains(&read_as), "{capitals}");
        }
    }

    #[test]
    fn compression_may_be_off() {
        for off in ["off", "OFF", " Off "] {
            let (builder, faults) = read(environment(&[("CACHE_COMPRESS_ABOVE", off)]));
            let read_as = format!("compress_above: {}", usize::MAX);
            assert!(faults.is_empty() && format!("{builder:?}").contains(&read_as), "{off}");
        }
        let refused = refusal(&[("CACHE_COMPRESS_ABOVE", "true")]);
        assert!(refused.ends_with("expected a number of bytes, or `off`"), "{refused}");
    }

    #[cfg(not(feature = "compression"))]
    #[test]
    fn what_cannot_compress_says_so() {
        let refused = refusal(&[("CACHE_COMPRESS_ABOVE", "4096")]);
        assert!(refused.contains("the feature `compression`"), "{refused}");
    }

    #[test]
    fn what_near_accepts_is_said() {
        let of_near = |text: &str| refusal(&[("REDIS_URL", "redis://localhost"), ("CACHE_NEAR", text)]);
        assert!(of_near("true").ends_with("`CACHE_NEAR` is not understood; expected a time such as `100ms`, or `off`"));
        assert!(of_near("19ms").contains("`CACHE_NEAR` is below 20 ms"), "{}", of_near("19ms"));
    }

    #[cfg(feature = "tls")]
    #[test]
    fn a_file_that_cannot_be_used_is_named_by_its_variable() {
        let of = |variables: &[(&str, &str)]| refusal(&[&[("REDIS_URL", "rediss://localhost")], variables].concat());
        let garbage = tempfile("hunter2");
        let path = garbage.path().to_str().unwrap();
        for name in ["CACHE_TLS_CA", "CACHE_TLS_CERT", "CACHE_TLS_KEY"] {
            let text = of(&[(name, "/no/such/hunter2")]);
            assert!(text.contains(&format!("`{name}` is not understood; expected the path of a file")), "{text}");
            let text = of(&[(name, path)]);
            assert!(text.contains(&format!("`{name}` ")) && !text.contains("hunter2"), "{text}");
        }
    }

    #[cfg(feature = "tls")]
    #[test]
    fn all_that_is_wrong_with_certificates_is_said() {
        let garbage = tempfile("hunter2");
        let path = garbage.path().to_str().unwrap();
        let url = ("REDIS_URL", "rediss://localhost");
        let text = refusal(&[url, ("CACHE_TLS_CA", path), ("CACHE_TLS_CERT", path), ("CACHE_TLS_KEY", path)]);
        assert!(text.contains("`CACHE_TLS_CA` holds no certificate of an authority; expected one"), "{text}");
        assert!(text.contains("`CACHE_TLS_CERT` holds no certificate; expected one"), "{text}");
        let text = refusal(&[url, ("CACHE_TLS_CERT", path)]);
        assert!(text.contains("`CACHE_TLS_CERT` is there without its key; expected both"), "{text}");
        let text = refusal(&[url, ("CACHE_TLS_KEY", path)]);
        assert!(text.contains("`CACHE_TLS_KEY` is there without its certificate; expected both"), "{text}");
    }

    #[cfg(feature = "tls")]
    fn tempfile(text: &str) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), text).unwrap();
        file
    }

    #[test]
    fn every_variable_that_cannot_be_read_is_named_at_once_and_none_is_shown() {
        let text = refusal(&[
            ("CACHE_CODEC", "pickle-hunter2"),
            ("CACHE_OPERATION_TIMEOUT", "soon-hunter2"),
            ("CACHE_NEAR", "true-hunter2"),
            ("CACHE_NEAR_CAPACITY", "-1"),
            ("CACHE_NEAR_FEED", "hunter2"),
            ("CACHE_MAX_VALUE_BYTES", "many"),
            ("CACHE_COMPRESS_ABOVE", "hunter2"),
        ]);
        for name in [
            "CACHE_CODEC",
            "CACHE_OPERATION_TIMEOUT",
            "CACHE_NEAR",
            "CACHE_NEAR_CAPACITY",
            "CACHE_NEAR_FEED",
            "CACHE_MAX_VALUE_BYTES",
            "CACHE_COMPRESS_ABOVE",
        ] {
            assert!(text.contains(&format!("`{name}`")), "{text}");
        }
        assert!(!text.contains("hunter2"));
    }

    #[test]
    fn what_the_builder_refuses_is_named_by_its_variable_beside_what_cannot_be_read() {
        let text = refusal(&[
            ("REDIS_URL", "ftp://x"),
            ("CACHE_NAMESPACE", "a b"),
            ("CACHE_CODEC", "pickle"),
            ("CACHE_MAX_VALUE_BYTES", "0"),
        ]);
        for name in ["`REDIS_URL`", "`CACHE_NAMESPACE`", "`CACHE_CODEC`", "`CACHE_MAX_VALUE_BYTES`"] {
            assert_eq!(text.matches(name).count(), 1, "{text}");
        }
        for hidden in ["ftp", "a b", "pickle", "`url`", "`namespace`", "`max_value_bytes`"] {
            assert!(!text.contains(hidden), "{text}");
        }
    }

    #[test]
    fn every_fault_of_the_builder_has_a_variable() {
        let text = refusal(&[
            ("CACHE_NAMESPACE", "{hunter2}"),
            ("CACHE_OPERATION_TIMEOUT", "0s"),
            ("CACHE_NEAR", "0s"),
            ("CACHE_NEAR_CAPACITY", "0"),
            ("CACHE_MAX_VALUE_BYTES", "987654321"),
            ("CACHE_BACKOFF", "0s"),
            ("CACHE_BACKGROUND_LOADS", "0"),
            ("CACHE_BACKGROUND_TIMEOUT", "0s"),
        ]);
        for (name, setting, _) in VARIABLES {
            assert!(!text.contains(&format!("`{setting}`")), "{text}");
            let is_checked = !["REDIS_URL", "CACHE_CODEC", "CACHE_NEAR_FEED", "CACHE_COMPRESS_ABOVE"].contains(&name)
                && !name.contains("TLS");
            assert_eq!(text.contains(&format!("`{name}`")), is_checked, "{text}");
        }
        assert!(!text.contains("hunter2") && !text.contains("987654321"), "{text}");
    }
}
