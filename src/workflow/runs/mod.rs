//! Runs: trainings on a snapshot, with what they are worth on rows that they never saw, and what is decided about them.

mod announce;
mod asked;
mod command;
mod compare;
mod curves;
mod decide;
mod detail;
mod encoder;
mod export;
mod fit;
mod foreign;
mod ground;
mod holdout;
mod kept;
mod learning;
mod listed;
mod measure;
mod predict;
mod record;
mod reproduce;
mod spread;
mod thresholds;
mod train;
mod trainable;
mod trial;
pub mod under_way;
mod unseen;
mod watched;
mod words;

pub use command::arguments;
pub use compare::{Compared, Spreads, compare};
pub use curves::{AtThreshold, Learned, Learning, Seeds, Thresholds};
pub use decide::{Standing, champion, check_name, decide, meant, named, of_id, standing, told};
pub use detail::{BinTold, ClassTold, Confusion, Detail, Judged, Judgement, Latency, TrainedOn, history};
pub use encoder::{Encoder, EncoderId};
pub use export::{Shape, export};
pub use fit::{Manner as Fitting, fit, says};
pub use foreign::{Foreign, judge};
pub use ground::{Classes, Known};
pub use kept::{HEAD, Kept, WORDS, kept};
pub use learning::LearningCurve;
pub use listed::{Listed, Number, list, listed, main_metric};
pub use measure::{Chances, Said, decided, scores};
pub use predict::{Predicted, predict};
pub use record::to_json;
pub use reproduce::{Reproduced, reproduce};
pub use train::{Asked, Calibrate, Source, material_of_rounds, train};
pub use trainable::{Trainable, trainable};
pub use watched::{Watched, watched};

#[cfg(test)]
mod tests;
pub use unseen::Unseen;
