//! Commands that work on every screen.

use super::{Argument, Command, Scope, always, any};
use crate::tui::app::ScreenName;
use crate::tui::msg::{Effect, Request};
use crate::tui::overlays::Overlay;
use crate::tui::theme;

pub const COMMANDS: &[Command] = &[
    Command {
        id: "label",
        title: "Label",
        doc: "opens the Label screen",
        scope: Scope::Everywhere,
        keys: &["f1", "alt-1"],
        argument: None,
        when: always,
        run: |app, _| app.show(ScreenName::Label),
    },
    Command {
        id: "agreement",
        title: "Agreement",
        doc: "opens the Agreement screen: whether people say the same, and what they dispute",
        scope: Scope::Everywhere,
        keys: &["f2", "alt-2"],
        argument: None,
        when: always,
        run: |app, _| app.show(ScreenName::Agreement),
    },
    Command {
        id: "runs",
        title: "Runs",
        doc: "opens the Runs screen: trainings and imported predictions, how good they are, which of them counts",
        scope: Scope::Everywhere,
        keys: &["f4", "alt-4"],
        argument: None,
        when: always,
        run: |app, _| app.show(ScreenName::Runs),
    },
    Command {
        id: "data",
        title: "Data",
        doc: "opens the Data screen: what is in the project, and the ranker's rounds",
        scope: Scope::Everywhere,
        keys: &["f6", "alt-6"],
        argument: None,
        when: always,
        run: |app, _| app.show(ScreenName::Data),
    },
    Command {
        id: "palette",
        title: "go",
        doc: "finds a command by its name",
        scope: Scope::Everywhere,
        keys: &[":", "ctrl-p"],
        argument: None,
        when: always,
        run: |app, _| app.lay(Overlay::palette()),
    },
    Command {
        id: "help",
        title: "help",
        doc: "lists every key that works here; typing filters",
        scope: Scope::Everywhere,
        keys: &["?"],
        argument: None,
        when: always,
        run: |app, _| {
            let help = Overlay::help(app);
            app.lay(help)
        },
    },
    Command {
        id: "back",
        title: "back",
        doc: "closes what is open, goes a step back",
        scope: Scope::Everywhere,
        keys: &["esc"],
        argument: None,
        when: always,
        run: |app, _| app.back(),
    },
    Command {
        id: "quit",
        title: "quit",
        doc: "leaves; everything said as saved is saved, half-made answers come back",
        scope: Scope::Everywhere,
        keys: &["ctrl-q"],
        argument: None,
        when: always,
        run: |app, _| app.leave(),
    },
    Command {
        id: "interrupt",
        title: "interrupt",
        doc: "says how to leave: nothing is interrupted by accident",
        scope: Scope::Everywhere,
        keys: &["ctrl-c"],
        argument: None,
        when: always,
        run: |app, _| {
            let key = app.keymap.label("quit");
            app.tell(format!("{key} leaves; nothing can be lost"));
            Vec::new()
        },
    },
    Command {
        id: "theme",
        title: "theme",
        doc: "changes the colours",
        scope: Scope::Everywhere,
        keys: &[],
        argument: Some(Argument { name: "NAME", choices: |app| theme::names(app.themes.as_deref()), when: any }),
        when: always,
        run: |_, name| vec![Effect::Theme(name.to_owned())],
    },
    Command {
        id: "mouse",
        title: "mouse",
        doc: "switches the mouse on or off; when it is off the terminal's own selection works",
        scope: Scope::Everywhere,
        keys: &[],
        argument: None,
        when: always,
        run: |app, _| {
            app.mouse = !app.mouse;
            app.tell(if app.mouse { "the mouse is on" } else { "the mouse is off: select with the terminal" });
            vec![Effect::Mouse(app.mouse)]
        },
    },
    Command {
        id: "retrain",
        title: "train",
        doc: "trains the ranker on all answers now and orders the queue anew",
        scope: Scope::Everywhere,
        keys: &["T"],
        argument: None,
        when: |app| match &app.status.progress {
            Some(progress) => Err(format!("{} is under way", progress.stage)),
            None => Ok(()),
        },
        run: |_, _| vec![Effect::Ask(Request::Retrain)],
    },
    Command {
        id: "cancel",
        title: "cancel",
        doc: "stops what runs in the background; nothing half-done is kept",
        scope: Scope::Everywhere,
        keys: &["ctrl-x"],
        argument: None,
        when: |app| match app.status.progress {
            Some(_) => Ok(()),
            None => Err("nothing runs in the background".into()),
        },
        run: |_, _| vec![Effect::Ask(Request::Cancel)],
    },
    Command {
        id: "redraw",
        title: "redraw",
        doc: "draws the screen anew",
        scope: Scope::Everywhere,
        keys: &["ctrl-l"],
        argument: None,
        when: always,
        run: |_, _| vec![Effect::Redraw],
    },
    Command {
        id: "suspend",
        title: "suspend",
        doc: "hands the terminal to the shell; `fg` comes back",
        scope: Scope::Everywhere,
        keys: &["ctrl-z"],
        argument: None,
        when: always,
        run: |_, _| vec![Effect::Suspend],
    },
];
