//! Small pieces that several screens draw.

mod field;
mod gauge;
mod paint;

pub use field::Field;
pub use gauge::{curve, gauge, sparkline};
pub use paint::{Canvas, Piece};
