//! The form that a training starts from: a preset fills it, every row can be changed, Enter starts.

mod commands;
pub mod view;

pub use commands::COMMANDS;

use super::moved;
use crate::models::learner::LearnerKind;
use crate::tui::keys::Key;
use crate::tui::widgets::Field;
use crate::workflow::runs::{Asked, Calibrate, LearningCurve, Source, Trainable};
use crossterm::event::KeyCode;

/// A row of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// What fills the others.
    Preset,
    /// The family of models.
    Model,
    /// What it looks at.
    Features,
    /// Whether every class counts the same.
    Balanced,
    /// What sets its probabilities right.
    Calibrate,
    /// Whether a learning curve is made.
    LearningCurve,
    /// Its settings, `c=1 alpha=0.5`.
    Settings,
    /// What to call the run.
    Name,
    /// Where its randomness starts.
    Seed,
    /// From how many seeds it is trained.
    Seeds,
}

impl Row {
    /// Every row from the top.
    pub const ALL: [Self; 10] = [
        Self::Preset,
        Self::Model,
        Self::Features,
        Self::Balanced,
        Self::Calibrate,
        Self::LearningCurve,
        Self::Settings,
        Self::Name,
        Self::Seed,
        Self::Seeds,
    ];

    /// What it is called.
    pub fn title(self) -> &'static str {
        match self {
            Self::Preset => "preset",
            Self::Model => "model",
            Self::Features => "looks at",
            Self::Balanced => "balanced",
            Self::Calibrate => "calibration",
            Self::LearningCurve => "learning curve",
            Self::Settings => "settings",
            Self::Name => "name",
            Self::Seed => "seed",
            Self::Seeds => "seeds",
        }
    }
}

/// What fills the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// The text alone, in a moment.
    QuickText,
    /// The fields alone.
    Fields,
    /// Everything there is, as good as it gets without waiting long.
    Best,
}

impl Preset {
    const ALL: [Self; 3] = [Self::QuickText, Self::Fields, Self::Best];

    fn title(self) -> &'static str {
        match self {
            Self::QuickText => "quick text",
            Self::Fields => "fields",
            Self::Best => "best",
        }
    }
}

/// The form.
#[derive(Debug)]
pub struct Form {
    /// What there is to learn from, once the store has told.
    pub trainable: Option<Trainable>,
    /// The row that has the keys.
    pub row: usize,
    /// Whether it is being started.
    pub starting: bool,
    preset: Preset,
    model: LearnerKind,
    /// Empty for what there is.
    sources: Vec<Source>,
    balanced: bool,
    calibrate: Calibrate,
    learning_curve: LearningCurve,
    settings: Field,
    name: Field,
    seed: Field,
    seeds: Field,
}

impl Default for Form {
    fn default() -> Self {
        let usual = Asked::default();
        Self {
            trainable: None,
            row: 0,
            starting: false,
            preset: Preset::QuickText,
            model: usual.model,
            sources: vec![Source::Text],
            balanced: usual.balanced,
            calibrate: usual.calibrate,
            learning_curve: usual.learning_curve,
            settings: Field::default(),
            name: Field::default(),
            seed: Field::with(usual.seed.to_string()),
            seeds: Field::with(usual.seeds.to_string()),
        }
    }
}

/// What a model may be asked to look at; nothing stands for what there is.
const LOOKS: [&[Source]; 6] = [
    &[],
    &[Source::Text],
    &[Source::Fields],
    &[Source::Text, Source::Fields],
    &[Source::Embeddings],
    &[Source::Text, Source::Embeddings],
];

/// The value before or after this one, round and round.
fn stepped<T: PartialEq + Copy>(all: &[T], now: T, by: i32) -> T {
    let at = all.iter().position(|value| *value == now).unwrap_or(0);
    let len = i32::try_from(all.len()).unwrap_or(1).max(1);
    let next = (i32::try_from(at).unwrap_or(0) + by).rem_euclid(len);
    all.get(usize::try_from(next).unwrap_or(0)).copied().unwrap_or(now)
}

impl Form {
    /// The row that has the keys.
    pub fn at(&self) -> Row {
        Row::ALL[self.row.min(Row::ALL.len() - 1)]
    }

    /// The model that is chosen.
    pub fn model(&self) -> LearnerKind {
        self.model
    }

    /// Goes to another row.
    pub fn scroll(&mut self, rows: i32) {
        self.row = moved(self.row, rows, Row::ALL.len());
    }

    /// The line that is typed into on a row; none where there is a choice.
    pub fn field(&self, row: Row) -> Option<&Field> {
        match row {
            Row::Settings => Some(&self.settings),
            Row::Name => Some(&self.name),
            Row::Seed => Some(&self.seed),
            Row::Seeds => Some(&self.seeds),
            _ => None,
        }
    }

    fn field_mut(&mut self) -> Option<&mut Field> {
        match self.at() {
            Row::Settings => Some(&mut self.settings),
            Row::Name => Some(&mut self.name),
            Row::Seed => Some(&mut self.seed),
            Row::Seeds => Some(&mut self.seeds),
            _ => None,
        }
    }

