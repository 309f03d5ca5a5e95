//! Users: what they are, where they are, how they are cached, and what HTTP makes of them.

mod cached;
mod database_error;
mod model;
mod reading;
mod table;
mod writes;
mod writing;

pub(crate) use database_error::DatabaseError;
pub(crate) use reading::{list, show, show_many};
pub(crate) use table::UserTable;
pub(crate) use writes::count_from_zero;
pub(crate) use writing::{change, create, delete};
