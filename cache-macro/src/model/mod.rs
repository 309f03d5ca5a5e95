//! What is to be emitted, as plain data: every decision is made, nothing is checked any more.

mod read_through;
mod writer;

pub(crate) use read_through::{
    Arg, Call, Companions, Each, Filler, Home, Lasting, List, Load, Many, Model, Near, Origin, Parameter, Place,
    Policy, Rules, Spec, Tag, Ttl, Value, Wrapper,
};
pub(crate) use writer::{Argument, Callee, Form, Step, Target, Timing, Verb, Writer};
