//! Values that are times: whole seconds, text, or an expression.

use std::time::Duration;

use syn::{Expr, ExprLit, Lit, LitInt, LitStr};

use super::duration::duration;
use super::expression::{Number, bare, found};
use crate::errors::Errors;

/// The longest time that can be said.
const LONGEST: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// A shorter `near` keeps nothing: the runtime tells the time of what is kept no better than to 16 ms.
const SHORTEST_NEAR: Duration = Duration::from_millis(20);

/// How long something lasts.
pub(crate) enum Time {
    Fixed(Duration),
    Forever,
    /// Computed; a `Duration`, or whole seconds.
    Computed(Expr),
}

/// Reads the time after `name =`; notes what is wrong with it.
pub(super) fn time(name: &str, expr: Expr, errors: &Errors) -> Option<Time> {
    let expr = bare(expr);
    let read = match (Number::of(&expr), &expr) {
        (Some(Number { negative: true, .. }), _) => Err(format!("found a negative `{name}`; {}", accepted(name))),
        (Some(Number { literal: Lit::Int(literal), .. }), _) => seconds(name, &literal),
        (None, Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => said(name, text),
        (_, Expr::Lit(_) | Expr::Closure(_)) => Err(format!("found {}; {}", found(&expr), accepted(name))),
        _ => return Some(Time::Computed(expr)),
    };
    read.map_err(|message| errors.at(expr, message)).ok()
}

fn accepted(name: &str) -> String {
    let rest = match name {
        "ttl" => " or `\"forever\"`, a `Duration` expression, or a closure over the value",
        "near" => ", a `Duration` expression, `true` or `false`",
        _ => ", or a `Duration` expression",
    };
    format!("`{name}` accepts whole seconds such as `60`, text such as `\"1h 30m\"`{rest}")
}

fn seconds(name: &str, literal: &LitInt) -> Result<Time, String> {
    let is_type = ["", "u8", "u16", "u32", "u64", "usize", "i32", "i64"].contains(&literal.suffix());
    if !is_type {
        return Err(format!("`{literal}` is no number; write the time as text, as in `{name} = \"{literal}\"`"));
    }
    // Of whole numbers, only those that are too large fail.
    let seconds = literal.base10_parse().unwrap_or(u64::MAX);
    lasting(name, Duration::from_secs(seconds), &literal.to_string())
}

fn said(name: &str, text: &LitStr) -> Result<Time, String> {
    let said = text.value();
    if said.trim() == "forever" {
        return match name {
            "ttl" => Ok(Time::Forever),
            _ => Err(format!("`{name}` cannot last forever; write a time such as `\"5s\"`")),
        };
    }
    lasting(name, duration(&said)?, &said)
}

fn lasting(name: &str, time: Duration, found: &str) -> Result<Time, String> {
    if time.is_zero() {
        let effect = match name {
            "ttl" | "negative_ttl" => "stores nothing",
            "near" => "keeps nothing",
            _ => "has no effect",
        };
        return Err(format!("a `{name}` of `{found}` {effect}; {}", accepted(name)));
    }
    if name == "near" && time < SHORTEST_NEAR {
        let shortest = SHORTEST_NEAR.as_millis();
        return Err(format!("a `near` of `{found}` is below {shortest} ms, and so keeps nothing; {}", accepted(name)));
    }
    if time > LONGEST { Err(too_long(name, found)) } else { Ok(Time::Fixed(time)) }
}

fn too_long(name: &str, found: &str) -> String {
    let or = if name == "ttl" { ", or say `\"forever\"` if entries must not expire" } else { "" };
    format!("`{found}` is longer than a hundred years; shorten it{or}")
}
