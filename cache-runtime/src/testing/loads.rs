//! How often the body of one function ran.

use std::mem;

use crate::cache::Cache;
use crate::catalogue::{AnnotatedFunction, catalogue};
use crate::observe::Stats;
use crate::scope;
use crate::spec::BY_HAND;

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
/// A function is found by its name and as much of its path as is given; a method by its type or its trait as well. A name that
/// is no path of the program will do: `Alias::price` finds `price` where nothing is called `Alias`.
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
    (in $cache:expr, $function:ty, $times:expr $(,)?) => {
        $crate::testing::check_loads(&$cache, ::core::stringify!($function), $times)
    };
    ($function:ty, $times:expr $(,)?) => {
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
    let catalogue = catalogue();
    let known: Vec<_> = catalogue.iter().map(AnnotatedFunction::name).collect();
    if let Err(wrong) = compare(&cache.stats_by_function(), &known, function, times) {
        panic!("{wrong}");
    }
}

/// Compares with what was counted of those that were called. `known` are the functions of the program.
fn compare(called: &[(&str, Stats)], known: &[&str], function: &str, times: u64) -> Result<(), String> {
    let called: Vec<_> = called.iter().filter(|(name, _)| *name != BY_HAND.name()).collect();
    let meant = meant(called.iter().map(|(name, _)| *name).chain(known.iter().copied()), function);
    let found: Vec<_> = called.iter().filter(|(name, _)| meant.contains(name)).collect();
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
            let names: Vec<_> = called.iter().map(|(name, _)| format!("`{name}`")).collect();
            let others = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            if meant.is_empty() {
                return Err(format!(
                    "no annotated function has the name `{function}`; called in this cache were: {others}"
                ));
            }
            if times == 0 {
                return Ok(());
            }
            Err(format!("`{function}` was not called in this cache, expected {times} runs; called were: {others}"))
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

/// Those of the functions that a path in a program may mean.
fn meant<'a>(functions: impl Iterator<Item = &'a str>, path: &str) -> Vec<&'a str> {
    let wanted = Words::of(path);
    let named = functions.map(|name| (name, Words::of(name))).filter(|(_, words)| wanted.name(words));
    let (of_type, others): (Vec<_>, Vec<_>) = named.partition(|(_, words)| wanted.name_the_type_of(words));
    let meant = if of_type.is_empty() { others } else { of_type };
    meant.into_iter().map(|(name, _)| name).collect()
}

/// What a path is made of, without generic arguments.
struct Words<'a> {
    /// The modules and the function.
    path: Vec<&'a str>,
    /// What begins with a capital.
    types: Vec<&'a str>,
}

impl<'a> Words<'a> {
    /// Those of a path as it is written in a program, or of the name of a function.
    fn of(path: &'a str) -> Self {
        // What is between those of `<Repo as Find>` is no list of arguments.
        let mut is_qualified = path.starts_with('<') || path.contains(" as ");
        let mut depth = 0_usize;
        let words = path.split(|c: char| {
            match c {
                '<' if mem::take(&mut is_qualified) => {}
                '<' => depth += 1,
                '>' => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth > 0 || !(c.is_alphanumeric() || c == '_')
        });
        let is_a_name = |word: &&str| !["", "as", "crate", "dyn", "self", "super"].contains(word);
        let (types, path) = words.filter(is_a_name).partition(|word| word.starts_with(char::is_uppercase));
        Self { path, types }
    }

    /// Whether these are the end of the path of a function, types apart.
    fn name(&self, function: &Words<'_>) -> bool {
        !self.path.is_empty() && function.path.ends_with(&self.path)
    }

    /// Whether these have types, or a trait, all of which are those of a function.
    fn name_the_type_of(&self, function: &Words<'_>) -> bool {
        !self.types.is_empty() && self.types.iter().all(|ty| function.types.contains(ty))
    }
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

    #[test]
    fn a_function_is_found_by_the_end_of_its_path() {
        for path in ["rate", "shop::rate", "crate::rate", "Bank::rate", "Bank::<a::B<u8>>::rate"] {
            compare(&called(), &[], path, 2).unwrap();
        }
        compare(&called(), &[], "users::find", 2).unwrap();
        compare(&called(), &[], "self::users::Repo::find", 2).unwrap();
    }

    #[test]
    fn methods_of_one_name_are_told_apart_by_their_types() {
        let of = |loads| Stats { loads, ..Stats::default() };
        let called = [
            ("shop::Repo<User>::find", of(1)),
            ("shop::Repo<Order>::find", of(1)),
            ("shop::Bank::find", of(2)),
            ("shop::<Bank as Find>::find", of(3)),
            ("shop::<Repo<Vec> as Look>::find", of(4)),
        ];
        compare(&called, &[], "Look::find", 4).unwrap();
        compare(&called, &[], "<super::Repo<Vec<u8>> as self::Look>::find", 4).unwrap();
        let known = ["shop::Bank::find", "shop::Repo::find"];
        compare(&called[2..3], &known, "Repo::find", 0).unwrap();
        compare(&called[2..3], &known, "Repo::find", 2).unwrap_err();
        compare(&called[2..3], &known, "Alias::find", 2).unwrap();
        for (path, names) in [
            ("Bank::find", "`shop::Bank::find`, `shop::<Bank as Find>::find`"),
            (
                "shop::Repo::<User>::find",
                "`shop::Repo<User>::find`, `shop::Repo<Order>::find`, `shop::<Repo<Vec> as Look>::find`",
            ),
        ] {
            let wrong = compare(&called, &[], path, 1).unwrap_err();
            assert_eq!(
                wrong,
                format!("`{path}` is the name of several functions that were called in this cache: {names}")
            );
        }
    }

    #[test]
    fn another_number_is_told_with_what_was_counted() {
        let wrong = compare(&called(), &[], "rate", 1).unwrap_err();
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
            let wrong = compare(&called(), &[], path, 0).unwrap_err();
            let names = "`shop::find`, `shop::users::find`, `shop::rate`";
            let expected = format!("no annotated function has the name `{path}`; called in this cache were: {names}");
            assert_eq!(wrong, expected);
        }
    }

    #[test]
    fn one_that_was_not_called_ran_no_times() {
        let known = ["bank::rates"];
        compare(&called(), &known, "rates", 0).unwrap();
        let wrong = compare(&[], &known, "rates", 1).unwrap_err();
        assert_eq!(wrong, "`rates` was not called in this cache, expected 1 runs; called were: none");
    }

    #[test]
    fn a_name_that_matches_several_is_told_with_them() {
        let wrong = compare(&called(), &[], "find", 1).unwrap_err();
        assert_eq!(
            wrong,
            "`find` is the name of several functions that were called in this cache: `shop::find`, `shop::users::find`"
        );
    }
}
