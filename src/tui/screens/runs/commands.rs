//! What can be done on the Runs screen.

use super::{Comparing, Opened, Page, Scroll, deciding, live, pages};
use crate::domain::Deed;
use crate::project::Decision;
use crate::tui::app::App;
use crate::tui::commands::{Command, Scope, Usable, allowed, always};
use crate::tui::msg::{Effect, Request};
use crate::workflow::runs::{Listed, Standing};

pub const COMMANDS: &[Command] = &[
    Command {
        id: "open run",
        title: "open",
        doc: "opens the chosen run: how good it is, what it confuses, what it was trained on, how to make it again",
        scope: Scope::Runs,
        keys: &["enter"],
        argument: None,
        when: |app| match (&app.runs.open, &app.runs.comparing) {
            (None, None) => live::can_open(app).unwrap_or_else(|| meant(app).map(drop)),
            _ => Err("it is open".into()),
        },
        run: |app, _| live::open(app).unwrap_or_else(|| open(app)),
    },
    Command {
        id: "next page",
        title: "next page",
        doc: "opens the next page of the run",
        scope: Scope::Runs,
        keys: &["tab", "right"],
        argument: None,
        when: is_open,
        run: |app, _| turn(app, 1),
    },
    Command {
        id: "page before",
        title: "page before",
        doc: "opens the page before",
        scope: Scope::Runs,
        keys: &["backtab", "left"],
        argument: None,
        when: is_open,
        run: |app, _| turn(app, usize::MAX),
    },
    Command {
        id: "other rows",
        title: "other rows",
        doc: "shows what other rows say of the run: test, validation",
        scope: Scope::Runs,
        keys: &["S"],
        argument: None,
        when: |app| {
            is_open(app)?;
            let sets = app.runs.open.as_ref().and_then(|open| open.detail.as_ref()).map_or(0, |d| d.judged.len());
            if sets > 1 { Ok(()) } else { Err("it was judged by no other rows".into()) }
        },
        run: |app, _| {
            if let Some(open) = &mut app.runs.open {
                let sets = open.detail.as_ref().map_or(1, |detail| detail.judged.len()).max(1);
                open.split = (open.split + 1) % sets;
            }
            Vec::new()
        },
    },
    Command {
        id: "other class",
        title: "other class",
        doc: "draws the thresholds of another class",
        scope: Scope::Runs,
        keys: &[">"],
        argument: None,
        when: |app| {
            is_open(app)?;
            if classes_drawn(app) > 1 { Ok(()) } else { Err("no thresholds are drawn here".into()) }
        },
        run: |app, _| {
            let classes = classes_drawn(app).max(1);
            if let Some(open) = &mut app.runs.open {
                open.class = (open.class + 1) % classes;
            }
            Vec::new()
        },
    },
    Command {
        id: "mark run",
        title: "mark",
        doc: "marks the run to be compared with another, or takes its mark away",
        scope: Scope::Runs,
        keys: &["x", "space"],
        argument: None,
        when: |app| meant(app).map(drop),
        run: |app, _| {
            app.runs.mark();
            Vec::new()
        },
    },
    Command {
        id: "compare runs",
        title: "compare",
        doc: "compares the two marked runs on the same rows; with one mark that one and the chosen, with none the champion and the chosen",
        scope: Scope::Runs,
        keys: &["V"],
        argument: None,
        when: |app| app.runs.pair().map(drop),
        run: |app, _| compare(app),
    },
    Command {
        id: "promote run",
        title: "promote",
        doc: "makes the run the champion, the model that counts; asks why",
        scope: Scope::Runs,
        keys: &["P"],
        argument: None,
        when: |app| {
            allowed(app, Deed::Promote)?;
            match standing(app)? {
                Standing::Champion => Err("it is the champion already".into()),
                Standing::Retired => Err(format!("it was retired: {} restores it", app.keymap.label("retire run"))),
                Standing::Candidate => Ok(()),
            }
        },
        run: |app, _| deciding::ask_why(app, Decision::Promoted),
    },
    Command {
        id: "roll back",
        title: "roll back",
        doc: "takes the champion away, so that the one before it counts again; asks why",
        scope: Scope::Runs,
        keys: &["B"],
        argument: None,
        when: |app| {
            allowed(app, Deed::Promote)?;
            let champion = app.runs.runs().iter().any(|run| run.standing == Standing::Champion);
            if champion { Ok(()) } else { Err("there is no champion".into()) }
        },
        run: |app, _| deciding::ask_why(app, Decision::RolledBack),
    },
    Command {
        id: "retire run",
        title: "retire",
        doc: "lets nobody use the run any more, or restores one that was retired; asks why",
        scope: Scope::Runs,
        keys: &["R"],
        argument: None,
        when: |app| {
            allowed(app, Deed::Promote)?;
            meant(app).map(drop)
        },
        run: |app, _| {
            let retired = standing(app) == Ok(Standing::Retired);
            deciding::ask_why(app, if retired { Decision::Restored } else { Decision::Retired })
        },
    },
    Command {
        id: "undo decision",
        title: "undo",
        doc: "takes back my last decision about a run",
        scope: Scope::Runs,
        keys: &["U"],
        argument: None,
        when: |app| allowed(app, Deed::Promote),
        run: |app, _| {
            let sure = std::mem::take(&mut app.runs.undo_shown);
            vec![Effect::Ask(Request::UndoDecision { sure })]
        },
    },
    Command {
        id: "redo decision",
        title: "redo",
        doc: "brings back the decision that was taken back last",
        scope: Scope::Runs,
        keys: &["ctrl-r"],
        argument: None,
        when: |app| allowed(app, Deed::Promote),
        run: |_, _| vec![Effect::Ask(Request::RedoDecision)],
    },
    Command {
        id: "read runs again",
        title: "refresh",
        doc: "reads everything again",
        scope: Scope::Runs,
        keys: &["f5"],
        argument: None,
        when: always,
        run: |app, _| app.runs.ask(),
    },
];

