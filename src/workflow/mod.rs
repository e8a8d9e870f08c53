//! Use-cases: each joins the project, the pure cores and jobs into one thing that somebody does. Both faces call these.

pub mod aggregate;
pub mod agreement;
pub mod answer;
pub mod board;
pub mod demo;
pub mod export;
pub mod frame;
pub mod import;
pub mod init;
pub mod intake;
pub mod labelling;
pub mod labels;
pub mod overview;
pub mod people;
pub mod questions;
pub mod queue;
pub mod ranking;
pub mod retrain;
pub mod review;
pub mod search;
pub mod settings;
pub mod settle;
pub mod snapshots;
pub mod split;
pub mod status;
pub mod values;
