//! The parts of a URL, cut and decoded. No mistake is told in the words of the URL, which may be those of a password.

use std::borrow::Cow;

use crate::backend::redis::server::Login;
use crate::error::{Error, ErrorKind};

/// What follows `://`, cut. Nothing is decoded yet.
pub(super) struct Parts<'a> {
    /// What is before the last `@`.
    pub(super) login: &'a str,
    pub(super) hosts: &'a str,
    /// What is behind the first `/`.
    pub(super) path: &'a str,
    /// What is behind the first `?`.
    pub(super) query: &'a str,
}

impl<'a> Parts<'a> {
    pub(super) fn of(rest: &'a str) -> Result<Self, Error> {
        let (before, query) = cut(rest)?;
        let (authority, path) = before.split_once('/').unwrap_or((before, ""));
        if path.contains('@') || query.contains('@') {
            return Err(mistake(
                "there is an `@` behind a `/` or a `?`; in a user name, a password or a parameter, these are written \
                 `%40`, `%2F` and `%3F`",
            ));
        }
        let (login, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));
        Ok(Self { login, hosts, path, query })
    }

    pub(super) fn login(&self) -> Result<Option<Login>, Error> {
        let (user, password) = self.login.split_once(':').unwrap_or((self.login, ""));
        let (user, password) = (decoded(user, "the user name")?, decoded(password, "the password")?);
        login(Some(user), Some(password), "`user:password@` or `:password@`")
    }
}

/// Who to log in as, if anybody. A user without a password would be the default user, and nobody would notice.
pub(super) fn login(user: Option<String>, password: Option<String>, expected: &str) -> Result<Option<Login>, Error> {
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    match (given(user), given(password)) {
        (None, None) => Ok(None),
        (None, Some(password)) => Ok(Some(Login::new(password))),
        (Some(user), Some(password)) => Ok(Some(Login::new(password).user(user))),
        (Some(_), None) => Err(mistake(format!("there is a user without a password; expected {expected}"))),
    }
}

/// What is before the query, and the query.
pub(super) fn cut(rest: &str) -> Result<(&str, &str), Error> {
    if rest.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(mistake("there is a space or a control character in it; a space is written `%20`"));
    }
    if rest.contains('#') {
        return Err(mistake(
            "there is a `#` in it, behind which nothing is expected; in a password it is written `%23`",
        ));
    }
    Ok(rest.split_once('?').unwrap_or((rest, "")))
}

/// The values of the parameters with these names, which are all there may be.
pub(super) fn parameters<const N: usize>(query: &str, known: [&str; N]) -> Result<[Option<String>; N], Error> {
    let mut values = [const { None }; N];
    for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
        let (name, text) = parameter
            .split_once('=')
            .ok_or_else(|| mistake("there is a query parameter without a value; expected `name=value`"))?;
        let Some((_, value)) = known.iter().zip(&mut values).find(|(known, _)| **known == name) else {
            return Err(unknown(name, &known));
        };
        if value.replace(decoded(text, "a query parameter")?).is_some() {
            return Err(mistake(format!("the query parameter `{name}` is there twice; expected once")));
        }
    }
    Ok(values)
}

fn unknown(name: &str, known: &[&str]) -> Error {
    let is_a_name = name.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
    let name = if is_a_name { format!("the query parameter `{name}`") } else { "a query parameter".to_owned() };
    let known: Vec<_> = known.iter().map(|known| format!("`{known}`")).collect();
    let expected = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    mistake(format!("{name} is not known; expected {expected}"))
}

/// The text in which `%` and two hexadecimal digits stand for a byte.
pub(super) fn decoded(text: &str, part: &str) -> Result<String, Error> {
    let mut pieces = text.split('%');
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let digits = piece.get(..2).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let byte = byte.ok_or_else(|| {
            mistake(format!("{part} has a `%` without two hexadecimal digits behind it; itself it is written `%25`"))
        })?;
        bytes.push(byte);
        bytes.extend(piece.bytes().skip(2));
    }
    String::from_utf8(bytes).map_err(|_| mistake(format!("{part} is not UTF-8 when its `%..` are taken for bytes")))
}

/// What is wrong, which the name of the setting precedes: `url` is not usable: ..
pub(super) fn mistake(text: impl Into<Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::Config, text)
}
