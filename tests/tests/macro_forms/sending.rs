//! Futures of annotated functions can be sent to another thread.

use ::std::sync::Arc;

use crate::arguments::report;
use crate::closures::judged;
use crate::functions::{Ada, generic, get_user};
use crate::methods::Repo;
use crate::parameters::search;
use crate::returns::tied;
use crate::traits::DynFind;
use crate::{Filter, User, is_send};

#[tokio::test]
async fn futures_can_be_sent_to_another_thread() {
    let repo = Arc::new(Repo::new());
    let filter = Filter { name: "f".to_owned() };
    let (task, _) = (tokio::spawn(get_user(7)), is_send(repo.clone().shared(7)));
    task.await.unwrap().unwrap();
    let mut db = 0;
    drop(is_send(repo.profile(&User::new(7, "ada"), &mut db)));
    drop(is_send(search("a", b"bc", &filter, 7)));
    drop(is_send(generic::<_, _, 4>("a", &Ada)));
    drop(is_send(get_user::refresh(7)));
    drop(is_send(judged(7, "ada")));
    drop(is_send(repo.dyn_find(7)));
    drop(is_send(report(7)));
}

#[tokio::test]
async fn a_future_is_send_although_its_error_is_not() {
    assert_eq!(is_send(tied(7)).await, Ok(7));
    drop(is_send(tied::refresh(7)));
    drop(is_send(tied::origin(7)));
    drop(is_send(tied::put(7, &7)));
    drop(is_send(tied::peek(7)));
}
