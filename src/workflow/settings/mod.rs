//! What a project has decided about itself: one table of settings, their defaults and what each may be.

use crate::domain::{Lane, Person, PersonId, QuestionId, Seen, did_you_mean};
use crate::error::{Error, Result};
use crate::models::learner::LearnerKind;
use crate::project::{Project, RunId};
use crate::queue::{LANES, Shares, Strategy};
use crate::workflow::ranking::FAMILIES;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

mod change;

pub use change::{check_sought, set, set_shares};

/// What a setting may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A whole number from the first to the second.
    Whole(i64, i64),
    /// The name of a strategy.
    Strategy,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// Names of people with commas between them, or `everybody`; kept as ids.
    People,
    /// A run by number or name, kept as its id; or `champion`, `latest` or `none`.
    Run,
}

/// The run that orders the queue, as it is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QueueRun {
    /// The one that counts, or the newest, whichever that is.
    Word(String),
    /// That one.
    Id(RunId),
}

/// What stands for no run.
const NO_RUN: &str = "none";
/// What may stand for a run and always means whichever that is.
const MOVING_RUNS: [&str; 2] = ["champion", "latest"];

/// What stands for all people, also those who come later.
pub const EVERYBODY: &str = "everybody";

/// One thing that a project can decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// Its name.
    pub name: &'static str,
    /// What it decides, in one line.
    pub meaning: &'static str,
    /// What it may be.
    pub shape: Shape,
    /// What holds until somebody sets it.
    pub default: &'static str,
}

const fn setting(name: &'static str, default: &'static str, shape: Shape, meaning: &'static str) -> Setting {
    Setting { name, meaning, shape, default }
}

/// Every setting.
pub const SETTINGS: &[Setting] = &[
    setting("strategy", "diverse-margin", Shape::Strategy, "how the learn lane is ordered"),
    setting(
        "ranker.model",
        "logistic-regression",
        Shape::OneOf(FAMILIES),
        "the family of models that the rounds fit; another than the default takes longer",
    ),
    setting(
        "queue.run",
        NO_RUN,
        Shape::Run,
        "the run whose predictions order the learn lane instead of the rounds: a run, champion, latest, or none",
    ),
    setting("batch", "20", Shape::Whole(1, 10_000), "answers between two rounds of the ranker"),
    setting("lanes.learn", "75", Shape::Whole(0, 100), "share of items that the strategy wants, in percent"),
    setting("lanes.random", "15", Shape::Whole(0, 100), "share of items of the evaluation set, in percent"),
    setting("lanes.overlap", "10", Shape::Whole(0, 100), "share of items that others answered too, in percent"),
    setting("lanes.gold", "0", Shape::Whole(0, 100), "share of attention checks, in percent"),
    setting(
        "lanes.review",
        "50",
        Shape::Whole(0, 100),
        "how often an item that was sent back is served while there is one, in percent",
    ),
    setting(
        "lanes.again",
        "2",
        Shape::Whole(0, 100),
        "how often an own item of a day ago or longer is served while there is one, in percent",
    ),
    setting(
        "overlap.share",
        "100",
        Shape::Whole(0, 100),
        "share of the items that several people may be asked about, in percent",
    ),
    setting("overlap.answers", "2", Shape::Whole(2, 100), "how many people are asked about an item of that share"),
    setting("overlap.people", EVERYBODY, Shape::People, "who is asked what others answered: names, or everybody"),
    setting(
        "gold.feedback",
        "off",
        Shape::OneOf(&["on", "off"]),
        "whether an answer in the gold lane is followed by what the truth is",
    ),
    setting(
        "qualification.items",
        "0",
        Shape::Whole(0, 10_000),
        "items of known truth that an annotator answers before all others; 0 for none",
    ),
    setting("qualification.accuracy", "80", Shape::Whole(0, 100), "how many of them must be right, in percent"),
    setting(
        "people.performance",
        "own",
        Shape::OneOf(&["own", "lead", "off"]),
        "who sees how well somebody does: the person and the leads, the leads, or nobody",
    ),
    setting(
        "people.goal",
        "0",
        Shape::Whole(0, 1_000_000),
        "answers a day that everybody sets out to give; 0 for none",
    ),
];

