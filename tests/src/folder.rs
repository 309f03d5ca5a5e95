//! Where servers keep their files.

use std::path::Path;

use tempfile::TempDir;

const PREFIX: &str = "cache-tests-";

/// In memory where there is such a place, else where the system has its temporary files.
///
/// Servers rewrite their configuration, and replicas what they copy, and wait until it is on the disk, during which they
/// answer nobody. Beside a compiler, that may take half a minute.
pub(crate) fn temporary() -> TempDir {
    let folder = TempDir::with_prefix_in(PREFIX, Path::new("/dev/shm")).or_else(|_| TempDir::with_prefix(PREFIX));
    folder.unwrap_or_else(|error| panic!("no temporary folder for `redis-server`: {error}"))
}
