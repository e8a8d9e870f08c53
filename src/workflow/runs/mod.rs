//! Runs: trainings on a snapshot, with what they are worth on rows that they never saw, and what is decided about them.

mod compare;
mod decide;
mod encoder;
mod export;
mod fit;
mod foreign;
mod ground;
mod holdout;
mod kept;
mod learning;
mod measure;
mod predict;
mod record;
mod spread;
mod thresholds;
mod train;
mod trial;

pub use compare::{Compared, compare};
pub use decide::{Standing, champion, check_name, decide, meant, named, standing};
pub use encoder::{Encoder, EncoderId};
pub use export::{Shape, export};
pub use foreign::{Foreign, judge};
pub use ground::Classes;
pub use kept::{Kept, kept};
pub use learning::LearningCurve;
pub use predict::{Predicted, predict};
pub use record::to_json;
pub use train::{Asked, Calibrate, Reproduced, Source, reproduce, train};
