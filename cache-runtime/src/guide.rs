//! The guide: what to do, and why, page by page.
//!
//! | page | when |
//! |---|---|
//! | [`getting_started`] | the first function |
//! | [`choosing_windows`] | how long an answer is good, and who waits for the next one |
//! | [`invalidation`] | something has changed |
//! | [`running_redis`] | memory, eviction, permissions, TLS, sizing |
//! | [`operating`] | metrics, alerts, log lines, a look at a value, outages |
//! | [`migrating`] | from `cached`, from a decorator in Python |
//! | [`testing`] | a cache for each test, time, faults |
//! | [`faq`] | the rest |

/// A page, which is a file that is read on its own as well. There its links name files; the definitions that come first are in
/// force here.
macro_rules! page {
    ($name:ident, $file:literal) => {
        #[doc = "[choosing windows]: crate::guide::choosing_windows"]
        #[doc = "[invalidation]: crate::guide::invalidation"]
        #[doc = "[running Redis]: crate::guide::running_redis"]
        #[doc = "[operating]: crate::guide::operating"]
        #[doc = "[testing]: crate::guide::testing"]
        #[doc = ""]
        #[doc = include_str!(concat!("../docs/", $file))]
        pub mod $name {}
    };
}

page!(getting_started, "getting-started.md");
page!(choosing_windows, "choosing-windows.md");
page!(invalidation, "invalidation.md");
page!(running_redis, "running-redis.md");
page!(operating, "operating.md");
page!(migrating, "migrating.md");
// Its code needs the feature, its text does not.
#[cfg(any(feature = "test-util", not(doctest)))]
page!(testing, "testing.md");
page!(faq, "faq.md");
