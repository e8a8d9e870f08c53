//! Everything that the screen shows, as one value. It changes only in [`super::update`].

use std::cell::RefCell;
use std::path::PathBuf;

use ratatui::layout::{Position, Rect};

use super::commands::{Keymap, Scope};
use super::look::Look;
use super::msg::{Effect, Moment, Request};
use super::overlays::Overlay;
use super::screens::agreement::AgreementScreen;
use super::screens::data::{DataScreen, Snapshots};
use super::screens::label::{LabelScreen, Row};
use super::screens::runs::RunsScreen;
use crate::clock::Millis;
use crate::config::Config;
use crate::domain::{Question, Role};
use crate::error::Error;
use crate::jobs::Progress;
use crate::workflow::labelling::Asked;

/// A screen of the bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScreenName {
    /// One item after the other.
    Label,
    /// Whether people say the same.
    Agreement,
    /// Trainings and imported predictions.
    Runs,
    /// What is in the project.
    Data,
}

impl ScreenName {
    /// The screens in the bar with the commands that open them.
    pub const ALL: [(Self, &'static str); 4] =
        [(Self::Label, "label"), (Self::Agreement, "agreement"), (Self::Runs, "runs"), (Self::Data, "data")];
}

/// The state of the terminal UI.
#[derive(Debug)]
pub struct App {
    /// The moment of the message at hand.
    pub now: Moment,
    /// How things look.
    pub look: Look,
    /// Which key does what.
    pub keymap: Keymap,
    /// The person's choices.
    pub config: Config,
    /// Where the person's own themes lie.
    pub themes: Option<PathBuf>,
    /// Whether the mouse is listened to.
    pub mouse: bool,
    /// The open screen.
    pub screen: ScreenName,
    /// What lies on it, the topmost last.
    pub overlays: Vec<Overlay>,
    /// One line to the person, until the next key.
    pub message: Option<Message>,
    /// What the status line says.
    pub status: Status,
    /// Who sits at what, once the project or another question is open.
    pub seat: Option<Seat>,
    /// The question that is being opened instead of another one.
    pub opening: Option<String>,
    /// The Label screen.
    pub label: LabelScreen,
    /// The Agreement screen.
    pub agreement: AgreementScreen,
    /// The Runs screen.
    pub runs: RunsScreen,
    /// The Data screen.
    pub data: DataScreen,
    /// Where the last frame put what can be clicked.
    pub hits: RefCell<Vec<(Rect, Hit)>>,
    /// Whether something changed since the last frame.
    pub dirty: bool,
    /// Why the project could not be opened, or why the store is gone.
    pub closed: Option<Error>,
    /// Whether the program is about to end.
    pub leaving: bool,
}

/// Who sits at what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// The project's name.
    pub project: String,
    /// Who sits.
    pub person: String,
    /// What they may do.
    pub role: Role,
    /// What is asked.
    pub question: Question,
    /// What the project asks.
    pub questions: Vec<Asked>,
}

/// One line to the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The line.
    pub text: String,
    /// Whether something failed.
    pub error: bool,
}

/// What the status line says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Status {
    /// When the last answer reached the disk.
    pub saved_at: Option<Millis>,
    /// The round whose order holds.
    pub round: Option<u32>,
    /// What runs in the background, and the steady moment at which its stage began.
    pub progress: Option<Progress>,
    /// When the stage of the progress began.
    pub since: i64,
    /// Whom the store waits for.
    pub waiting: Option<String>,
    /// Entries of the inbox that are unread.
    pub unread: usize,
}

/// What a click on a place does.
#[derive(Debug, Clone, PartialEq)]
pub enum Hit {
    /// A command, by its name.
    Command(&'static str),
    /// An answer.
    Answer(Row),
    /// A row of the list that lies on top.
    ListRow(usize),
}

impl App {
    /// An empty screen: what is painted before any data has come.
    pub fn new(look: Look, config: Config, themes: Option<PathBuf>) -> (Self, Vec<String>) {
        let (keymap, wrong) = Keymap::new(&config.keys);
        let app = Self {
            now: Moment::default(),
            look,
            keymap,
            mouse: config.mouse,
            config,
            themes,
            screen: ScreenName::Label,
            overlays: Vec::new(),
            message: None,
            status: Status::default(),
            seat: None,
            opening: None,
            label: LabelScreen::default(),
            agreement: AgreementScreen::default(),
            runs: RunsScreen::default(),
            data: DataScreen::default(),
            hits: RefCell::default(),
            dirty: true,
            closed: None,
            leaving: false,
        };
        (app, wrong)
    }

    /// Tells the person something.
    pub fn tell(&mut self, text: impl Into<String>) {
        self.message = Some(Message { text: text.into(), error: false });
    }

    /// Tells the person what failed.
    pub fn complain(&mut self, error: &Error) {
        let hint = error.hint.as_ref().map_or_else(String::new, |hint| format!(": {hint}"));
        self.message = Some(Message { text: format!("{}{hint}", error.message), error: true });
    }

