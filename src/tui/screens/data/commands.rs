//! What can be done on the Data screen.

use super::Pane;
use crate::tui::app::App;
use crate::tui::commands::{Command, Scope, always};
use crate::tui::msg::{Effect, Request};

pub const COMMANDS: &[Command] = &[
    Command {
        id: "next pane",
        title: "next pane",
        doc: "opens the next part: project, fields, rounds",
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
        run: |_, _| vec![Effect::Ask(Request::Overview)],
    },
];

fn step(app: &mut App, by: usize) -> Vec<Effect> {
    let at = Pane::ALL.iter().position(|(pane, _)| *pane == app.data.pane).unwrap_or_default();
    let (pane, _) = Pane::ALL[(at + by) % Pane::ALL.len()];
    app.data.open(pane);
    Vec::new()
}
