//! One folder a screen: state and update, view, commands.

pub mod agreement;
pub mod data;
pub mod label;
pub mod runs;