    /// Where plain keys go now.
    pub fn scope(&self) -> Scope {
        match (self.overlays.last(), self.screen) {
            (Some(overlay), _) => overlay.scope(),
            (None, ScreenName::Label) => Scope::Label,
            (None, ScreenName::Agreement) if self.agreement.judging.is_some() => Scope::Judging,
            (None, ScreenName::Agreement) if self.agreement.sessions.is_some() => Scope::Sessions,
            (None, ScreenName::Agreement) => Scope::Agreement,
            (None, ScreenName::Runs) => Scope::Runs,
            (None, ScreenName::Data) => Scope::Data,
        }
    }

    /// Opens a screen; what lies on the old one is put away.
    pub fn show(&mut self, screen: ScreenName) -> Vec<Effect> {
        let mut effects = Vec::new();
        while !self.overlays.is_empty() {
            effects.extend(self.back());
        }
        self.screen = screen;
        effects.extend(self.fresh());
        effects
    }

    /// Sits down at another question: nobody sits until the store has opened it, so that no key reaches the wrong one.
    pub fn sit_elsewhere(&mut self, question: &str) -> Vec<Effect> {
        let mut effects: Vec<Effect> = self.label.keep_draft().into_iter().collect();
        while let Some(overlay) = self.overlays.pop() {
            effects.extend(overlay.closed(self));
        }
        self.label = self.label.for_another_question();
        self.agreement = AgreementScreen::default();
        self.runs = RunsScreen::default();
        self.data.snapshots = Snapshots::default();
        (self.seat, self.opening) = (None, Some(question.to_owned()));
        effects.push(Effect::Ask(Request::Sit(question.to_owned())));
        effects
    }

    /// Asks for what the open screen shows.
    pub fn fresh(&mut self) -> Vec<Effect> {
        match self.screen {
            ScreenName::Label => Vec::new(),
            ScreenName::Agreement => self.agreement.ask(),
            ScreenName::Runs => self.runs.ask(),
            ScreenName::Data => self.data.ask(),
        }
    }

    /// Lays something on the screen.
    pub fn lay(&mut self, overlay: Overlay) -> Vec<Effect> {
        self.overlays.push(overlay);
        Vec::new()
    }

    /// Goes a step back.
    pub fn back(&mut self) -> Vec<Effect> {
        if self.overlays.last_mut().is_some_and(Overlay::step_back) {
            return Vec::new();
        }
        match self.overlays.pop() {
            Some(overlay) => overlay.closed(self),
            None if self.screen == ScreenName::Label => {
                let effects = self.label.back(self.now);
                if self.label.visit.is_none() {
                    self.unpark();
                }
                effects
            }
            None if self.screen == ScreenName::Agreement && self.agreement.step_back() => Vec::new(),
            None if self.screen == ScreenName::Runs && self.runs.step_back() => Vec::new(),
            None if self.screen == ScreenName::Data && self.data.step_back() => Vec::new(),
            None => self.show(ScreenName::Label),
        }
    }

    /// Brings back the list that an item was opened from.
    pub fn unpark(&mut self) {
        if let Some(list) = self.label.parked.take() {
            self.screen = list.home;
            self.overlays.push(Overlay::List(list));
        }
    }

    /// Moves through whatever lies on top: rows down, negative for up.
    pub fn scroll(&mut self, rows: i32) {
        match (self.overlays.last_mut(), self.screen) {
            (Some(overlay), _) => overlay.scroll(rows),
            (None, ScreenName::Label) => self.label.scroll(rows),
            (None, ScreenName::Agreement) => self.agreement.scroll(rows),
            (None, ScreenName::Runs) => self.runs.scroll(rows),
            (None, ScreenName::Data) => self.data.scroll(rows),
        }
    }

    /// Leaves: half-made answers are kept, what is under way is finished.
    pub fn leave(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        while let Some(overlay) = self.overlays.pop() {
            effects.extend(overlay.closed(self));
        }
        effects.extend(self.label.keep_draft());
        self.leaving = true;
        effects.push(Effect::Quit);
        effects
    }

    /// Whether keys type text now; if not, the terminal may report held keys.
    pub fn is_typing(&self) -> bool {
        self.overlays
            .last()
            .map_or_else(|| self.screen == ScreenName::Label && self.label.filters(), Overlay::is_typing)
    }

    /// Whether an item is on the screen whose time has not begun.
    pub fn awaits_paint(&self) -> bool {
        self.label.current().is_some_and(|item| item.painted.is_none())
    }

    /// Notes that a place of the frame can be clicked.
    pub fn clickable(&self, area: Rect, hit: Hit) {
        self.hits.borrow_mut().push((area, hit));
    }

    /// What a click at a column and row means; the topmost counts.
    pub fn hit(&self, column: u16, row: u16) -> Option<Hit> {
        let at = Position::new(column, row);
        self.hits.borrow().iter().rev().find(|(area, _)| area.contains(at)).map(|(_, hit)| hit.clone())
    }
}
