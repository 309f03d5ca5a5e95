//! URLs that are taken, and what is said of others.

use std::error::Error as _;

use super::Address;
use crate::backend::redis::server::Place;
use crate::error::ErrorKind;

/// Where the address leads to, as a log shows it.
fn shown(url: &str) -> String {
    match Address::parse(url).unwrap_or_else(|error| panic!("{url}: {error}")) {
        Address::Server(place) => place.to_string(),
        Address::Cluster(seeds) => {
            let seeds: Vec<_> = seeds.iter().map(ToString::to_string).collect();
            seeds.join(" ")
        }
    }
}

/// The user, the password and the database of the server.
fn login(url: &str) -> (Option<String>, Option<String>, i64) {
    let endpoint = match Address::parse(url).unwrap() {
        Address::Server(Place::Fixed(endpoint)) => endpoint,
        Address::Server(Place::Master(master)) => master.anywhere().clone(),
        Address::Cluster(mut seeds) => seeds.remove(0),
    };
    let info = endpoint.client().unwrap().get_connection_info().redis_settings().clone();
    (info.username().map(ToOwned::to_owned), info.password().map(ToOwned::to_owned), info.db())
}

#[test]
fn what_is_left_out_of_a_url_is_what_one_expects() {
    for (url, expected) in [
        ("redis://localhost", "redis://localhost:6379"),
        ("redis://localhost/", "redis://localhost:6379"),
        ("Redis://localhost:7000/0", "redis://localhost:7000"),
        ("redis://cache.internal/3?", "redis://cache.internal:6379/3"),
        ("redis://127.0.0.1:1", "redis://127.0.0.1:1"),
        ("redis://a-b_c.d", "redis://a-b_c.d:6379"),
        ("redis://[::1]", "redis://[::1]:6379"),
        ("redis://:@[2001:DB8::0:1]:7000", "redis://[2001:db8::1]:7000"),
        ("unix:///run/redis.sock", "unix:///run/redis.sock"),
        ("UNIX:///run/my%20redis.sock?db=2", "unix:///run/my redis.sock/2"),
        ("redis+sentinel://a/mymaster", "redis+sentinel://a:26379/mymaster"),
        ("redis+sentinel://a,b:1,[::1]/m%2Fm/3", "redis+sentinel://a:26379,b:1,[::1]:26379/m/m/3"),
        ("redis+cluster://a", "redis://a:6379"),
        ("REDIS+cluster://a,b:1,[::1]:2/0", "redis://a:6379 redis://b:1 redis://[::1]:2"),
    ] {
        assert_eq!(shown(url), expected);
    }
}

#[cfg(feature = "tls")]
#[test]
fn rediss_is_tls_everywhere() {
    for (url, expected) in [
        ("rediss://localhost", "rediss://localhost:6379"),
        ("Rediss+Sentinel://a,b/m", "rediss+sentinel://a:26379,b:26379/m"),
        ("rediss+cluster://a,b", "rediss://a:6379 rediss://b:6379"),
    ] {
        assert_eq!(shown(url), expected);
    }
    let Ok(Address::Cluster(seeds)) = Address::parse("rediss+cluster://a") else { panic!("it is a cluster") };
    assert_eq!(seeds[0].at("::1", 7).unwrap().to_string(), "rediss://[::1]:7");
}

#[cfg(not(feature = "tls"))]
#[test]
fn rediss_without_the_feature_says_what_is_missing() {
    for url in ["rediss://localhost", "rediss+sentinel://a/m", "rediss+cluster://a"] {
        let error = Address::parse(url).unwrap_err().to_string();
        assert!(error.contains("the feature `tls` of cache-runtime"), "{error}");
    }
}

