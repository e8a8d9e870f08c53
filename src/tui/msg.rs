//! What comes in, what goes out, and what is asked of the store: plain data, so that every step can be tested
//! without a terminal and without a file.

use std::ops::Range;

use serde_json::Value as Json;

use super::keys::Key;
use super::theme::Role;
use crate::clock::Millis;
use crate::domain::{self, EntryId, Question, QuestionId};
use crate::error::Error;
use crate::project::{Decision, RunId, SnapshotId};
use crate::workflow::agreement::{self, Behind};
use crate::workflow::calibration;
use crate::workflow::inbox::{Line, Opened};
use crate::workflow::labelling::{
    Asked, Counts, GuidelineNews, Hits, News, Nothing, Past, QueuePanel, Saved, Served, Submission, Suggestions,
};
use crate::workflow::lineage::{self, Differs};
use crate::workflow::overview::Overview;
use crate::workflow::runs::{Asked as AskedTraining, Compared, Detail, Listed, Trainable, Watched};
use crate::workflow::settle::Settling;
use crate::workflow::snapshots::Holds;

/// A moment, told by the loop: the wall clock for the record, a steady one for durations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Moment {
    /// UTC milliseconds.
    pub wall: Millis,
    /// Milliseconds since the program started.
    pub steady: i64,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    /// What follows happened now.
    Now(Moment),
    /// A key, and whether it is held down.
    Key(Key, bool),
    /// Text was pasted.
    Paste(String),
    /// The mouse was pressed at a column and row.
    Click(u16, u16),
    /// The wheel was turned at a column and row: rows down, negative for up.
    Wheel(u16, u16, i32),
    /// The window has another size.
    Resized,
    /// The window has the keyboard, or lost it.
    Focus(bool),
    /// A frame with everything up to here is on the screen.
    Painted,
    /// The process was stopped and goes on.
    Resumed,
    /// The system wants the program to end, or the line is gone.
    Terminate,
    /// The store answers.
    Store(Reply),
    /// An item's code was read: bytes of its text and what they are.
    Highlighted(u32, Vec<(Range<usize>, Role)>),
    /// Something in the background broke.
    Trouble(String),
}

/// Something to do outside.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Ask the store.
    Ask(Request),
    /// Hand a text to the clipboard.
    Copy(String),
    /// Listen to the mouse, or leave it to the terminal.
    Mouse(bool),
    /// Read an item's code: its number, its text, its language.
    Highlight(u32, String, String),
    /// Find a theme by its name.
    Theme(String),
    /// Draw everything anew.
    Redraw,
    /// Take the terminal again after somebody else stopped the process.
    Retake,
    /// Stop as Ctrl-Z does.
    Suspend,
    /// Leave once the store is done.
    Quit,
}

/// What the store is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// The next item.
    Serve,
    /// Save one answer.
    Submit(Submission),
    /// Save several answers as one act.
    SubmitMany(Vec<Submission>),
    /// Take back the last act; `sure` after it was shown, where it is from an earlier sitting.
    Undo {
        /// Whether the person has seen what it was.
        sure: bool,
    },
    /// Take back the last undo.
    Redo,
    /// Sit down at the question of this name.
    Sit(String),
    /// Keep a half-made answer; none clears it.
    Draft(u32, Option<Json>),
    /// An item by its number, outside the queue.
    Open(u32),
    /// What the ranker would say.
    Suggest(u32),
    /// The queue panel.
    Queue,
    /// Items by text or predicate; the number comes back with the answer.
    Search(String, u64),
    /// Items by their numbers, as hits.
    Look(Vec<u32>, u64),
    /// This revision of the guidelines was read.
    Read(u32),
    /// Add a label.
    AddLabel(String),
    /// Rename a label.
    RenameLabel(String, String),
    /// Retire a label.
    RetireLabel(String),
    /// Give a label a key of its own.
    PinLabel(String, char),
    /// Train the ranker now.
    Retrain,
    /// Stop what runs in the background.
    Cancel,
    /// What is in the project.
    Overview,
    /// How far people agree.
    Agreement,
    /// The same before long: others go on answering.
    AgreementSoon,
    /// The items behind a cell of the Agreement screen; the number comes back with the answer.
    Behind(Behind, u64),
    /// The calibration sessions.
    Calibrations,
    /// What waits for the next revision of the guidelines, as items; the number comes back with the answer.
    Todo(u64),
    /// Settle a dispute.
    Settle(Settling),
    /// Take back my last ruling; `sure` after it was shown, where it is from an earlier sitting.
    UndoRuling {
        /// Whether the person has seen what it was.
        sure: bool,
    },
    /// Bring back the ruling that was taken back last.
    RedoRuling,
    /// The runs.
    Runs,
    /// All that is known of a run.
    Run(RunId),
    /// How the second run differs from the first.
    CompareRuns(RunId, RunId),
    /// Decide about a run; rolling back is about the champion, whichever that is.
    Decide {
        /// The run.
        run: Option<RunId>,
        /// What is decided.
        decision: Decision,
        /// Why.
        note: Option<String>,
    },
    /// Take back my last decision about a run; `sure` after it was shown, where it is from an earlier sitting.
    UndoDecision {
        /// Whether the person has seen what it was.
        sure: bool,
    },
    /// Bring back the decision that was taken back last.
    RedoDecision,
    /// How far trainings are.
    Trainings,
    /// What there is to train on.
    Trainable,
    /// Start a training.
    Train(Box<AskedTraining>),
    /// Stop a training, by its number; nothing of it is kept.
    CancelTraining(u32),
    /// Forget how a training ended, by its number.
    DismissTraining(u32),
    /// The snapshots with what came of them.
    Lineage,
    /// What a snapshot holds.
    Holds(SnapshotId),
    /// What changed from the first to the second.
    DiffSnapshots(SnapshotId, SnapshotId),
    /// Keep the state as it is now, under a name or none.
    KeepSnapshot(Option<String>),
    /// What is in the inbox.
    Inbox,
    /// An entry of the inbox, with all that belongs to it; it is read then.
    OpenEntry(EntryId),
    /// Everything in the inbox was read.
    ReadInbox,
    /// Reply to a note.
    Reply {
        /// The question.
        question: QuestionId,
        /// The item's number.
        seq: u32,
        /// Whose note; none where one alone wrote one.
        to: Option<String>,
        /// What to say.
        text: String,
    },
}

