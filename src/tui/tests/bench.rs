//! A bench to try the app on: plain data instead of a store, a clock that moves by hand.

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;

use crate::config::Config;
use crate::domain::{
    AnswerId, Digest, Guidelines, Id, ItemKey, Kind, Label, LabelId, Lane, Question, Said, Suggestion, Value,
};
use crate::tui::app::App;
use crate::tui::keys::script;
use crate::tui::look::{LINES, Look};
use crate::tui::msg::{Effect, Moment, Msg, Reply, Request, Seated};
use crate::tui::theme::{Depth, Theme};
use crate::tui::{update, view};
use crate::workflow::labelling::{Asked, Counts, Feedback, GuidelineNews, Past, Saved, Served, Submission};

/// 2026-11-20 14:02:11 UTC.
pub const NOON: i64 = 1_795_183_331_000;

/// An app, what it asked for, and its clock.
pub struct Bench {
    pub app: App,
    pub effects: Vec<Effect>,
    pub steady: i64,
}

impl Bench {
    /// An app before any data has come.
    pub fn empty() -> Self {
        Self::with(Config::default(), "dark")
    }

    pub fn with(config: Config, theme: &str) -> Self {
        let (theme, _) = Theme::load(theme, None, Depth::True).unwrap();
        let look = Look { theme, depth: Depth::True, symbols: &LINES, zone: jiff::tz::TimeZone::UTC };
        let (app, wrong) = App::new(look, config, None);
        assert_eq!(wrong, Vec::<String>::new());
        let mut bench = Self { app, effects: Vec::new(), steady: 0 };
        bench.wait(1_000);
        bench
    }

    /// An app at a question with these labels, two items served: numbers 1 and 2.
    pub fn seated(labels: &[&str]) -> Self {
        Self::empty().sit(labels)
    }

    pub fn sit(mut self, labels: &[&str]) -> Self {
        self.reply(Reply::Seated(Box::new(seated(labels))));
        self.serve(served(1, "The battery lasts all day, but the screen scratches if you look at it for too long."));
        self.serve(served(2, "Great sound for the price."));
        self.effects.clear();
        self
    }

    /// Time passes.
    pub fn wait(&mut self, milliseconds: i64) {
        self.steady += milliseconds;
        self.send(Msg::Now(Moment { wall: NOON + self.steady, steady: self.steady }));
    }

    pub fn send(&mut self, msg: Msg) {
        let effects = update(&mut self.app, msg);
        self.effects.extend(effects);
    }

    pub fn reply(&mut self, reply: Reply) {
        self.send(Msg::Store(reply));
    }

    pub fn serve(&mut self, served: Served) {
        self.reply(Reply::Served(Box::new(served)));
    }

    /// What the loop does after a frame.
    pub fn paint(&mut self) {
        if self.app.awaits_paint() {
            self.send(Msg::Painted);
        }
    }

    /// Presses keys a second apart, each after a frame; gives what was asked for.
    pub fn keys(&mut self, keys: &str) -> Vec<Effect> {
        for key in script(keys).unwrap() {
            self.paint();
            self.wait(1_000);
            self.send(Msg::Key(key, false));
        }
        std::mem::take(&mut self.effects)
    }

    /// Keys that piled up: all in one read, no frame in between.
    pub fn burst(&mut self, keys: &str) -> Vec<Effect> {
        for key in script(keys).unwrap() {
            self.send(Msg::Key(key, false));
        }
        std::mem::take(&mut self.effects)
    }

    /// The disk's word for an answer.
    pub fn saved(&mut self, seq: u32) {
        self.saved_with(seq, None);
    }

    /// The disk's word for an answer, and what the truth is.
    pub fn saved_with(&mut self, seq: u32, feedback: Option<Feedback>) {
        let feedback = feedback.map(Box::new);
        let saved = Saved { answer: AnswerId::from_bytes([1; 16]), act: Id::from_bytes([2; 16]), at: NOON, feedback };
        self.reply(Reply::Saved(seq, saved, Counts { mine_today: 215, ..counts() }));
    }