    /// What is chosen on a row, in words; nothing of one that is typed into.
    pub fn choice(&self, row: Row) -> String {
        let yes = |on: bool| if on { "yes" } else { "no" }.to_owned();
        match row {
            Row::Preset => self.preset.title().to_owned(),
            Row::Model => self.model.to_string(),
            Row::Features if self.sources.is_empty() => "what there is".to_owned(),
            Row::Features => self.sources.iter().map(|source| source.as_str()).collect::<Vec<_>>().join(", "),
            Row::Balanced => yes(self.balanced),
            Row::Calibrate => self.calibrate.to_string(),
            Row::LearningCurve => self.learning_curve.to_string(),
            Row::Settings | Row::Name | Row::Seed | Row::Seeds => String::new(),
        }
    }

    /// Takes a key: it types where there is a line, and steps through what can be chosen elsewhere; whether it was one.
    pub fn key(&mut self, key: Key) -> bool {
        if let Some(field) = self.field_mut() {
            return field.key(key);
        }
        let by = match key.code {
            KeyCode::Left => -1,
            KeyCode::Right => 1,
            _ if key.typed() == Some(' ') => 1,
            _ => return false,
        };
        self.step(by);
        true
    }

    /// Takes pasted text.
    pub fn insert(&mut self, text: &str) {
        if let Some(field) = self.field_mut() {
            field.insert(text);
        }
    }

    fn step(&mut self, by: i32) {
        match self.at() {
            Row::Preset => {
                self.preset = stepped(&Preset::ALL, self.preset, by);
                self.fill();
            }
            Row::Model => {
                self.model = stepped(LearnerKind::ALL, self.model, by);
                // What another model is told means nothing to this one.
                self.settings = Field::default();
            }
            Row::Features => {
                let at = LOOKS.iter().position(|looks| *looks == self.sources).unwrap_or(0);
                let places: Vec<usize> = (0..LOOKS.len()).collect();
                self.sources = LOOKS[stepped(&places, at, by)].to_vec();
            }
            Row::Balanced => self.balanced = !self.balanced,
            Row::Calibrate => self.calibrate = stepped(Calibrate::ALL, self.calibrate, by),
            Row::LearningCurve => self.learning_curve = stepped(LearningCurve::ALL, self.learning_curve, by),
            Row::Settings | Row::Name | Row::Seed | Row::Seeds => {}
        }
    }

    /// Fills the rows that a preset is about.
    fn fill(&mut self) {
        let fields = self.trainable.as_ref().is_some_and(|trainable| !trainable.fields.is_empty());
        (self.model, self.sources, self.learning_curve) = match self.preset {
            Preset::QuickText => (LearnerKind::LogisticRegression, vec![Source::Text], LearningCurve::Auto),
            Preset::Fields => (LearnerKind::Boosting, vec![Source::Fields], LearningCurve::Auto),
            Preset::Best if fields => (LearnerKind::Boosting, vec![Source::Text, Source::Fields], LearningCurve::On),
            Preset::Best => (LearnerKind::LogisticRegression, Vec::new(), LearningCurve::On),
        };
        self.settings = Field::default();
    }

    /// Whether it looks at what a sentence encoder makes of the text.
    pub fn needs_encoder(&self) -> bool {
        self.sources.contains(&Source::Embeddings)
    }

    /// What is asked for.
    ///
    /// # Errors
    /// Where what is typed cannot be, in words.
    pub fn asked(&self) -> Result<Asked, String> {
        let there = self.trainable.as_ref().map_or(Ok(()), Trainable::check);
        there.map_err(|e| e.hint.map_or_else(|| e.message.clone(), |hint| format!("{}: {hint}", e.message)))?;
        let pair = |typed: &str| {
            let (name, value) = typed.split_once('=').ok_or_else(|| format!("{typed:?} is no setting: write c=1"))?;
            Ok((name.trim().to_owned(), value.trim().to_owned()))
        };
        let set = self.settings.text().split_whitespace().map(pair).collect::<Result<Vec<_>, String>>()?;
        self.model.with(set.iter().map(|(name, value)| (name.as_str(), value.as_str()))).map_err(|e| e.to_string())?;
        let number = |field: &Field, what: &str| {
            field.text().trim().parse::<u64>().map_err(|_| format!("{what} is a whole number"))
        };
        let seeds = number(&self.seeds, "seeds")?;
        let seeds = u32::try_from(seeds).ok().filter(|n| (1..=100).contains(n)).ok_or("seeds are 1 to 100")?;
        let name = Some(self.name.text().trim().to_owned()).filter(|name| !name.is_empty());
        Ok(Asked {
            model: self.model,
            sources: self.sources.clone(),
            encoder: None,
            set,
            balanced: self.balanced,
            calibrate: self.calibrate,
            name,
            seed: number(&self.seed, "the seed")?,
            seeds,
            learning_curve: self.learning_curve,
        })
    }
}

#[cfg(test)]
mod tests;
