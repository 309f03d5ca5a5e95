//! Connections over TLS: who is believed, and who has to show who he is.

mod authority;
mod believed;
mod clients;
mod stand;
