//! Small pieces that several screens draw.

mod field;
mod gauge;
mod matrix;
mod paint;
mod plot;

pub use field::Field;
pub use gauge::{curve, gauge, sparkline};
pub use matrix::{biggest, matrix};
pub use paint::{Canvas, Piece};
pub use plot::{Axes, Series, Stroke, legend, plot};
