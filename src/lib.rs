//! Karat: a terminal workbench for gold labels.
//!
//! The map of the house; dependencies point down only, and a test holds the code to it:
//!
//! ```text
//! tui, cli                      two faces of the same workflows
//! workflow                      use-cases: join project, cores and jobs; one file each
//! project exchange cache jobs   the file, other people's files, derived data, background work
//! features models queue         pure cores: functions over plain values
//! training slices splits agreement
//! domain                        the words of the trade
//! error clock ids resampling paths config logging interrupt      the house's few services
//! ```

pub mod agreement;
pub mod cache;
pub mod cli;
pub mod clock;
pub mod config;
pub mod domain;
pub mod error;
pub mod exchange;
pub mod features;
pub mod ids;
pub mod interrupt;
pub mod jobs;
pub mod logging;
pub mod models;
pub mod paths;
pub mod project;
pub mod queue;
pub mod resampling;
pub mod slices;
pub mod splits;
pub mod training;
pub mod tui;
pub mod workflow;
