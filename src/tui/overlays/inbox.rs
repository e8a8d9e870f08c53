//! The inbox: what others did that this person should hear of; and the line in which a reply is typed.

use super::{Overlay, Reader, moved};
use crate::domain::{Deed, EntryId, QuestionId};
use crate::tui::app::App;
use crate::tui::commands::{Command, Scope, allowed, always};
use crate::tui::msg::{Effect, Request};
use crate::tui::widgets::Field;
use crate::workflow::inbox::{Line, Opened};
use std::collections::HashSet;

/// The list.
#[derive(Debug, Default)]
pub struct Inbox {
    /// Every entry, newest first; none until the store has told.
    lines: Option<Vec<Line>>,
    /// The chosen row.
    pub selected: usize,
    /// Whether what was read is shown too.
    pub all: bool,
    /// What was opened here stays in the list until it is closed.
    opened: HashSet<EntryId>,
}

impl Inbox {
    /// The store told what is in it; the choice stays on its entry.
    pub fn take(&mut self, lines: Vec<Line>) {
        let chosen = self.chosen().map(|line| line.id);
        self.lines = Some(lines);
        let place = self.rows().position(|line| Some(line.id) == chosen);
        let last = self.rows().count().saturating_sub(1);
        self.selected = place.unwrap_or(self.selected).min(last);
    }

    /// Whether the store has told.
    pub fn is_there(&self) -> bool {
        self.lines.is_some()
    }

    /// How many entries were read already, and are not shown.
    pub fn hidden(&self) -> usize {
        self.lines.iter().flatten().count() - self.rows().count()
    }

    /// What is shown.
    pub fn rows(&self) -> impl Iterator<Item = &Line> {
        let shown = |line: &&Line| self.all || !line.read || self.opened.contains(&line.id);
        self.lines.iter().flatten().filter(shown)
    }

    /// The chosen entry.
    pub fn chosen(&self) -> Option<&Line> {
        self.rows().nth(self.selected)
    }

    /// Moves the choice.
    pub fn scroll(&mut self, rows: i32) {
        self.selected = moved(self.selected, rows, self.rows().count());
    }
}

/// A reply that is being typed.
#[derive(Debug)]
pub struct Replying {
    /// The line.
    pub field: Field,
    /// The question.
    pub question: QuestionId,
    /// The item's row.
    pub seq: u32,
    /// To whom; none where one alone wrote a note, or the line begins with @NAME.
    pub to: Option<String>,
}

impl Replying {
    /// What to ask the store; nothing where nothing was typed.
    pub fn request(self) -> Option<Request> {
        let typed = self.field.text().trim();
        let named = typed.strip_prefix('@').and_then(|rest| rest.split_once(char::is_whitespace));
        let (to, text) = match (self.to, named) {
            (None, Some((name, text))) => (Some(name.to_owned()), text.trim()),
            (to, _) => (to, typed),
        };
        let text = text.to_owned();
        (!text.is_empty()).then_some(Request::Reply { question: self.question, seq: self.seq, to, text })
    }
}

/// The page of an opened entry: its heading, and all that belongs to it.
pub fn page(app: &App, opened: &Opened) -> Reader {
    let line = &opened.line;
    let mut rows = Vec::new();
    rows.extend(opened.mine.as_ref().map(|mine| format!("you answered {mine}")));
    if line.kind == "note" {
        let (by, said) = (line.by.as_deref().unwrap_or("somebody"), line.answer.as_deref().unwrap_or_default());
        rows.push(format!("{by} answered {said}"));
    }
    rows.extend(opened.ruling.as_ref().map(|(value, by, why)| {
        let by = by.as_ref().map_or_else(String::new, |by| format!(" by {by}"));
        format!("ruled {value}{by}{}", why.as_ref().map_or_else(String::new, |why| format!(": {why}")))
    }));
    rows.extend(opened.notes.iter().map(|(by, note)| format!("note of {by}: {note}")));
    rows.extend(opened.replies.iter().map(|(by, to, reply)| format!("{by} to {to}: {reply}")));
    let when = app.look.day_and_time(line.at, app.now.wall);
    let by = line.by.as_deref().unwrap_or("somebody erased");
    let title = format!("{} {} {} {} {by}, {when}", line.kind, line.item, app.look.symbols.dot, line.question.1);
    Reader::of_text(title, format!("{}\n\n{}", rows.join("\n"), opened.text))
}

