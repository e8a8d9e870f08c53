//! What can be done in the form.

use crate::tui::commands::{Command, Scope, always};
use crate::tui::msg::{Effect, Request};
use crate::tui::overlays::Overlay;

pub const COMMANDS: &[Command] = &[
    Command {
        id: "start training",
        title: "start",
        doc: "starts the training",
        scope: Scope::Training,
        keys: &["enter"],
        argument: None,
        when: |app| match app.overlays.last() {
            Some(Overlay::Training(form)) if form.starting => Err("it is being started".into()),
            Some(Overlay::Training(form)) => form.asked().map(drop),
            _ => Err("the form is not open".into()),
        },
        run: |app, _| match app.overlays.last_mut() {
            Some(Overlay::Training(form)) => {
                let asked = form.asked().ok();
                form.starting = asked.is_some();
                asked.map(|asked| Effect::Ask(Request::Train(Box::new(asked)))).into_iter().collect()
            }
            _ => Vec::new(),
        },
    },
    Command {
        id: "next row",
        title: "next",
        doc: "goes to the next row of the form; left and right change what is chosen there",
        scope: Scope::Training,
        keys: &["tab"],
        argument: None,
        when: always,
        run: |app, _| {
            app.scroll(1);
            Vec::new()
        },
    },
    Command {
        id: "row before",
        title: "before",
        doc: "goes to the row before",
        scope: Scope::Training,
        keys: &["backtab"],
        argument: None,
        when: always,
        run: |app, _| {
            app.scroll(-1);
            Vec::new()
        },
    },
];
