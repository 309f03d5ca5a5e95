//! Names and surroundings that generated code must not trip over.

use cache_runtime::read_through;

use crate::{User, assert_cached, at_the_root, on_a_cache};
pub use crate::{core, std};

/// Names that generated code must not mean.
pub mod decoys {
    use super::read_through;
    use crate::{Res, User};
    pub use crate::{core, std};

    /// Not the real one.
    pub mod cache_runtime {}
    /// Not the standard one.
    #[derive(Debug)]
    pub struct Result;
    /// Not the standard one.
    #[derive(Debug)]
    pub struct Option;
    /// Not the standard one.
    #[derive(Debug)]
    pub struct Box;
    /// Not the standard one.
    #[derive(Debug)]
    pub struct Some;

    /// Means what it says.
    #[read_through(key = "decoys:{id}", ttl = 60, cache_if = |user: &User| user.is_complete())]
    pub async fn among_decoys(id: u64) -> Res<User> {
        Ok(User::new(id, "ada"))
    }
}

#[tokio::test]
async fn names_of_the_standard_library_taken_by_others() {
    assert_cached!(at_the_root(7), Ok(Some(User { id: 7, .. })));
    assert_cached!(decoys::among_decoys(7), Ok(User { .. }));
    on_a_cache(async {
        at_the_root::put(7, &User::new(7, "put")).await.unwrap();
        assert_eq!(at_the_root::peek(7).await.unwrap().name, "put");
        decoys::among_decoys::invalidate(7).await.unwrap();
    })
    .await;
}

/// Never expires, and is deprecated.
#[deprecated = "for the test"]
#[read_through(ttl = "forever")]
pub async fn forever() -> u64 {
    1
}

/// Named as in another language.
#[read_through(key = "{userId}:{userName}", ttl = 60)]
#[allow(non_snake_case, single_use_lifetimes)]
pub async fn fullName<'a>(userId: u64, userName: &'a str) -> String {
    format!("{userId}{userName}")
}

/// Has a method.
#[derive(Debug)]
pub struct Foreign;

impl Foreign {
    /// Named as in another language.
    #[read_through(key = "{userId}:{userName}", ttl = 60, skip(self))]
    #[allow(non_snake_case, single_use_lifetimes)]
    pub async fn fullName<'a>(&self, userId: u64, userName: &'a str) -> String {
        format!("{userId}{userName}")
    }
}

#[tokio::test]
async fn names_as_in_another_language() {
    assert_cached!(fullName(7, "ada"), _);
    assert_cached!(Foreign.fullName(7, "ada"), _);
}

/// Called like its parameter.
#[read_through(key = "{user}", ttl = 60)]
pub async fn user(user: u64) -> u64 {
    user
}

#[tokio::test]
async fn a_parameter_called_like_its_function() {
    assert_cached!(user(7), 7);
    on_a_cache(async {
        assert_eq!(user::refresh(7).await, 7);
        user::put(7, &8).await.unwrap();
    })
    .await;
}

/// Passes every part on, as users' macros do.
macro_rules! annotated {
    ($name:ident, $key:expr, $ttl:literal, $parameter:ident: $ty:ty, $value:ty, $body:block) => {
        /// By a macro.
        #[read_through(key = $key, ttl = $ttl)]
        pub async fn $name($parameter: $ty) -> Option<$value> $body
    };
}
annotated!(by_macro, "by_macro:{id}", 60, id: u64, User, { Some(User::new(id, "macro")) });

#[tokio::test]
async fn a_function_made_by_a_macro() {
    assert_cached!(by_macro(7), Some(User { id: 7, .. }));
    on_a_cache(async { by_macro::invalidate(7).await.unwrap() }).await;
}