/// What can be done with the inbox and with a reply.
pub const COMMANDS: &[Command] = &[
    Command {
        id: "inbox",
        title: "inbox",
        doc: "opens the inbox: replies to my notes, rulings that differ from my answers",
        scope: Scope::Everywhere,
        keys: &["I"],
        argument: None,
        when: |app| match (&app.seat, app.overlays.last()) {
            (None, _) => Err("the project is still being opened".into()),
            (_, Some(Overlay::Inbox(_))) => Err("it is open".into()),
            _ => Ok(()),
        },
        run: |app, _| {
            app.lay(Overlay::Inbox(Inbox::default()));
            vec![Effect::Ask(Request::Inbox)]
        },
    },
    Command {
        id: "open entry",
        title: "open",
        doc: "opens the item of the chosen entry: its text, my answer, the ruling, notes and replies",
        scope: Scope::Inbox,
        keys: &["enter"],
        argument: None,
        when: |app| chosen(app).map(drop),
        run: |app, _| {
            let Ok(id) = chosen(app).map(|line| line.id) else { return Vec::new() };
            if let Some(Overlay::Inbox(inbox)) = app.overlays.last_mut() {
                inbox.opened.insert(id);
            }
            vec![Effect::Ask(Request::OpenEntry(id))]
        },
    },
    Command {
        id: "reply to note",
        title: "reply",
        doc: "replies to the chosen note",
        scope: Scope::Inbox,
        keys: &["R"],
        argument: None,
        when: |app| {
            allowed(app, Deed::Reply)?;
            match chosen(app)?.kind {
                "note" => Ok(()),
                kind => Err(format!("this is a {kind}; notes are replied to")),
            }
        },
        run: |app, _| {
            let Ok(line) = chosen(app) else { return Vec::new() };
            let (question, seq, to) = (line.question.0, line.seq, line.by.clone());
            app.lay(Overlay::Reply(Replying { field: Field::default(), question, seq, to }))
        },
    },
    Command {
        id: "inbox all",
        title: "all",
        doc: "shows or hides what was read",
        scope: Scope::Inbox,
        keys: &["tab"],
        argument: None,
        when: always,
        run: |app, _| {
            if let Some(Overlay::Inbox(inbox)) = app.overlays.last_mut() {
                inbox.all = !inbox.all;
                inbox.scroll(0);
            }
            Vec::new()
        },
    },
    Command {
        id: "read all",
        title: "all read",
        doc: "marks everything in the inbox as read",
        scope: Scope::Inbox,
        keys: &["D"],
        argument: None,
        when: always,
        run: |_, _| vec![Effect::Ask(Request::ReadInbox)],
    },
    Command {
        id: "reply to a note",
        title: "reply",
        doc: "replies to a note beside one of these answers; @NAME first says whose, where several wrote one",
        scope: Scope::Judging,
        keys: &["R"],
        argument: None,
        when: |app| allowed(app, Deed::Reply),
        run: |app, _| {
            let (Some(judging), Some(seat)) = (&app.agreement.judging, &app.seat) else { return Vec::new() };
            let (question, seq) = (seat.question.id, judging.dispute.seq);
            app.lay(Overlay::Reply(Replying { field: Field::default(), question, seq, to: None }))
        },
    },
    Command {
        id: "send reply",
        title: "send",
        doc: "sends the reply; its reader finds it in the inbox",
        scope: Scope::Reply,
        keys: &["enter"],
        argument: None,
        when: |app| match app.overlays.last() {
            Some(Overlay::Reply(reply)) if reply.field.text().trim().is_empty() => Err("nothing is written yet".into()),
            _ => Ok(()),
        },
        run: |app, _| match app.overlays.pop() {
            Some(Overlay::Reply(reply)) => reply.request().map(Effect::Ask).into_iter().collect(),
            other => {
                app.overlays.extend(other);
                Vec::new()
            }
        },
    },
];

fn chosen(app: &App) -> Result<&Line, String> {
    match app.overlays.last() {
        Some(Overlay::Inbox(inbox)) => inbox.chosen().ok_or_else(|| "the inbox is empty".to_owned()),
        _ => Err("the inbox is not open".to_owned()),
    }
}
