//! What is about to be decided about a run: the note says why, and with it the decision is made.

use crate::project::{Decision, RunId};
use crate::tui::app::App;
use crate::tui::msg::{Effect, Request};
use crate::tui::overlays::{Note, Overlay};

/// A decision that waits for its reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deciding {
    /// About which run; none where whichever is the champion is taken away.
    pub run: Option<RunId>,
    /// What.
    pub decision: Decision,
}

/// Opens the note that asks for the reason.
pub fn ask_why(app: &mut App, decision: Decision) -> Vec<Effect> {
    let run = app.runs.meant().map(|run| run.id).filter(|_| decision != Decision::RolledBack);
    app.runs.deciding = Some(Deciding { run, decision });
    let draft = app.runs.draft.take().unwrap_or_default();
    app.lay(Overlay::Note(Box::new(Note::new(&draft))))
}

/// What the note asks: `promote run 7 (boosted): why?`.
pub fn asks(app: &App, deciding: &Deciding) -> String {
    let name = deciding.run.and_then(|id| app.runs.run(id));
    let run = name.map_or_else(String::new, |run| format!(" run {} ({})", run.number, run.name));
    let what = match deciding.decision {
        Decision::Promoted => "promote",
        Decision::RolledBack => "roll back to the champion before",
        Decision::Retired => "retire",
        Decision::Restored => "restore",
    };
    format!("{what}{run}: why?")
}

/// The reason was written, or none was: it is decided.
pub fn note_kept(app: &mut App, note: Option<String>) -> Vec<Effect> {
    let Some(Deciding { run, decision }) = app.runs.deciding.take() else { return Vec::new() };
    vec![Effect::Ask(Request::Decide { run, decision, note })]
}

/// The note was left: nothing is decided, and what was written is there when a reason is asked for again.
pub fn note_left(app: &mut App, written: Option<String>) {
    if app.runs.deciding.take().is_some() {
        app.runs.draft = written;
        app.tell("nothing was decided");
    }
}
