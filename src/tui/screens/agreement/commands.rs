//! What can be done on the Agreement screen.

use super::{Judging, Pane, sessions};
use crate::domain::Deed;
use crate::tui::app::{App, ScreenName};
use crate::tui::commands::{Command, Scope, Usable, allowed, always};
use crate::tui::msg::{Effect, Request};
use crate::tui::overlays::Overlay;
use crate::tui::screens::label::list::List;
use crate::workflow::agreement::Behind;

pub const COMMANDS: &[Command] = &[
    Command {
        id: "open cell",
        title: "open",
        doc: "lists the items behind the chosen cell, or settles the chosen dispute",
        scope: Scope::Agreement,
        keys: &["enter"],
        argument: None,
        when: something_chosen,
        run: |app, _| open(app),
    },
    Command {
        id: "next part",
        title: "next part",
        doc: "gives the keys to the next part: pairs, labels, people, disputes",
        scope: Scope::Agreement,
        keys: &["tab", "right"],
        argument: None,
        when: always,
        run: |app, _| {
            app.agreement.step(1);
            Vec::new()
        },
    },
    Command {
        id: "previous part",
        title: "previous part",
        doc: "gives the keys to the part before",
        scope: Scope::Agreement,
        keys: &["backtab", "left"],
        argument: None,
        when: always,
        run: |app, _| {
            app.agreement.step(Pane::ALL.len() - 1);
            Vec::new()
        },
    },
    Command {
        id: "calibration sessions",
        title: "calibration",
        doc: "opens the calibration sessions: who has how many left, the agreement before and after, what is disputed",
        scope: Scope::Agreement,
        keys: &["K"],
        argument: None,
        when: always,
        run: |app, _| sessions::show(app),
    },
    Command {
        id: "guideline todos",
        title: "to-dos",
        doc: "lists what waits for the next revision of the guidelines, since they do not settle it",
        scope: Scope::Agreement,
        keys: &["T"],
        argument: None,
        when: always,
        run: |app, _| {
            app.label.searches += 1;
            let number = app.label.searches;
            let holds = "what the guidelines do not settle";
            app.lay(Overlay::List(Box::new(List::of(holds, number, ScreenName::Agreement))));
            vec![Effect::Ask(Request::Todo(number))]
        },
    },
    Command {
        id: "undo ruling",
        title: "undo",
        doc: "takes back my last ruling",
        scope: Scope::Agreement,
        keys: &["U"],
        argument: None,
        when: always,
        run: |app, _| undo(app),
    },
    Command {
        id: "redo ruling",
        title: "redo",
        doc: "brings back the ruling that was taken back last",
        scope: Scope::Agreement,
        keys: &["ctrl-r"],
        argument: None,
        when: always,
        run: |_, _| vec![Effect::Ask(Request::RedoRuling)],
    },
    Command {
        id: "measure again",
        title: "refresh",
        doc: "measures everything again",
        scope: Scope::Agreement,
        keys: &["f5"],
        argument: None,
        when: always,
        run: |app, _| app.agreement.ask(),
    },
];

/// Takes back the last ruling; one of an earlier sitting is shown first.
pub fn undo(app: &mut App) -> Vec<Effect> {
    let sure = std::mem::take(&mut app.agreement.undo_shown);
    vec![Effect::Ask(Request::UndoRuling { sure })]
}

fn something_chosen(app: &App) -> Usable {
    let screen = &app.agreement;
    match (screen.pane, screen.cell(), screen.dispute()) {
        (Pane::Disputes, _, None) => Err("nothing is disputed".into()),
        (Pane::Disputes, ..) => allowed(app, Deed::Settle),
        (Pane::Pairs | Pane::Labels | Pane::People, None, _) => Err("nothing is chosen".into()),
        _ => Ok(()),
    }
}

fn open(app: &mut App) -> Vec<Effect> {
    match app.agreement.cell() {
        Some(cell) => {
            app.label.searches += 1;
            let number = app.label.searches;
            let holds = match cell {
                Behind::Pair(..) => "where these two differ",
                Behind::Label(_) => "where this label is disputed",
                Behind::Person(_) => "where nobody says what this person says",
            };
            app.lay(Overlay::List(Box::new(List::of(holds, number, ScreenName::Agreement))));
            vec![Effect::Ask(Request::Behind(cell, number))]
        }
        None => {
            app.agreement.judging =
                app.agreement.dispute().cloned().map(|dispute| Judging::new(dispute, app.now.steady));
            Vec::new()
        }
    }
}
