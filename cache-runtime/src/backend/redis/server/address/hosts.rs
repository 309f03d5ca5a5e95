//! Hosts and ports.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::text::mistake;
use crate::error::Error;

/// An IPv6 address has no brackets.
pub(super) type Host = (String, u16);

/// The only host there is.
pub(super) fn one(text: &str, default_port: u16) -> Result<Host, Error> {
    if text.contains(',') {
        return Err(mistake(
            "there are several hosts; expected one, or the scheme `redis+sentinel://` or `redis+cluster://`",
        ));
    }
    host(text, default_port)
}

/// One after the other, at least one.
pub(super) fn several(text: &str, default_port: u16) -> Result<Vec<Host>, Error> {
    text.split(',').map(|text| host(text, default_port)).collect()
}

fn host(text: &str, default_port: u16) -> Result<Host, Error> {
    let (name, port) = match text.strip_prefix('[') {
        Some(bracketed) => {
            let (address, rest) = bracketed.split_once(']').unwrap_or(("", ""));
            let address: Ipv6Addr =
                address.parse().map_err(|_| mistake("what is in brackets is no IPv6 address; expected `[::1]`"))?;
            let port = rest.strip_prefix(':');
            if port.is_none() && !rest.is_empty() {
                return Err(mistake("behind the brackets there is something else than a port; expected `[::1]:6379`"));
            }
            (address.to_string(), port)
        }
        None => match text.split_once(':') {
            Some((_, port)) if port.contains(':') => {
                return Err(mistake("the host has several `:` in it; an IPv6 address is written `[::1]:6379`"));
            }
            Some((name, port)) => (named(name)?, Some(port)),
            None => (named(text)?, None),
        },
    };
    if [Ipv4Addr::UNSPECIFIED.to_string(), Ipv6Addr::UNSPECIFIED.to_string()].contains(&name) {
        return Err(mistake("the host is an address to listen on; expected one to connect to"));
    }
    Ok((name, port.map_or(Ok(default_port), number)?))
}

fn named(text: &str) -> Result<String, Error> {
    if text.is_empty() {
        return Err(mistake("there is no host where one belongs; expected a name, an IPv4 address or `[IPv6]`"));
    }
    if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte)) {
        return Err(mistake("the host has a character that no host has; expected letters, digits, `-`, `.` and `_`"));
    }
    Ok(text.to_owned())
}

fn number(text: &str) -> Result<u16, Error> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    let port = text.parse().ok().filter(|port| is_number && *port > 0);
    port.ok_or_else(|| mistake("the port is none; expected a number from 1 to 65535"))
}
