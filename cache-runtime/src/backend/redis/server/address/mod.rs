//! Where Redis is, from a URL.
//!
//! ```text
//! url         = server | socket | sentinels | cluster
//! server      = secured "://" [ login "@" ] host [ "/" [ db ] ]
//! socket      = "unix://" path [ "?" parameters ]                        ; db, user, pass
//! sentinels   = secured "+sentinel://" [ login "@" ] hosts "/" master [ "/" [ db ] ] [ "?" parameters ]
//!                                                                        ; sentinel_user, sentinel_pass
//! cluster     = secured "+cluster://" [ login "@" ] hosts [ "/" [ "0" ] ]
//!
//! secured     = "redis" | "rediss"                                       ; rediss: over TLS, to sentinels too
//! login       = [ user ] ":" password                                    ; an empty one is none
//! hosts       = host { "," host }
//! host        = ( name | IPv4 | "[" IPv6 "]" ) [ ":" port ]              ; port: 6379, of a sentinel 26379
//! parameters  = parameter { "&" parameter }
//! parameter   = name "=" text                                            ; each at most once
//! ```
//!
//! A scheme may be in capitals. In `user`, `password`, `path`, `master` and the text of a parameter, any byte may be written as
//! `%` and two hexadecimal digits; `%`, `#`, spaces and control characters have to be, and so have to `/`, `?`, and in what
//! follows the hosts `@`. There is nothing else in a URL: no fragment, no other parameter. (`memory://`, the URL of a store
//! that is no Redis, is read by whoever builds caches.)

mod hosts;
mod parse;
mod text;

#[cfg(test)]
mod tests;

pub(crate) use parse::Address;
