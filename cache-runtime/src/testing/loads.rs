//! How often the body of one function ran.

use crate::cache::Cache;
use crate::catalogue::catalogue;
use crate::observe::Stats;
use crate::scope;

/// Asserts how often the body of an annotated function has run, in the cache of the current task ([`with_cache`], or the global
/// one) or in a cache that is named.
///
/// ```
/// use cache_runtime::testing::assert_loads;
/// use cache_runtime::{Cache, read_through, with_cache};
///
/// struct Shop;
///
/// impl Shop {
///     #[read_through(key = "price:{item}", ttl = 60, skip(self))]
///     async fn price(&self, item: &str) -> usize { item.len() }
/// }
///
/// #[read_through(key = "square:{n}", ttl = 60)]
/// async fn square(n: u64) -> u64 { n * n }
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let cache = Cache::builder().build()?;
/// with_cache(cache.clone(), async {
///     tokio::join!(square(7), square(7));
///     assert_loads!(square, 1);
///     Shop.price("tea").await;
///     Shop.price("coffee").await;
///     assert_loads!(Shop::price, 2);
/// })
/// .await;
/// assert_loads!(in cache, square, 1);
/// # Ok::<_, cache_runtime::Error>(()) }).unwrap();
/// ```
///
/// Runs that returned an `Err` count, and reloads in the background; runs by [`bypass`] and `origin` do not, as the cache knows
/// nothing of them.
///
/// A function is found by its name and as much of its path as is given. What begins with a capital is taken for a type, which
/// is no part of the name: methods of one name in one module cannot be told apart.
///
/// # Panics
///
/// Where the number is another one, with what was counted; where no annotated function has that name, or several that were called
/// in that cache have it, with those that were called.
///
/// [`with_cache`]: crate::with_cache
/// [`bypass`]: crate::bypass
#[macro_export]
#[doc(hidden)]
macro_rules! assert_loads {
    (in $cache:expr, $function:path, $times:expr $(,)?) => {
        $crate::testing::check_loads(&$cache, ::core::stringify!($function), $times)
    };
    ($function:path, $times:expr $(,)?) => {
        $crate::testing::check_loads_here(::core::stringify!($function), $times)
    };
}

/// [`assert_loads!`] of the cache of the current task.
#[doc(hidden)]
#[track_caller]
pub fn check_loads_here(function: &str, times: u64) {
    check_loads(&scope::current(), function, times);
}

/// [`assert_loads!`] of this cache.
#[doc(hidden)]
#[track_caller]
pub fn check_loads(cache: &Cache, function: &str, times: u64) {
    let is_known = |wanted: &[&str]| catalogue().iter().any(|known| is_end_of(wanted, known.name()));
    if let Err(wrong) = compare(&cache.stats_by_function(), is_known, function, times) {
        panic!("{wrong}");
    }
}

/// Compares with what was counted of those that were called. Of the others, `is_known` says whether there is one.
fn compare(
    called: &[(&str, Stats)],
    is_known: impl Fn(&[&str]) -> bool,
    function: &str,
    times: u64,
) -> Result<(), String> {
    // What is done by hand has a name that no function has.
    let called = called.iter().filter(|(name, _)| !name.contains(' '));
    let wanted = segments(function);
    let found: Vec<_> = called.clone().filter(|(name, _)| is_end_of(&wanted, name)).collect();
    match found.as_slice() {
        [(_, stats)] => {
            let ran = stats.loads + stats.load_failures;
            if ran == times {
                Ok(())
            } else {
                Err(format!("`{function}` ran {ran} times, expected {times}: {}", told(stats)))
            }
        }
        [] => {
            let names: Vec<_> = called.map(|(name, _)| format!("`{name}`")).collect();
            let others = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            match is_known(&wanted) {
                true if times == 0 => Ok(()),
                true => Err(format!(
                    "`{function}` was not called in this cache, expected {times} runs; called were: {others}"
                )),
                false => {
                    Err(format!("no annotated function has the name `{function}`; called in this cache were: {others}"))
                }
            }
        }
        several => {
            let names: Vec<_> = several.iter().map(|(name, _)| format!("`{name}`")).collect();
            Err(format!(
                "`{function}` is the name of several functions that were called in this cache: {}",
                names.join(", ")
            ))
        }
    }
}

