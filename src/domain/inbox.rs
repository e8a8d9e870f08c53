//! What others did that somebody should hear of.

use super::{Id, PersonId, QuestionId, Said, Value};

/// Names an entry of an inbox: the id of the reply, of the ruling, or of the answer with the note.
pub type EntryId = Id<Entry>;

/// Names a reply.
pub type ReplyId = Id<Reply>;

/// The mark of a reply's id.
#[derive(Debug)]
pub enum Reply {}

/// One thing that somebody should hear of.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its id.
    pub id: EntryId,
    /// The question.
    pub question: QuestionId,
    /// The item's row.
    pub item: u32,
    /// Who did it.
    pub by: PersonId,
    /// When, UTC milliseconds.
    pub at: i64,
    /// What they did.
    pub matter: Matter,
    /// Whether it was read.
    pub read: bool,
}

/// What an entry is about.
#[derive(Debug, Clone, PartialEq)]
pub enum Matter {
    /// A reply to the note beside one's own answer.
    Reply {
        /// The note; none once erased.
        note: Option<String>,
        /// The reply; none once erased.
        body: Option<String>,
    },
    /// A ruling that differs from one's own answer.
    Ruling {
        /// What one answers oneself.
        mine: Value,
        /// What holds.
        ruled: Value,
        /// Why.
        reason: Option<String>,
    },
    /// A note that nobody has replied to, for those who may.
    Note {
        /// What was answered beside it.
        said: Said,
        /// The note.
        note: String,
    },
}

impl Matter {
    /// Its one word: reply, ruling or note.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Reply { .. } => "reply",
            Self::Ruling { .. } => "ruling",
            Self::Note { .. } => "note",
        }
    }
}