    pub fn message(&self) -> &str {
        self.app.message.as_ref().map_or("", |message| message.text.as_str())
    }

    /// A frame of this size.
    pub fn draw(&self, width: u16, height: u16) -> Buffer {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| view(&self.app, frame)).unwrap();
        terminal.backend().buffer().clone()
    }

    /// A frame as text.
    pub fn text(&self, width: u16, height: u16) -> String {
        let buffer = self.draw(width, height);
        let row = |y| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
        (0..height).map(row).collect::<Vec<_>>().join("\n")
    }
}

/// The answers among some effects.
pub fn submissions(effects: &[Effect]) -> Vec<Submission> {
    let of = |effect: &Effect| match effect {
        Effect::Ask(Request::Submit(submission)) => vec![submission.clone()],
        Effect::Ask(Request::SubmitMany(many)) => many.clone(),
        _ => Vec::new(),
    };
    effects.iter().flat_map(of).collect()
}

pub fn label_id(place: usize) -> LabelId {
    Id::from_bytes([u8::try_from(place).unwrap() + 1; 16])
}

pub fn said(place: usize) -> Said {
    Said::Value(Value::Choice(label_id(place)))
}

pub fn question(labels: &[&str]) -> Question {
    let label = |(place, name): (usize, &&str)| Label {
        id: label_id(place),
        name: (*name).to_owned(),
        key: None,
        retired: false,
        merged_into: None,
        split: false,
    };
    Question {
        id: Id::from_bytes([9; 16]),
        name: "sentiment".into(),
        kind: Kind::Choice,
        labels: labels.iter().enumerate().map(label).collect(),
        label_revision: 1,
        guidelines: Some(guidelines(3, "Judge what is said, not what is meant.\nA fact without judgement is neutral.")),
        scale: Default::default(),
    }
}

pub fn guidelines(revision: u32, text: &str) -> Guidelines {
    Guidelines { revision, text: text.into(), hash: Digest([0; 32]), by: "chi".into(), at: NOON - 3_600_000 }
}

pub fn guideline_news(revision: u32, first: &str) -> GuidelineNews {
    GuidelineNews { now: guidelines(revision, first), before: Some(String::new()), changed: vec![first.to_owned()] }
}

pub fn counts() -> Counts {
    Counts { items: 22_970, answered: 1_204, left: 21_766, mine: 380, skipped: 3, mine_today: 214, goal: Some(400) }
}

fn seated(labels: &[&str]) -> Seated {
    Seated {
        project: "reviews".into(),
        person: "ana".into(),
        role: crate::domain::Role::Lead,
        unread: 0,
        question: question(labels),
        questions: vec![Asked { name: "sentiment".into(), kind: Kind::Choice }],
        counts: counts(),
        history: vec![
            past(101, labels.len().saturating_sub(1), "Great sound for the money."),
            past(100, 0, "It came in a box."),
        ],
        guidelines: None,
        round: Some(12),
    }
}

pub fn past(seq: u32, place: usize, text: &str) -> Past {
    Past {
        seq,
        id: seq.to_string(),
        text: text.into(),
        said: said(place),
        flag: false,
        note: None,
        at: NOON,
        stale: false,
    }
}

pub fn served(seq: u32, text: &str) -> Served {
    Served {
        seq,
        key: ItemKey([0; 32]),
        id: format!("r-{seq}"),
        text: text.into(),
        text_hash: Digest([0; 32]),
        fields: vec![("product".into(), "phone".into())],
        language: None,
        lane: Lane::Learn,
        review: None,
        round: Some(12),
        rank: Some(seq),
        selection_probability: None,
        mine: None,
        draft: None,
    }
}

/// A bare answer, for comparing.
pub fn shown(suggestion: Suggestion) -> impl Fn(&Submission) -> bool {
    move |submission| submission.suggestion == suggestion
}
