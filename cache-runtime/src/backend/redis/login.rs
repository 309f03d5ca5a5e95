//! Who to log in as.

use std::fmt;

/// Who the cache logs in to Redis as. Shows itself without its password.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Login {
    user: Option<String>,
    password: String,
}

impl Login {
    /// The default user, with a password.
    #[must_use]
    pub(super) fn new(password: impl Into<String>) -> Self {
        Self { user: None, password: password.into() }
    }

    /// The user with this name. Default: the default user.
    #[must_use]
    pub(super) fn user(mut self, name: impl Into<String>) -> Self {
        self.user = Some(name.into());
        self
    }

    pub(super) fn name(&self) -> Option<&str> {
        self.user.as_deref()
    }

    pub(super) fn password(&self) -> &str {
        &self.password
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let user = self.user.as_deref().unwrap_or("default");
        f.debug_struct("Login").field("user", &user).finish_non_exhaustive()
    }
}