#[test]
fn users_and_passwords_may_have_any_byte_in_them() {
    let some = |text: &str| Some(text.to_owned());
    for (url, expected) in [
        ("redis://localhost/7", (None, None, 7)),
        ("redis://:secret@localhost", (None, some("secret"), 0)),
        ("redis://app:se:cret@localhost", (some("app"), some("se:cret"), 0)),
        ("redis://a%3Apb:p%40%2F%3F%23%25%20%C3%A9@h/1", (some("a:pb"), some("p@/?#% é"), 1)),
        ("redis://app:p@ss@h", (some("app"), some("p@ss"), 0)),
        ("redis://app:a+b&c=d@h", (some("app"), some("a+b&c=d"), 0)),
        ("redis://app:secret@a,b@h", (some("app"), some("secret@a,b"), 0)),
        ("unix:///s?user=app&pass=p%26%40&db=4", (some("app"), some("p&@"), 4)),
        ("unix:///s?pass=a=b+c@d", (None, some("a=b+c@d"), 0)),
        ("redis+sentinel://app:secret@a/m/2?sentinel_pass=other", (some("app"), some("secret"), 2)),
        ("redis+sentinel://a/m?sentinel_user=x&sentinel_pass=y", (None, None, 0)),
        ("redis+cluster://app:secret@a,b", (some("app"), some("secret"), 0)),
    ] {
        assert_eq!(login(url), expected, "{url}");
    }
}

