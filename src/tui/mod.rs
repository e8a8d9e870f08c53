//! The terminal UI: event → message → [`update`] → effects → what comes back is a message again → [`view`].
//!
//! Nothing but `update` changes state, nothing but `view` draws, and neither waits for anything.

pub mod app;
pub mod commands;
mod fuzzy;
mod highlight;
pub mod keys;
pub mod look;
pub mod msg;
mod overlays;
mod run;
mod screens;
pub mod store;
pub mod terminal;
#[cfg(test)]
mod tests;
pub mod text;
pub mod theme;
mod update;
mod view;
mod widgets;

pub use run::run;
pub use update::update;
pub use view::view;
