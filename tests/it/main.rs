//! The one integration-test binary.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod apart;
mod calibration;
mod cli_agreement;
mod cli_asks;
mod cli_care;
mod cli_labelling;
mod cli_lineage;
mod cli_project;
mod cli_ranker;
mod cli_run_record;
mod cli_run_slips;
mod cli_runs;
mod cli_slices;
mod cli_slips;
mod cli_splits;
mod cli_team;
mod cli_working;
mod docs;
mod encoder;
#[allow(dead_code, reason = "the benches use it too, each its part")]
mod harness;
mod in_out;
mod in_out_strict;
mod kills;
mod layering;
mod round_trip;
mod run_leaves;
mod ten;
mod terminal;
mod terminal_runs;
mod together;
mod trainings;
