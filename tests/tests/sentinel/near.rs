//! What is kept in the process when another server becomes the master.

use std::time::Duration;

use cache_tests::{Sentinels, eventually};

use crate::load::Load;
use crate::stand::{KEPT, SOON, are_all_at_the_master, cache, keeps, read};

/// What was changed longer ago than this is not served, whatever has become of the connection.
const SILENCE: Duration = Duration::from_millis(1100);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_kept_is_true_before_and_after_a_failover() {
    let sentinels = Sentinels::start(2);
    let caches = [cache(&sentinels.url()), cache(&sentinels.url())];
    let load = Load::on(&caches, KEPT, SILENCE);
    eventually(SOON, "it is in use", async || load.invalidations() > 50).await;
    keeps(&caches[0], "calm", 1).await;
    load.unsettle();
    tokio::task::block_in_place(|| sentinels.failover());
    are_all_at_the_master(&sentinels, 2 * caches.len()).await;
    load.settle().await;
    let before = load.invalidations();
    eventually(SOON, "the new master is in use", async || load.invalidations() > before + 50).await;
    tokio::time::sleep(2 * SILENCE).await;
    load.end().await;

    keeps(&caches[0], "calm", 1).await;
    caches[1].invalidate("calm").await.unwrap();
    eventually(SOON, "it is told", async || read(&caches[0], "calm", &KEPT, 2).await == 2).await;
}
