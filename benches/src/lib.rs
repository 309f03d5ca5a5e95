//! What the programs have in common: many measurements in few numbers, and tables of them.

mod samples;
mod table;

pub use samples::Samples;
pub use table::print_table;
