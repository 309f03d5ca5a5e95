//! The windows around the end of a ttl: which of them make sense together, and what they ask of the function.

use super::borrows::borrowed;
use crate::errors::Errors;
use crate::model::Load;
use crate::parse::{Arguments, Function, Time, Ttl};

/// How long the body may run, and who hears of its failure; notes windows without effect, and parameters that would not
/// live long enough.
pub(super) fn check(arguments: &Arguments, function: &Function, errors: &Errors) -> Load {
    never_old(arguments, errors);
    nothing_to_answer_with(arguments, errors);
    let Some(detaching) = detaching(arguments) else {
        return if arguments.stale_if_error.is_some() { Load::Excused } else { Load::Awaited };
    };
    // What blocks needs owned parameters anyway, and says so itself.
    if arguments.blocking.is_none() {
        for (place, parameter) in borrowed(function) {
            errors.at(place, format!("{parameter} is borrowed; `{detaching}` lets the body run on when the call has returned, so take it owned, or as an `Arc`"));
        }
    }
    Load::Detached
}

/// The first argument by which the body may run on when the call has returned.
fn detaching(arguments: &Arguments) -> Option<&'static str> {
    let detaching = [
        ("stale_while_revalidate", arguments.stale_while_revalidate.is_some()),
        ("refresh_ahead", arguments.refresh_ahead.is_some()),
        ("soft_timeout", arguments.soft_timeout.is_some()),
    ];
    detaching.into_iter().find_map(|(name, is_there)| is_there.then_some(name))
}

fn never_old(arguments: &Arguments, errors: &Errors) {
    if !matches!(arguments.ttl, Some(Ttl::Time(Time::Forever))) {
        return;
    }
    for name in ["jitter", "stale_while_revalidate", "stale_if_error", "refresh_ahead"] {
        if let Some(place) = arguments.name(name) {
            errors.at(place, format!("`{name}` has no effect with `ttl = \"forever\"`, as such a value never gets old; say a ttl such as `\"1h\"`, or leave `{name}` out"));
        }
    }
}

fn nothing_to_answer_with(arguments: &Arguments, errors: &Errors) {
    let keeps_old_values = arguments.given("stale_if_error") || arguments.given("stale_while_revalidate");
    if let Some(place) = arguments.name("soft_timeout").filter(|_| !keeps_old_values) {
        errors.at(place, "`soft_timeout` has no effect without an old value to answer with; add `stale_if_error = \"1h\"` to keep one");
    }
}
