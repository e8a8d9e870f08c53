//! The words of the trade as plain types: no I/O, no clock, no SQL, no terminal.

mod act;
mod answer;
mod calibration;
mod curve;
mod date;
mod deed;
mod estimate;
mod id;
mod inbox;
mod item;
mod nearest;
mod person;
mod question;
mod spelling;
mod split;
mod words;

pub use act::{Act, ActId, ActKind};
pub use answer::{
    Answer, AnswerId, How, Lane, Origin, Review, ReviewCause, ReviewId, Ruling, RulingId, RulingOrigin, Said, Side,
    SkipReason, Span, Suggestion, Value,
};
pub use calibration::{Calibration, CalibrationId, CalibrationStep, Stage, Step};
pub use curve::{Curve, Curves, Point};
pub use date::{IsoDate, civil, iso};
pub use deed::Deed;
pub use estimate::{Estimate, FEW};
pub use id::{Digest, Id, ItemKey, NotHex};
pub use inbox::{Entry, EntryId, Matter, Reply, ReplyId};
pub use item::{Field, FieldType, FieldValue};
pub use nearest::{did_you_mean, nearest};
pub use person::{Person, PersonId, PersonKind, Presence, Role, Seen};
pub use question::{Guidelines, Kind, Label, LabelId, Question, QuestionId, Scale};
pub use split::{Moment, Split, SplitBy, SplitId, SplitRule};
pub use words::UnknownWord;
pub(crate) use words::words;
