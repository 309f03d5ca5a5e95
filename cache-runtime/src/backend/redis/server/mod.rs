//! Which server to connect to, and as whom: from a URL to an endpoint, and to where sentinels say that it is just now.

mod address;
mod credentials;
mod endpoint;
mod login;
mod master;
mod place;
mod renewal;
pub(super) mod role;
mod tls;

pub(crate) use address::Address;
pub use credentials::{Credentials, LoginFuture};
pub(super) use endpoint::Endpoint;
pub use login::Login;
pub(super) use place::Place;
pub(super) use renewal::{lasts, renew};
pub use tls::Tls;