/// What the store says.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// The project, or another of its questions, is open: first data.
    Seated(Box<Seated>),
    /// The next item.
    Served(Box<Served>),
    /// There is none, but for what others hold.
    Nothing(Nothing),
    /// An answer is on disk: its item, the receipt, how far we are.
    Saved(u32, Saved, Counts),
    /// Several answers are on disk: their items, the receipt, how far we are, and what was answered last.
    SavedMany(Vec<u32>, Saved, Counts, Vec<Past>),
    /// Something was taken back, or would be.
    Undone(Box<Undone>),
    /// An item outside the queue.
    Opened(Box<Served>),
    /// What the ranker would say about an item.
    Suggested(u32, Box<Suggestions>),
    /// The queue panel.
    Queue(Box<QueuePanel>),
    /// What a search found, with its number.
    Found(u64, Box<Hits>),
    /// What came in since the last look.
    News(Box<News>),
    /// The question as it is now.
    Question(Box<Question>),
    /// What the project asks.
    Questions(Vec<Asked>),
    /// How far we are.
    Counts(Counts),
    /// What is in the project.
    Overview(Box<Overview>),
    /// How far people agree about a question.
    Agreement(QuestionId, Box<agreement::Overview>),
    /// The calibration sessions of a question.
    Calibrations(QuestionId, Vec<calibration::Report>),
    /// A ruling was made, taken back or brought back: its item, and what was done, in words.
    Ruled(Option<u32>, String),
    /// A ruling of an earlier sitting, in words: a second press takes it back.
    WouldUndoRuling(String),
    /// The runs of a question, newest first.
    Runs(QuestionId, Vec<Listed>),
    /// All that is known of a run.
    Run(Box<Detail>),
    /// How the second run differs from the first.
    ComparedRuns(RunId, RunId, Box<Compared>),
    /// The trainings of a question, newest first.
    Trainings(QuestionId, Vec<Watched>),
    /// What there is to train on.
    Trainable(Trainable),
    /// A training is under way, by its number.
    TrainingStarted(u32),
    /// A decision about a run of an earlier sitting, in words: a second press takes it back.
    WouldUndoDecision(String),
    /// Something was done about a run or a training, in words.
    Decided(String),
    /// The snapshots of a question with what came of them, newest first.
    Lineage(QuestionId, Vec<lineage::Line>),
    /// What a snapshot holds.
    Holds(SnapshotId, Box<Holds>),
    /// What changed from the first snapshot to the second.
    SnapshotsDiffer(SnapshotId, SnapshotId, Box<Differs>),
    /// The state was kept, in words.
    SnapshotKept(String),
    /// What is in the inbox, newest first.
    Inbox(Vec<Line>),
    /// An entry of the inbox that was opened.
    Entry(Box<Opened>),
    /// The role of whoever sits, and how many entries of their inbox are unread.
    Standing(domain::Role, usize),
    /// Something is done, in words.
    Done(String),
    /// The store waits for somebody, in words.
    Waiting(String),
    /// A request failed.
    Failed(Box<Request>, Error),
    /// The project could not be opened.
    Closed(Error),
}

/// The first data of a sitting.
#[derive(Debug, Clone, PartialEq)]
pub struct Seated {
    /// The project's name.
    pub project: String,
    /// Who sits.
    pub person: String,
    /// What they may do.
    pub role: domain::Role,
    /// Entries of their inbox that are unread.
    pub unread: usize,
    /// What is asked.
    pub question: Question,
    /// What the project asks.
    pub questions: Vec<Asked>,
    /// How far we are.
    pub counts: Counts,
    /// Own answers, newest first.
    pub history: Vec<Past>,
    /// Guidelines that this person has not read.
    pub guidelines: Option<GuidelineNews>,
    /// The newest round.
    pub round: Option<u32>,
}

/// What an undo or redo did, or would do.
#[derive(Debug, Clone, PartialEq)]
pub struct Undone {
    /// What it was, in words.
    pub summary: String,
    /// The item it was about.
    pub item: Option<Box<Served>>,
    /// Whether it was only shown: it is from an earlier sitting, and a second press takes it back.
    pub shown_only: bool,
    /// Whether an undo was taken back.
    pub redo: bool,
    /// Own answers as they are now, newest first.
    pub history: Vec<Past>,
    /// How far we are.
    pub counts: Counts,
}
