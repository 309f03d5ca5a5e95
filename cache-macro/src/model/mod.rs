//! What is to be emitted, as plain data: every decision is made, nothing is checked any more.

mod read_through;
mod writer;

pub(crate) use read_through::{
    Arg, CacheName, Call, Companions, Each, Filler, Home, Lasting, List, Load, Model, Near, Origin, Parameter, Place,
    Policy, Registration, Rules, Spec, Tag, Takes, Ttl, Value, Wrapper,
};
pub(crate) use writer::{Argument, Callee, Form, Step, Target, Timing, Verb, Writer};
