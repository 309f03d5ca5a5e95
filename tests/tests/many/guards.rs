//! Whoever is dropped strands nobody.

use std::time::Duration;

use tokio::time::sleep;

use crate::stand::{Stand, ends, on_both_stores, polled};

on_both_stores! {
    a_call_that_is_dropped_after_any_poll_strands_nobody
    a_call_that_is_not_polled_any_more_strands_nobody
}

async fn a_call_that_is_dropped_after_any_poll_strands_nobody(stand: Stand) {
    for polls in 0..20 {
        let ids = [polls * 10 + 1, polls * 10 + 2, polls * 10 + 3];
        let mut dropped = Box::pin(stand.users(&ids));
        let mut is_over = false;
        for _ in 0..polls {
            is_over = is_over || polled(&mut dropped).await.is_some();
            // A store without a network answers at once; the other one gets some time now and then.
            sleep(Duration::from_micros(polls * 50)).await;
        }
        let waits = tokio::spawn(stand.users(&ids[1..]));
        tokio::task::yield_now().await;
        drop(dropped);
        assert_eq!(ends(waits).await.unwrap().unwrap().len(), 2);
        assert_eq!(ends(stand.users(&ids)).await.unwrap().len(), 3);
    }
}

async fn a_call_that_is_not_polled_any_more_strands_nobody(stand: Stand) {
    stand.origin.hold();
    let mut held = Box::pin(stand.users(&[1, 2]));
    while stand.origin.asked().is_empty() {
        assert!(polled(&mut held).await.is_none());
        sleep(Duration::from_millis(1)).await;
    }
    let waits = tokio::spawn(stand.users(&[2, 3]));
    stand.origin.until_asked(2).await;
    stand.origin.release();
    assert_eq!(ends(waits).await.unwrap().unwrap().len(), 2);
    drop(held);
}
