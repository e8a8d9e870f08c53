//! What can be done with a list of items.

use super::{Focus, List};
use crate::tui::app::App;
use crate::tui::commands::{self, Command, Scope, Usable};
use crate::tui::msg::Effect;
use crate::tui::overlays::{Overlay, moved};
use crate::tui::screens::label::Answers;

fn list(app: &App) -> Option<&List> {
    app.overlays.iter().rev().find_map(|overlay| match overlay {
        Overlay::List(list) => Some(&**list),
        _ => None,
    })
}

fn has_rows(app: &App) -> Usable {
    match list(app) {
        Some(list) if !list.is_empty() => Ok(()),
        _ => Err("there are no rows".into()),
    }
}

fn with(app: &mut App, change: impl FnOnce(&mut List)) -> Vec<Effect> {
    if let Some(list) = app.overlays.last_mut().and_then(Overlay::as_list) {
        change(list);
    }
    Vec::new()
}

pub const COMMANDS: &[Command] = &[
    Command {
        id: "mark",
        title: "mark",
        doc: "marks the row, or not; a label key answers all that are marked",
        scope: Scope::List,
        keys: &["x", "space"],
        argument: None,
        when: has_rows,
        run: |app, _| {
            with(app, |list| {
                if let Some(seq) = list.chosen()
                    && !list.marks.remove(&seq)
                {
                    list.marks.insert(seq);
                }
                list.selected = moved(list.selected, 1, list.len());
            })
        },
    },
    Command {
        id: "mark all",
        title: "mark all",
        doc: "marks every row that is shown, or none",
        scope: Scope::List,
        keys: &["ctrl-a"],
        argument: None,
        when: has_rows,
        run: |app, _| {
            with(app, |list| {
                let all = list.hits.iter().flat_map(|hits| &hits.rows).map(|row| row.seq).collect();
                list.marks = if list.marks == all { Default::default() } else { all };
            })
        },
    },
    Command {
        id: "open",
        title: "open",
        doc: "looks for what is typed; then opens the chosen item, and Esc comes back to the list",
        scope: Scope::List,
        keys: &["enter"],
        argument: None,
        when: |app| match list(app) {
            Some(list) if list.focus == Focus::Search => Ok(()),
            _ => has_rows(app),
        },
        run: |app, _| on_list(app, |list, app| list.enter(app)),
    },
    Command {
        id: "undo in list",
        title: "undo",
        doc: "takes back my last act, marked rows that were answered together as one",
        scope: Scope::List,
        keys: &["U"],
        argument: None,
        when: |_| Ok(()),
        run: |app, _| commands::named("undo").map_or_else(Vec::new, |undo| commands::perform(app, undo, "")),
    },
    Command {
        id: "search again",
        title: "search",
        doc: "goes back to the line that is searched for",
        scope: Scope::List,
        keys: &["/"],
        argument: None,
        when: |app| match list(app) {
            Some(list) if list.holds.is_some() => Err("this list is no search".into()),
            _ => Ok(()),
        },
        run: |app, _| with(app, |list| list.focus = Focus::Search),
    },
    Command {
        id: "find label",
        title: "find label",
        doc: "has typing find one of many labels, for the marked rows or the chosen one",
        scope: Scope::List,
        keys: &["tab"],
        argument: None,
        when: |app| {
            has_rows(app)?;
            let many = app.seat.as_ref().is_some_and(|seat| Answers::of(&seat.question).filters());
            if many { Ok(()) } else { Err("every label is on a digit".into()) }
        },
        run: |app, _| {
            on_list(app, |list, app| {
                list.find_label(app);
                Vec::new()
            })
        },
    },
    Command {
        id: "give label",
        title: "give",
        doc: "answers with the label that fits best what is typed",
        scope: Scope::FindLabel,
        keys: &["enter"],
        argument: None,
        when: has_rows,
        run: |app, _| on_list(app, |list, app| list.give(app)),
    },
];

/// Does something with the list on top that needs the rest of the app too.
fn on_list(app: &mut App, act: impl FnOnce(&mut List, &mut App) -> Vec<Effect>) -> Vec<Effect> {
    match app.overlays.pop() {
        Some(Overlay::List(mut list)) => {
            let effects = act(&mut list, app);
            app.overlays.push(Overlay::List(list));
            effects
        }
        other => {
            app.overlays.extend(other);
            Vec::new()
        }
    }
}
