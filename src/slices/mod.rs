//! Parts of the data that are looked at by themselves.

pub mod predicate;
