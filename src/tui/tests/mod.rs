//! The whole screen without a terminal and without a file: key scripts go in, effects and frames come out.

mod agreement;
mod bench;
mod between;
mod bytes;
mod golden;
mod inbox;
mod label;
mod overlays;
mod runs;
mod runs_golden;
mod snapshots;
mod sweep;
mod trainings;
