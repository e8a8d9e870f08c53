//! One folder a screen: state and update, view, commands.

pub mod data;
pub mod label;
