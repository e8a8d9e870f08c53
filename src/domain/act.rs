//! One thing somebody did: the unit of undo and of the log.

use super::{Digest, Id, PersonId, words};

/// Names an act.
pub type ActId = Id<Act>;

words! {
    /// What was done.
    ActKind: "kind of act" {
        /// The project was made.
        Init = "init",
        /// Items, answers, gold or labels came in.
        Import = "import",
        /// One item was answered, or several together.
        Answer = "answer",
        /// An act was taken back.
        Undo = "undo",
        /// An undo was taken back.
        Redo = "redo",
        /// The label set changed.
        Label = "label",
        /// A question was added or changed.
        Question = "question",
        /// Guidelines were written.
        Guidelines = "guidelines",
        /// Somebody read a revision of the guidelines, or entries of their inbox.
        Read = "read",
        /// A person was added or changed.
        Person = "person",
        /// A setting changed.
        Setting = "setting",
        /// A field's flags changed.
        Field = "field",
        /// Items were settled.
        Settle = "settle",
        /// Items were sent back to be answered once more.
        Review = "review",
        /// Items were split into those that teach, tune and judge.
        Split = "split",
        /// The state of items and settled values was kept.
        Snapshot = "snapshot",
        /// The note beside an answer was replied to.
        Reply = "reply",
        /// A calibration session began, or went a step further.
        Calibration = "calibration",
        /// A model was trained, or predictions came in, or something was decided about one.
        Run = "run",
        /// The ranker was trained.
        Round = "round",
        /// Two copies were joined.
        Merge = "merge",
        /// Content was blanked for good.
        Erase = "erase",
    }
}

/// One entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// Its id.
    pub id: ActId,
    /// What was done.
    pub kind: ActKind,
    /// By whom.
    pub person: PersonId,
    /// The login name it was done under.
    pub os_user: String,
    /// The machine it was done on.
    pub host: String,
    /// When, UTC milliseconds.
    pub at: i64,
    /// The act that this one takes back.
    pub undoes: Option<ActId>,
    /// Every head that was visible at the write, sorted.
    pub parents: Vec<ActId>,
    /// Hash over the facts.
    pub body_hash: Digest,
    /// Hash over all of the above.
    pub hash: Digest,
}
