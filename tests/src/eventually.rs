//! Waiting for something to become true, instead of sleeping and hoping.

use std::time::Duration;

use tokio::time::{Instant, sleep};

const PAUSE: Duration = Duration::from_millis(2);

/// Asks `check` again and again until it answers true, and returns how long that took.
///
/// Panics with `what` if that takes longer than `within`.
pub async fn eventually<F, Fut>(within: Duration, what: &str, mut check: F) -> Duration
where
    F: FnMut() -> Fut,
    Fut: Future<Output = bool>,
{
    let start = Instant::now();
    while !check().await {
        assert!(start.elapsed() < within, "not within {within:?}, although it should be: {what}");
        sleep(PAUSE).await;
    }
    start.elapsed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn returns_the_time_it_took() {
        let mut asked = 0;
        let took = eventually(Duration::from_secs(1), "the third answer", || {
            asked += 1;
            let enough = asked == 3;
            async move { enough }
        })
        .await;
        assert_eq!(took, 2 * PAUSE);
    }

    #[tokio::test(start_paused = true)]
    #[should_panic(expected = "the sky falls")]
    async fn gives_up_and_says_what_it_waited_for() {
        eventually(Duration::from_secs(1), "the sky falls", async || false).await;
    }
}