/// The part of a written path that names a function, without types and generic arguments.
fn segments(path: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let names = path.split(|c: char| match c {
        '<' => {
            depth += 1;
            true
        }
        '>' => {
            depth = depth.saturating_sub(1);
            true
        }
        _ => depth > 0 || c == ':' || c.is_whitespace(),
    });
    let is_a_type = |name: &str| name.starts_with(|c: char| c.is_uppercase());
    names.filter(|name| !name.is_empty() && !is_a_type(name) && !["crate", "self", "super"].contains(name)).collect()
}

fn is_end_of(wanted: &[&str], name: &str) -> bool {
    let whole: Vec<_> = name.split("::").collect();
    !wanted.is_empty() && whole.ends_with(wanted)
}

fn told(stats: &Stats) -> String {
    let hits = stats.hits + stats.near_hits + stats.absent_hits + stats.stale_hits;
    let Stats { loads, load_failures, misses, coalesced, failed_open, bypassed, .. } = stats;
    format!(
        "{loads} answered and {load_failures} failed; of its calls {hits} were hits, {misses} misses, {coalesced} got what another \
         one loaded, {failed_open} found no store, {bypassed} asked for no cache"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn called() -> Vec<(&'static str, Stats)> {
        let ran = |loads, load_failures| {
            let mut stats = Stats::default();
            (stats.loads, stats.load_failures, stats.misses) = (loads, load_failures, 4);
            stats
        };
        vec![
            ("by hand", ran(9, 9)),
            ("shop::find", ran(1, 0)),
            ("shop::users::find", ran(2, 0)),
            ("shop::rate", ran(1, 1)),
        ]
    }

    fn unknown(_: &[&str]) -> bool {
        false
    }

    #[test]
    fn a_function_is_found_by_the_end_of_its_path() {
        for path in ["rate", "shop::rate", "crate::rate", "Bank::rate", "Bank::<a::B<u8>>::rate"] {
            compare(&called(), unknown, path, 2).unwrap();
        }
        compare(&called(), unknown, "users::find", 2).unwrap();
        compare(&called(), unknown, "self::users::Repo::find", 2).unwrap();
    }

    #[test]
    fn another_number_is_told_with_what_was_counted() {
        let wrong = compare(&called(), unknown, "rate", 1).unwrap_err();
        assert!(
            wrong.starts_with(
                "`rate` ran 2 times, expected 1: 1 answered and 1 failed; of its calls 0 were hits, 4 misses"
            ),
            "{wrong}"
        );
    }

    #[test]
    fn a_name_that_matches_nothing_is_told_with_those_that_were_called() {
        for path in ["rates", "ate", "bank::rate", "hand", "Repo"] {
            let wrong = compare(&called(), unknown, path, 0).unwrap_err();
            let names = "`shop::find`, `shop::users::find`, `shop::rate`";
            let expected = format!("no annotated function has the name `{path}`; called in this cache were: {names}");
            assert_eq!(wrong, expected);
        }
    }

    #[test]
    fn one_that_was_not_called_ran_no_times() {
        let known = |wanted: &[&str]| wanted == ["rates"];
        compare(&called(), known, "rates", 0).unwrap();
        let wrong = compare(&[], known, "rates", 1).unwrap_err();
        assert_eq!(wrong, "`rates` was not called in this cache, expected 1 runs; called were: none");
    }

    #[test]
    fn a_name_that_matches_several_is_told_with_them() {
        let wrong = compare(&called(), unknown, "find", 1).unwrap_err();
        assert_eq!(
            wrong,
            "`find` is the name of several functions that were called in this cache: `shop::find`, `shop::users::find`"
        );
    }
}