#[test]
fn sentinels_have_a_login_of_their_own() {
    let of = |url: &str| {
        let Ok(Address::Server(Place::Master(master))) = Address::parse(url) else { panic!("it has sentinels") };
        let client = master.sentinels()[1].client().unwrap();
        let info = client.get_connection_info().redis_settings().clone();
        (info.username().map(ToOwned::to_owned), info.password().map(ToOwned::to_owned), info.db())
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(of("redis+sentinel://app:secret@a,b/m/2"), (None, None, 0));
    let url = "redis+sentinel://app:secret@a,b/m?sentinel_user=who&sentinel_pass=wh%40t";
    assert_eq!(of(url), (some("who"), some("wh@t"), 0));
}

#[test]
fn another_server_of_a_cluster_is_talked_to_as_the_first() {
    let Ok(Address::Cluster(seeds)) = Address::parse("redis+cluster://app:secret@a:7000") else { panic!("a cluster") };
    let other = seeds[0].at("10.0.0.7", 7001).unwrap();
    assert_eq!(other.to_string(), "redis://10.0.0.7:7001");
    let info = other.client().unwrap().get_connection_info().redis_settings().clone();
    assert_eq!((info.username(), info.password(), info.db()), (Some("app"), Some("secret"), 0));
    assert!(seeds[0].at("", 7001).is_err(), "a server that does not know its own name");
}

/// What is written, what is said to be wrong, and what to be accepted.
const MISTAKES: &[(&str, &str, &str)] = &[
    ("hunter2", "the scheme is not known", "`redis+sentinel://`"),
    ("localhost:6379", "the scheme is not known", "`redis://`"),
    ("http://hunter2", "the scheme is not known", "`memory://`"),
    ("redis+unix://hunter2", "the scheme is not known", "`unix://`"),
    ("redis://", "there is no host", "an IPv4 address"),
    ("redis://:hunter2@", "there is no host", "a name"),
    ("redis:///3", "there is no host", "a name"),
    ("redis://:hunter2@:6379", "there is no host", "a name"),
    ("redis://:hunter2@h:port", "the port is none", "1 to 65535"),
    ("redis://:hunter2@h:", "the port is none", "1 to 65535"),
    ("redis://:hunter2@h:0", "the port is none", "1 to 65535"),
    ("redis://:hunter2@h:65536", "the port is none", "1 to 65535"),
    ("redis://:hunter2@h:+1", "the port is none", "1 to 65535"),
    ("redis://:hunter2@[half", "no IPv6 address", "`[::1]`"),
    ("redis://:hunter2@[::1]7", "behind the brackets", "`[::1]:6379`"),
    ("redis://:hunter2@::1", "several `:`", "`[::1]:6379`"),
    ("redis://:hunter2@h!st", "a character that no host has", "letters, digits"),
    ("redis://:hunter2@hóst", "a character that no host has", "letters, digits"),
    ("redis://:hunter2@0.0.0.0", "an address to listen on", "one to connect to"),
    ("redis://:hunter2@[::]", "an address to listen on", "one to connect to"),
    ("redis://:hunter2@a,b", "several hosts", "`redis+cluster://`"),
    ("redis://:hunter2@h/x", "the database is not a number", "`/0`"),
    ("redis://:hunter2@h/-1", "the database is not a number", "`/0`"),
    ("redis://:hunter2@h/1/2", "the database is not a number", "`/0`"),
    ("redis://:hunter2@h/99999999999", "the database is not a number", "`/0`"),
    ("redis://hunter2@h", "a user without a password", "`:password@`"),
    ("redis://hunter2:@h", "a user without a password", "`user:password@`"),
    ("redis://:hunter2%@h", "the password has a `%`", "`%25`"),
    ("redis://:hunter2%4@h", "the password has a `%`", "`%25`"),
    ("redis://hunter2%+1:x@h", "the user name has a `%`", "`%25`"),
    ("redis://:hunter2%FF@h", "the password is not UTF-8", "taken for bytes"),
    ("redis://:hun/ter2@h", "an `@` behind a `/`", "`%2F`"),
    ("redis://:hun?ter2@h", "an `@` behind a `/` or a `?`", "`%3F`"),
    ("redis://:hun?ter2=1@h", "an `@` behind a `/` or a `?`", "`%3F`"),
    ("redis://:hun#ter2@h", "a `#`", "`%23`"),
    ("rediss://:hunter2@h#insecure", "a `#`", "nothing is expected"),
    ("redis://:hunter 2@h", "a space", "`%20`"),
    ("redis://:hunter2@h\n", "a control character", "`%20`"),
    ("redis://:hunter2@h?protocol=resp3", "the query parameter `protocol` is not known", "expected none"),
    ("redis://:hunter2@h?hunter2", "a query parameter without a value", "`name=value`"),
    ("redis://:hunter2@h?hunter2!=1", "a query parameter is not known", "expected none"),
    ("unix://hunter2", "not absolute", "`unix:///path/to/socket`"),
    ("unix://", "not absolute", "`unix:///path/to/socket`"),
    ("unix:///s?user=hunter2", "a user without a password", "`user=..&pass=..`"),
    ("unix:///s?pass=hunter2&pass=hunter2", "`pass` is there twice", "once"),
    ("unix:///s?password=hunter2", "`password` is not known", "`db`, `user`, `pass`"),
    ("unix:///s?db=hunter2", "the database is not a number", "`/0`"),
    ("unix:///s%00%?pass=hunter2", "the path has a `%`", "`%25`"),
    ("redis+sentinel://:hunter2@a,b", "no name of a master", "`/mymaster`"),
    ("redis+sentinel://:hunter2@a,b/", "no name of a master", "`/mymaster`"),
    ("redis+sentinel://:hunter2@a,,b/m", "there is no host", "a name"),
    ("redis+sentinel://:hunter2@/m", "there is no host", "a name"),
    ("redis+sentinel://:hunter2@a/m/x", "the database is not a number", "`/0`"),
    ("redis+sentinel://:hunter2@a/m?sentinel_user=hunter2", "a user without a password", "`sentinel_user=.."),
    ("redis+sentinel://a/m?db=1", "`db` is not known", "`sentinel_user`, `sentinel_pass`"),
    ("redis+cluster://:hunter2@a/1", "a database other than 0", "expected none"),
    ("redis+cluster://:hunter2@a/x", "the database is not a number", "`/0`"),
    ("redis+cluster://:hunter2@a,", "there is no host", "a name"),
    ("redis+cluster://a?x=1", "`x` is not known", "expected none"),
];

#[test]
fn a_mistake_is_named_and_what_is_accepted() {
    for (url, named, accepted) in MISTAKES {
        let error = Address::parse(url).expect_err(url);
        let said = error.to_string();
        assert_eq!((error.kind(), error.source().is_none()), (ErrorKind::Config, true));
        assert!(said.contains(named) && said.contains(accepted), "{url}: {said}");
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
    }
}

#[test]
fn an_address_is_shown_without_passwords() {
    for url in [
        "redis://app:hunter2@h",
        "unix:///run/redis.sock?db=2&pass=hunter2",
        "redis+sentinel://:hunter2@a,b/m?sentinel_pass=hunter2",
        "redis+cluster://app:hunter2@a,b",
    ] {
        assert!(!format!("{:?} {}", Address::parse(url).unwrap(), shown(url)).contains("hunter2"), "{url}");
    }
}