impl Setting {
    /// The setting of a name.
    ///
    /// # Errors
    /// Where there is none, with the nearest.
    pub fn named(name: &str) -> Result<&'static Self> {
        SETTINGS.iter().find(|s| s.name == name).ok_or_else(|| {
            Error::usage(format!("no setting is called {name:?}"))
                .hint(did_you_mean(name, SETTINGS.iter().map(|s| s.name)))
        })
    }

    /// Reads a value as somebody types it; `people` are those who can be named.
    ///
    /// # Errors
    /// Where it is not of the setting's shape.
    pub fn parse(&self, typed: &str, people: &[Person]) -> Result<Json> {
        let refused = |what: String| Error::usage(format!("{} must be {what}, not {typed:?}", self.name));
        match self.shape {
            Shape::Whole(least, most) => match typed.parse::<i64>() {
                Ok(n) if (least..=most).contains(&n) => Ok(json!(n)),
                _ => Err(refused(format!("a whole number from {least} to {most}"))),
            },
            Shape::OneOf(words) => match words.contains(&typed) {
                true => Ok(json!(typed)),
                false => Err(refused(format!("one of {}", words.join(", ")))),
            },
            Shape::Strategy => {
                typed.parse::<Strategy>().map(|strategy| json!(strategy.to_string())).map_err(Into::into)
            }
            Shape::Run if typed == NO_RUN || MOVING_RUNS.contains(&typed) => Ok(json!(typed)),
            Shape::Run => Err(refused("a run, champion, latest or none".to_owned())),
            Shape::People if typed.trim() == EVERYBODY => Ok(json!(EVERYBODY)),
            Shape::People => {
                let ids = typed.split(',').map(|name| Ok(super::people::among(people, name.trim())?.id.to_string()));
                Ok(json!(ids.collect::<Result<BTreeSet<_>>>()?))
            }
        }
    }

    /// A value as it is shown: people by their names, a run by its number.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn shown(&self, project: &Project, value: &Json) -> Result<Json> {
        if let (Shape::Run, Some(id)) = (self.shape, value.as_str().and_then(|id| id.parse::<RunId>().ok())) {
            let run = change::all_runs(project)?.into_iter().find(|run| run.id == id);
            return Ok(run.map_or_else(|| value.clone(), |run| json!(run.number.to_string())));
        }
        let people = project.people()?;
        Ok(match (self.shape, value.as_array()) {
            (Shape::People, Some(ids)) => {
                let is = |person: &&Person, id: &Json| id.as_str() == Some(&person.id.to_string());
                let name = |id| people.iter().find(|person| is(person, id)).and_then(|person| person.name.as_deref());
                ids.iter().map(|id| name(id).map_or_else(|| id.clone(), Json::from)).collect()
            }
            _ => value.clone(),
        })
    }

    fn default(&self) -> Json {
        match self.shape {
            Shape::Whole(..) => self.default.parse::<i64>().map_or(Json::Null, Json::from),
            Shape::Strategy | Shape::OneOf(_) | Shape::People | Shape::Run => json!(self.default),
        }
    }
}

/// The settings of one project: what was set, over the defaults.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Settings {
    set: BTreeMap<String, Json>,
}

impl Settings {
    /// Takes what was set in the project; names that this version does not know are kept aside.
    pub fn new(set: impl IntoIterator<Item = (String, Json)>) -> Self {
        Self { set: set.into_iter().collect() }
    }

    /// The value that holds, and whether somebody set it.
    pub fn get(&self, setting: &Setting) -> (Json, bool) {
        match self.set.get(setting.name) {
            Some(value) => (value.clone(), true),
            None => (setting.default(), false),
        }
    }

    fn whole(&self, name: &str) -> u32 {
        let value = SETTINGS.iter().find(|s| s.name == name).map(|s| self.get(s).0);
        value.and_then(|v| v.as_u64()).and_then(|n| u32::try_from(n).ok()).unwrap_or(0)
    }

    /// How the learn lane is ordered.
    pub fn strategy(&self) -> Strategy {
        let set = self.set.get("strategy").and_then(Json::as_str);
        set.and_then(|word| word.parse().ok()).unwrap_or_default()
    }

    /// The family of the rounds.
    pub fn ranker_model(&self) -> LearnerKind {
        let set = self.set.get("ranker.model").and_then(Json::as_str).filter(|word| FAMILIES.contains(word));
        set.and_then(|word| word.parse().ok()).unwrap_or(LearnerKind::LogisticRegression)
    }

    /// The run whose predictions order the learn lane, if one is to.
    pub fn queue_run(&self) -> Option<QueueRun> {
        let set = self.set.get("queue.run").and_then(Json::as_str).filter(|word| *word != NO_RUN)?;
        Some(set.parse().map_or_else(|_| QueueRun::Word(set.to_owned()), QueueRun::Id))
    }

    /// Answers between two rounds.
    pub fn batch(&self) -> usize {
        self.whole("batch").max(1) as usize
    }

