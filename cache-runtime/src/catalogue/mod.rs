//! The catalogue: all annotated functions of a program, and whether their keys keep apart what they store.
//!
//! ```text
//!   list, table          the functions, sorted; the same for people
//!     conflict           two functions whose values get in each other's way
//!       overlap          a key that two templates have in common
//!         pattern        a template as an automaton
//!     function           one of them
//!       registration     what generated code leaves for the linker to collect
//!         fill           what may stand in a placeholder
//! ```

mod conflict;
mod fill;
mod function;
mod list;
mod overlap;
mod pattern;
mod registration;
mod table;

pub use conflict::{KeyConflict, KeyConflicts};
pub use fill::Fill;
pub use function::AnnotatedFunction;
pub use list::{Catalogue, catalogue};
pub use registration::Registration;
