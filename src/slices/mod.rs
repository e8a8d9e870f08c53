//! Parts of the data that are looked at by themselves.

pub mod binning;
pub mod finder;
pub mod predicate;
pub mod text;
