//! What can be done on the Data screen.

use super::{Pane, snapshots};
use crate::domain::Deed;
use crate::tui::app::App;
use crate::tui::commands::{Command, Scope, Usable, allowed, always};
use crate::tui::msg::{Effect, Request};

pub const COMMANDS: &[Command] = &[
    Command {
        id: "next pane",
        title: "next pane",
        doc: "opens the next part: project, fields, rounds, snapshots",
        scope: Scope::Data,
        keys: &["tab", "right"],
        argument: None,
        when: always,
        run: |app, _| step(app, 1),
    },
    Command {
        id: "previous pane",
        title: "previous pane",
        doc: "opens the part before",
        scope: Scope::Data,
        keys: &["backtab", "left"],
        argument: None,
        when: always,
        run: |app, _| step(app, Pane::ALL.len() - 1),
    },
    Command {
        id: "refresh",
        title: "refresh",
        doc: "counts everything again",
        scope: Scope::Data,
        keys: &["f5"],
        argument: None,
        when: always,
        run: |app, _| app.data.ask(),
    },
    Command {
        id: "open snapshot",
        title: "open",
        doc: "counts what the chosen snapshot holds; of a comparison lists the items of the chosen change",
        scope: Scope::Data,
        keys: &["enter"],
        argument: None,
        when: |app| {
            on_snapshots(app)?;
            let snapshots = &app.data.snapshots;
            match (&snapshots.open, snapshots.change(), snapshots.chosen()) {
                (Some(snapshots::Open::Held(..)), ..) => Err("it is open".into()),
                (Some(_), None, _) => Err("no item changed so".into()),
                (None, _, None) => Err(format!("there is none yet: {} keeps one", app.keymap.label("keep snapshot"))),
                _ => Ok(()),
            }
        },
        run: |app, _| snapshots::open(app),
    },
    Command {
        id: "mark snapshot",
        title: "mark",
        doc: "marks the chosen snapshot to be compared with another, or takes its mark away",
        scope: Scope::Data,
        keys: &["x"],
        argument: None,
        when: |app| {
            on_snapshots(app)?;
            match (&app.data.snapshots.open, app.data.snapshots.chosen()) {
                (None, Some(_)) => Ok(()),
                _ => Err("no snapshot is chosen".into()),
            }
        },
        run: |app, _| {
            app.data.snapshots.mark();
            Vec::new()
        },
    },
    Command {
        id: "compare snapshots",
        title: "compare",
        doc: "tells what changed between the two marked snapshots; without marks, since the one before the chosen",
        scope: Scope::Data,
        keys: &["V"],
        argument: None,
        when: |app| {
            on_snapshots(app)?;
            app.data.snapshots.pair().map(drop)
        },
        run: |app, _| snapshots::compare(app),
    },
    Command {
        id: "keep snapshot",
        title: "keep",
        doc: "keeps the items with their settled values and splits as they are now; asks for a name",
        scope: Scope::Data,
        keys: &["K"],
        argument: None,
        when: |app| {
            allowed(app, Deed::Snapshots)?;
            on_snapshots(app)
        },
        run: |app, _| snapshots::ask_name(app),
    },
];

fn on_snapshots(app: &App) -> Usable {
    match app.data.pane {
        Pane::Snapshots => Ok(()),
        _ => Err(format!("works on the snapshots ({})", app.keymap.label("next pane"))),
    }
}

fn step(app: &mut App, by: usize) -> Vec<Effect> {
    let at = Pane::ALL.iter().position(|(pane, _)| *pane == app.data.pane).unwrap_or_default();
    let (pane, _) = Pane::ALL[(at + by) % Pane::ALL.len()];
    app.data.open(pane);
    if pane == Pane::Snapshots { vec![Effect::Ask(Request::Lineage)] } else { Vec::new() }
}
