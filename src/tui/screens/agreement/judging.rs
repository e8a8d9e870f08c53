//! Settling one dispute: the answers without names and without the model, one key decides.

use super::commands;
use super::view::tally;
use crate::domain::{Kind, Question, Value};
use crate::tui::app::App;
use crate::tui::commands::{Command, Scope, Usable, always};
use crate::tui::keys::Key;
use crate::tui::msg::{Effect, Request};
use crate::tui::overlays::{Note, Overlay, Reader};
use crate::tui::screens::label::{Answers, Press, Presses};
use crate::workflow::agreement::Dispute;
use crate::workflow::settle::Settling;
use crossterm::event::KeyCode;

/// A dispute that is being settled.
#[derive(Debug, Clone)]
pub struct Judging {
    /// The dispute.
    pub dispute: Dispute,
    /// Whether it is shown who said what.
    pub names: bool,
    /// Whether it is shown what the ranker thinks.
    pub model: bool,
    /// Whether the guidelines do not settle the matter.
    pub unclear: bool,
    /// Why it is settled so.
    pub note: Option<String>,
    /// A note that was begun and not kept.
    pub draft: Option<String>,
    /// How far somebody has typed towards a label.
    pub answers: Answers,
    /// Lines of the text scrolled away above.
    pub top: usize,
    presses: Presses,
    /// The steady moment at which it came up.
    since: i64,
}

impl Judging {
    /// A dispute that comes up at a steady moment, with names and model hidden.
    pub fn new(dispute: Dispute, now: i64) -> Self {
        Self {
            dispute,
            names: false,
            model: false,
            unclear: false,
            note: None,
            draft: None,
            answers: Answers::default(),
            top: 0,
            presses: Presses::default(),
            since: now,
        }
    }

    /// The one after it, blind again.
    pub fn next(self, dispute: Dispute, now: i64) -> Self {
        Self { presses: self.presses, ..Self::new(dispute, now) }
    }

    /// Scrolls the text.
    pub fn scroll(&mut self, rows: i32) {
        self.top = self.top.saturating_add_signed(rows as isize);
    }
}

/// Takes a key that settles or moves towards it; none where it is no key of the labels.
pub fn answer_key(app: &mut App, key: Key, repeat: bool) -> Option<Vec<Effect>> {
    let (now, look) = (app.now.steady, app.config.label.min_look_ms);
    let question = app.seat.as_ref()?.question.clone();
    let judging = app.agreement.judging.as_mut()?;
    if judging.answers.is_empty() {
        judging.answers = Answers::of(&question);
    }
    let since = judging.since;
    if question.kind != Kind::Choice {
        let digit = key.typed().filter(char::is_ascii_digit)?;
        let keyed = keyed(&question, &judging.dispute).into_iter().find(|(own, _)| *own == digit);
        let Some((_, value)) = keyed else {
            app.tell(match digits_are_ratings(&question) {
                true => format!("{digit} is not on the scale, which is {}", question.scale),
                false => {
                    format!("{digit}: nobody gave so many different answers; karat settle ITEM VALUE gives any other")
                }
            });
            return Some(Vec::new());
        };
        if let Err(refusal) = judging.presses.judge(Some(key), repeat, now, Some(since), look) {
            app.tell(refusal.message());
            return Some(Vec::new());
        }
        return Some(settle(app, value));
    }
    let press = match (key.code, key.typed()) {
        (KeyCode::Enter, _) => judging.answers.enter(),
        (KeyCode::Backspace, _) if judging.answers.erase() => Press::Moved,
        (_, Some(c)) => judging.answers.press(c),
        _ => Press::Other,
    };
    match press {
        Press::Answer(label) => {
            if let Err(refusal) = judging.presses.judge(Some(key), repeat, now, Some(since), look) {
                app.tell(refusal.message());
                return Some(Vec::new());
            }
            Some(settle(app, Value::Choice(label)))
        }
        Press::Moved | Press::Nothing => Some(Vec::new()),
        Press::Other => None,
    }
}

/// Whether a digit is the rating itself: where every rating of the scale has one.
pub fn digits_are_ratings(question: &Question) -> bool {
    question.kind == Kind::Rating && question.scale.least() >= 0 && question.scale.most() <= 9
}