    /// The lanes' shares.
    pub fn shares(&self) -> Shares {
        Shares {
            learn: f64::from(self.share(Lane::Learn)),
            random: f64::from(self.share(Lane::Random)),
            overlap: f64::from(self.share(Lane::Overlap)),
            gold: f64::from(self.share(Lane::Gold)),
            review: f64::from(self.share(Lane::Review)) / 100.0,
            again: f64::from(self.share(Lane::Again)) / 100.0,
        }
    }

    /// The lanes that have a share: the others serve nothing.
    pub fn lanes(&self) -> impl Iterator<Item = Lane> + '_ {
        Lane::SERVED.into_iter().filter(|lane| self.share(*lane) > 0)
    }

    /// The share of one lane, in percent.
    pub fn share(&self, lane: Lane) -> u32 {
        self.whole(&format!("lanes.{lane}"))
    }

    /// What the shares of all lanes add up to; each counts as its part of that.
    pub fn sum_of_shares(&self) -> u32 {
        LANES.iter().map(|lane| self.share(*lane)).sum()
    }

    /// How many people are asked about an item that several may be asked about.
    pub fn overlap_answers(&self) -> u32 {
        self.whole("overlap.answers").max(2)
    }

    /// How many percent of the items several people may be asked about.
    pub fn overlap_share(&self) -> u32 {
        self.whole("overlap.share")
    }

    /// Who is asked what others answered; none for everybody.
    pub fn overlap_people(&self) -> Option<Vec<PersonId>> {
        let ids = self.set.get("overlap.people")?.as_array()?;
        Some(ids.iter().filter_map(|id| id.as_str()?.parse().ok()).collect())
    }

    /// Whether an answer in the gold lane is followed by what the truth is.
    pub fn gold_feedback(&self) -> bool {
        self.set.get("gold.feedback").and_then(Json::as_str) == Some("on")
    }

    /// How many items of known truth an annotator answers first, and how many percent of them must be right; none where
    /// nobody has to qualify.
    pub fn qualification(&self) -> Option<(usize, u32)> {
        let items = self.whole("qualification.items") as usize;
        (items > 0).then(|| (items, self.whole("qualification.accuracy")))
    }

    /// What a lead decided about somebody's qualification at a question.
    pub fn admission(&self, question: QuestionId, person: PersonId) -> Option<&Json> {
        self.set.get(&admission_name(question, person))
    }

    /// Who sees how well somebody does.
    pub fn performance(&self) -> Seen {
        let set = self.set.get("people.performance").and_then(Json::as_str);
        set.and_then(|word| word.parse().ok()).unwrap_or(Seen::Own)
    }

    /// The expression that chooses the items this person is asked about; none for all.
    pub fn route(&self, person: PersonId) -> Option<&str> {
        self.set.get(&route_name(person)).and_then(Json::as_str)
    }

    /// How many answers a day this person set out to give: their own goal, else everybody's.
    pub fn goal(&self, person: PersonId) -> Option<usize> {
        let own = self.set.get(&goal_name(person)).and_then(Json::as_u64).and_then(|n| usize::try_from(n).ok());
        own.or_else(|| Some(self.whole("people.goal") as usize)).filter(|goal| *goal > 0)
    }
}

/// The project's settings.
pub fn of(project: &Project) -> Result<Settings> {
    Ok(Settings::new(project.settings()?))
}

/// The setting that holds which items a person is asked about.
pub fn route_name(person: PersonId) -> String {
    format!("route.{person}")
}

/// The setting that holds what a lead decided about somebody's qualification at a question.
pub fn admission_name(question: QuestionId, person: PersonId) -> String {
    format!("qualification.{question}.{person}")
}

/// The setting that holds a person's own goal.
pub fn goal_name(person: PersonId) -> String {
    format!("goal.{person}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_is_one_that_could_be_set() {
        for setting in SETTINGS {
            assert_eq!(setting.parse(setting.default, &[]), Ok(setting.default()), "{}", setting.name);
        }
    }

    #[test]
    fn what_is_set_wins_over_the_default() {
        let settings = Settings::new([("batch".to_owned(), json!(5))]);
        assert_eq!(settings.batch(), 5);
        assert_eq!(settings.overlap_answers(), 2);
        assert_eq!(settings.get(Setting::named("batch").expect("known")), (json!(5), true));
    }

    #[test]
    fn wrong_values_and_names_are_refused_with_a_reason() {
        let batch = Setting::named("batch").expect("known");
        assert!(batch.parse("many", &[]).is_err_and(|e| e.message.contains("from 1 to 10000")));
        assert!(batch.parse("0", &[]).is_err());
        let error = Setting::named("btach").expect_err("unknown");
        assert_eq!(error.hint.as_deref(), Some("did you mean \"batch\"?"));
    }
}
