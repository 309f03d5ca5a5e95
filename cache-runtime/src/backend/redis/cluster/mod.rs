//! A Redis Cluster, on connections of our own to each of its nodes.
//!
//! The key decides the slot, and the map says which node has it. A node that does not have it says who has, and has done
//! nothing then: what it refused like that may be sent again, whatever it is.

mod addr;
mod chart;
mod handle;
mod mandate;
mod node;
mod parts;
mod reading;
mod redirection;
mod routing;
mod site;
mod slot;
mod survey;
mod view;
mod waiting;

pub(super) use handle::Cluster;
pub(super) use mandate::Mandate;
