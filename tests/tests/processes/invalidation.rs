//! An entry is removed while a process loads it, by somebody who knows nothing of this cache.

use std::time::Duration;

use crate::fleet::Fleet;
use crate::member::KEY;

/// Long enough for all to wait for the holder.
const A_WHILE: Duration = Duration::from_millis(300);

#[tokio::test]
async fn who_calls_after_a_plain_del_gets_what_was_loaded_after_it() {
    let mut fleet = Fleet::of(3).await;
    fleet.call(0, 20);
    let first = fleet.next_load("somebody loads").await;
    fleet.pass(A_WHILE).await;
    assert_eq!(fleet.loads.len(), 1, "others load as well: {:?}", fleet.loads);

    assert_eq!(fleet.server.command(&["DEL", KEY]).integer(), 1, "the load has left no mark");
    fleet.call(1, 20);
    let second = fleet.next_load("it is loaded again").await;
    fleet.answer(second, 2);
    let others = |fleet: &Fleet| fleet.answers.iter().filter(|answered| answered.member != first.member).count();
    fleet.until("the others have their answers", |fleet| others(fleet) == 4).await;

    fleet.answer(first, 1);
    fleet.until("all have their answers", |fleet| fleet.answers.len() == 6).await;
    assert_eq!(fleet.values(1), [2], "{:?}", fleet.answers);
    fleet.call(2, 1);
    fleet.until("all are answered again", |fleet| fleet.answers.len() == 9).await;
    assert_eq!(fleet.values(2), [2], "the late fill has come through");
    assert_eq!(fleet.loads.len(), 2, "{:?}", fleet.loads);
}