/// What each digit settles on, of a question whose answers have no keys of their own: a rating by its own digit, else the
/// different answers that were given, as many as there are digits.
pub fn keyed(question: &Question, dispute: &Dispute) -> Vec<(char, Value)> {
    if digits_are_ratings(question) {
        let ratings = question.scale.least()..=question.scale.most();
        return ('0'..='9').zip(0..).filter(|(_, n)| ratings.contains(n)).map(|(c, n)| (c, Value::Rating(n))).collect();
    }
    ('1'..='9').zip(tally(question, dispute)).map(|(digit, (value, _))| (digit, value)).collect()
}

fn settle(app: &mut App, value: Value) -> Vec<Effect> {
    let Some(judging) = &app.agreement.judging else { return Vec::new() };
    let settling = Settling { item: judging.dispute.seq, value, note: judging.note.clone(), unclear: judging.unclear };
    vec![Effect::Ask(Request::Settle(settling))]
}

/// A note that was written goes with the ruling.
pub fn note_kept(app: &mut App, note: Option<String>) {
    if let Some(judging) = &mut app.agreement.judging {
        (judging.note, judging.draft) = (note, None);
    }
}

/// A note that was left does not go with the ruling, and is there when it is opened again.
pub fn note_left(app: &mut App, written: Option<String>) {
    let Some(judging) = &mut app.agreement.judging else { return };
    judging.draft = written.filter(|written| Some(written) != judging.note.as_ref());
    if judging.draft.is_some() {
        let key = app.keymap.label("ruling note");
        app.tell(format!("not part of the ruling; {key} goes on with it"));
    }
}

/// What can be done while settling.
pub const JUDGING: &[Command] = &[
    Command {
        id: "undo last ruling",
        title: "undo",
        doc: "takes back my last ruling",
        scope: Scope::Judging,
        keys: &["U"],
        argument: None,
        when: always,
        run: |app, _| commands::undo(app),
    },
    Command {
        id: "redo last ruling",
        title: "redo",
        doc: "brings back the ruling that was taken back last",
        scope: Scope::Judging,
        keys: &["ctrl-r"],
        argument: None,
        when: always,
        run: |_, _| vec![Effect::Ask(Request::RedoRuling)],
    },
    Command {
        id: "show names",
        title: "names",
        doc: "shows or hides who said what",
        scope: Scope::Judging,
        keys: &["A"],
        argument: None,
        when: always,
        run: |app, _| toggle(app, |judging| &mut judging.names),
    },
    Command {
        id: "show model",
        title: "model",
        doc: "shows or hides what the ranker thinks",
        scope: Scope::Judging,
        keys: &["B"],
        argument: None,
        when: has_opinion,
        run: |app, _| toggle(app, |judging| &mut judging.model),
    },
    Command {
        id: "guideline unclear",
        title: "unclear",
        doc: "marks that the guidelines do not settle the matter; goes with the ruling",
        scope: Scope::Judging,
        keys: &["!"],
        argument: None,
        when: always,
        run: |app, _| toggle(app, |judging| &mut judging.unclear),
    },
    Command {
        id: "ruling note",
        title: "note",
        doc: "writes why; goes with the ruling",
        scope: Scope::Judging,
        keys: &["N"],
        argument: None,
        when: always,
        run: |app, _| {
            let judging = app.agreement.judging.as_ref();
            let note = judging.and_then(|judging| judging.draft.clone().or_else(|| judging.note.clone()));
            app.lay(Overlay::Note(Box::new(Note::new(&note.unwrap_or_default()))))
        },
    },
    Command {
        id: "ruling guidelines",
        title: "guidelines",
        doc: "opens the guidelines",
        scope: Scope::Judging,
        keys: &["G"],
        argument: None,
        when: |app| match app.seat.as_ref().is_some_and(|seat| seat.question.guidelines.is_some()) {
            true => Ok(()),
            false => Err("there are no guidelines yet: karat guidelines edit writes them".into()),
        },
        run: |app, _| {
            let guidelines = app.seat.as_ref().and_then(|seat| seat.question.guidelines.clone());
            guidelines.map_or_else(Vec::new, |text| app.lay(Overlay::Reader(Reader::of_guidelines(text, Vec::new()))))
        },
    },
];

fn has_opinion(app: &App) -> Usable {
    match app.agreement.judging.as_ref().is_some_and(|judging| !judging.dispute.probabilities.is_empty()) {
        true => Ok(()),
        false => Err(format!("there is no round yet: {} trains one", app.keymap.label("retrain"))),
    }
}

fn toggle(app: &mut App, what: impl Fn(&mut Judging) -> &mut bool) -> Vec<Effect> {
    if let Some(judging) = &mut app.agreement.judging {
        let on = what(judging);
        *on = !*on;
    }
    Vec::new()
}
