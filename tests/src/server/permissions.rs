//! The user as whom the code under test logs in: it may do what a cache needs and nothing else.

/// Its name.
pub(super) const USER: &str = "cache";
/// Its password.
pub(super) const PASSWORD: &str = "cache-s3cret";

/// What a cache needs, as the README tells it. Only the keys and channels are all of them here, as tests use many namespaces.
const NEEDS: &str = "resetchannels -@all +get +mget +pttl +pexpire +set +del +getrange +eval +evalsha +ping +client|tracking +publish +subscribe";

/// What it needs in a cluster as well.
pub(super) const NEEDS_IN_A_CLUSTER: &str = "+cluster|slots +cluster|info +asking";
/// What it needs behind sentinels as well.
pub(super) const NEEDS_BEHIND_SENTINELS: &str = "+role";

/// The part of a server's command line that makes the user; `also` is what it may do besides.
pub(super) fn arguments(also: &str) -> Vec<String> {
    let rules = format!("--user {USER} on >{PASSWORD} {NEEDS} {also} ~* &*");
    rules.split_whitespace().map(ToOwned::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_readme_and_the_guide_tell_what_the_tests_run_with() {
        for page in ["README.md", "cache-runtime/docs/running-redis.md"] {
            let text = fs::read_to_string(format!("{}/../{page}", env!("CARGO_MANIFEST_DIR"))).unwrap();
            let told: Vec<_> = text.lines().filter(|line| line.starts_with("ACL SETUSER")).collect();
            assert_eq!(told, [format!("ACL SETUSER shop on >password {NEEDS} ~shop:* &shop:%~near*")], "{page}");
            for also in [NEEDS_IN_A_CLUSTER, NEEDS_BEHIND_SENTINELS] {
                assert!(text.contains(&format!("`{also}`")), "{page} does not tell of {also}");
            }
        }
    }
}
