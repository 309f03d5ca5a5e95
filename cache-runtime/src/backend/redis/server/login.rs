//! Who to log in as.

use std::fmt;
use std::time::Duration;

/// Who the cache logs in to Redis as. Shows itself without its password.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    user: Option<String>,
    password: String,
    valid_for: Option<Duration>,
}

impl Login {
    /// The default user, with a password that is valid for ever.
    #[must_use]
    pub fn new(password: impl Into<String>) -> Self {
        Self { user: None, password: password.into(), valid_for: None }
    }

    /// The user with this name. Default: the default user.
    #[must_use]
    pub fn user(mut self, name: impl Into<String>) -> Self {
        self.user = Some(name.into());
        self
    }

    /// How long the password will be valid, from now on. Default: for ever.
    #[must_use]
    pub fn valid_for(mut self, time: Duration) -> Self {
        self.valid_for = Some(time);
        self
    }

    pub(in crate::backend::redis) fn name(&self) -> Option<&str> {
        self.user.as_deref()
    }

    pub(in crate::backend::redis) fn password(&self) -> &str {
        &self.password
    }

    pub(in crate::backend::redis) fn validity(&self) -> Option<Duration> {
        self.valid_for
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let user = self.user.as_deref().unwrap_or("default");
        f.debug_struct("Login").field("user", &user).field("valid_for", &self.valid_for).finish_non_exhaustive()
    }
}