/// The run that a command is about.
fn meant(app: &App) -> Result<&Listed, String> {
    if app.runs.comparing.is_some() {
        return Err("two runs are compared; Esc goes back to one".into());
    }
    if app.runs.meant_training().is_some() || app.runs.live.is_some() {
        return Err("this is a training; it is a run once it is finished".into());
    }
    app.runs.meant().ok_or_else(|| format!("there is no run yet; {} trains one", app.keymap.label("train run")))
}

fn standing(app: &App) -> Result<Standing, String> {
    meant(app).map(|run| run.standing)
}

fn is_open(app: &App) -> Usable {
    match app.runs.open.is_some() && app.runs.comparing.is_none() {
        true => Ok(()),
        false => Err("no run is open".into()),
    }
}

/// How many classes have thresholds on the open page.
fn classes_drawn(app: &App) -> usize {
    let open = app.runs.open.as_ref().filter(|open| open.page == Page::Curves);
    let judged = open.and_then(|open| open.detail.as_ref()?.judged.get(open.split));
    judged.map_or(0, |judged| judged.thresholds.len())
}

fn open(app: &mut App) -> Vec<Effect> {
    let Some(id) = app.runs.chosen().map(|run| run.id) else { return Vec::new() };
    app.runs.open = Some(Opened::new(id));
    vec![Effect::Ask(Request::Run(id))]
}

fn turn(app: &mut App, by: usize) -> Vec<Effect> {
    if let Some(open) = &mut app.runs.open {
        let pages = open.detail.as_ref().map_or_else(|| vec![Page::default()], |detail| pages::of(detail));
        let at = pages.iter().position(|page| *page == open.page).unwrap_or(0);
        let by = if by == usize::MAX { pages.len() - 1 } else { by };
        open.turn_to(pages[(at + by) % pages.len()]);
    }
    Vec::new()
}

fn compare(app: &mut App) -> Vec<Effect> {
    let Ok((a, b)) = app.runs.pair() else { return Vec::new() };
    app.runs.comparing = Some(Comparing { a, b, said: None, top: Scroll::default() });
    vec![Effect::Ask(Request::CompareRuns(a, b))]
}
