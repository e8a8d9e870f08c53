//! Use-cases: each joins the project, the pure cores and jobs into one thing that somebody does. Both faces call these.

pub mod frame;
pub mod labelling;
