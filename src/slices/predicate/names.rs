//! What names may stand in a predicate, and which columns they need.

use super::Type;
use super::error::Fault;
use super::pattern::Test;
use crate::domain::{FieldType, Lane, RulingOrigin, did_you_mean, nearest};
use crate::slices::text::Measure;
use std::ops::Range;

/// What is known in a project: the names that a predicate may use, and the values that it may compare with.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    /// The fields that predicates may use.
    pub fields: Vec<(String, FieldType)>,
    /// The people who answer.
    pub people: Vec<String>,
    /// The labels that answers, settled values and gold can be; empty where they can be anything.
    pub labels: Vec<String>,
    /// Whether answers, settled values and gold are whole numbers.
    pub ratings: bool,
}

impl Vocabulary {
    /// How a predicate calls a field: by its name alone where that means the field, else in quotes.
    pub fn spelled(&self, field: &str) -> String {
        let quoted = format!("\"{}\"", field.replace('"', "\"\""));
        let means = |name: &&String| {
            let parsed = super::Predicate::parse(&format!("{name} IS NULL"), self);
            let is_it = |need: &Need| matches!(need, Need::Field(name, _) if name == field);
            parsed.is_ok_and(|predicate| predicate.needs().len() == 1 && predicate.needs().iter().all(is_it))
        };
        let whole = format!("field.{quoted}");
        [field.to_owned(), quoted].iter().find(means).cloned().unwrap_or(whole)
    }

    /// The type of answers, settled values and gold.
    fn values(&self) -> FieldType {
        if self.ratings { FieldType::Integer } else { FieldType::Text }
    }
}

/// A column that a predicate reads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// The user's id of the item.
    Id,
    /// The text.
    Text,
    /// A measure of it.
    TextMeasure(Measure),
    /// Whether it passes a test.
    TextTest(Test, String),
    /// A field.
    Field(String, FieldType),
    /// What a person's current answer says.
    Answer(String, FieldType),
    /// What one of the answers says, whoever gave it.
    Any(FieldType),
    /// The revision of the guidelines that the same answer had in view; 0 where there were none.
    Guideline,
    /// The settled value.
    LabelValue(FieldType),
    /// Where the settled value comes from.
    LabelOrigin,
    /// The hidden truth.
    Gold(FieldType),
    /// The split: `train`, `validation`, or `test` for the evaluation set.
    Split,
    /// The lane of the newest answer.
    Lane,
}

impl Need {
    /// The need of a field.
    pub fn field(name: &str, kind: FieldType) -> Self {
        Self::Field(name.to_owned(), kind)
    }

    /// The name of its column in the frame.
    pub fn column(&self) -> String {
        match self {
            Self::Id => "id".to_owned(),
            Self::Text => "text".to_owned(),
            Self::TextMeasure(measure) => format!("text.{measure}"),
            Self::TextTest(test, pattern) => format!("text.{test}:{pattern}"),
            Self::Field(name, _) => format!("field:{name}"),
            Self::Answer(person, _) => format!("answer:{person}"),
            Self::Any(_) => "answer".to_owned(),
            Self::Guideline => "guideline".to_owned(),
            Self::LabelValue(_) => "label.value".to_owned(),
            Self::LabelOrigin => "label.origin".to_owned(),
            Self::Gold(_) => "gold".to_owned(),
            Self::Split => "split".to_owned(),
            Self::Lane => "lane".to_owned(),
        }
    }

    /// The type of its column.
    pub fn kind(&self) -> Type {
        match self {
            Self::TextMeasure(measure) => measure.kind().into(),
            Self::Guideline => Type::Integer,
            Self::TextTest(..) => Type::Boolean,
            Self::Field(_, kind) | Self::Answer(_, kind) => (*kind).into(),
            Self::Any(kind) | Self::LabelValue(kind) | Self::Gold(kind) => (*kind).into(),
            _ => Type::Text,
        }
    }

    /// The only values that it can have, where there are such.
    pub(super) fn closed<'a>(&self, vocabulary: &'a Vocabulary) -> Option<Vec<&'a str>> {
        match self {
            Self::Answer(..) | Self::Any(_) | Self::LabelValue(_) | Self::Gold(_) if !vocabulary.labels.is_empty() => {
                Some(vocabulary.labels.iter().map(String::as_str).collect())
            }
            Self::LabelOrigin => Some(RulingOrigin::ALL.iter().map(|o| o.as_str()).chain(["unanimous"]).collect()),
            Self::Lane => Some(Lane::ALL.iter().map(|l| l.as_str()).collect()),
            Self::Split => Some(vec!["train", "validation", "test"]),
            _ => None,
        }
    }
}

/// Names that stand alone.
const BARE: &[&str] = &["id", "text", "gold", "split", "lane", "answer", "guideline"];
/// Names after `label.`.
const OF_LABELS: &[&str] = &["value", "origin"];

/// A text as a predicate compares with it.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Whether a name that stands alone means something of Karat's own, so that a field of that name is reached as
/// `field.NAME` only.
pub fn is_builtin(name: &str) -> bool {
    BARE.iter().any(|bare| bare.eq_ignore_ascii_case(name))
}

/// What a name of Karat's own needs.
fn builtin(name: &str, vocabulary: &Vocabulary) -> Option<Need> {
    Some(match name {
        "id" => Need::Id,
        "text" => Need::Text,
        "gold" => Need::Gold(vocabulary.values()),
        "split" => Need::Split,
        "lane" => Need::Lane,
        "answer" => Need::Any(vocabulary.values()),
        "guideline" => Need::Guideline,
        "label.value" => Need::LabelValue(vocabulary.values()),
        "label.origin" => Need::LabelOrigin,
        _ => Need::TextMeasure(name.strip_prefix("text.")?.parse().ok()?),
    })
}

/// Finds what a name of one or two parts means.
pub(super) fn resolve(parts: &[&str], at: Range<usize>, vocabulary: &Vocabulary) -> Result<Need, Fault> {
    match parts {
        [name] => bare(name, at, vocabulary),
        ["answer", person] => match_one(person, vocabulary.people.iter().map(String::as_str)).map_or_else(
            || Err(unknown_person(person, at, vocabulary)),
            |name| Ok(Need::Answer(name.to_owned(), vocabulary.values())),
        ),
        ["field", name] => {
            field(name, vocabulary).ok_or_else(|| unknown_field(&format!("field.{name}"), name, at, vocabulary))
        }
        [prefix @ ("text" | "label"), name] => {
            let whole = format!("{prefix}.{name}");
            builtin(&whole.to_lowercase(), vocabulary).ok_or_else(|| {
                let names: Vec<String> = match *prefix {
                    "label" => OF_LABELS.iter().map(|name| format!("label.{name}")).collect(),
                    _ => {
                        let (measures, tests) = (Measure::ALL.iter(), Test::ALL.iter());
                        let measures = measures.map(|measure| format!("text.{measure}"));
                        measures.chain(tests.map(|test| format!("text.{test}"))).collect()
                    }
                };
                let hint = did_you_mean(&whole, names.iter().map(String::as_str));
                Fault::new(at, format!("nothing is called {whole}")).hint(hint)
            })
        }
        _ => {
            let whole = parts.join(".");
            match field(&whole, vocabulary) {
                Some(_) => {
                    Err(Fault::new(at, format!("{whole} holds a dot and needs quotes")).hint(format!("\"{whole}\"")))
                }
                None => Err(Fault::new(at, format!("nothing is called {whole}"))
                    .hint("names with a dot begin with text. answer. label. or field.")),
            }
        }
    }
}

fn bare(name: &str, at: Range<usize>, vocabulary: &Vocabulary) -> Result<Need, Fault> {
    if let Some(need) = builtin(&name.to_lowercase(), vocabulary).filter(|_| is_builtin(name)) {
        return Ok(need);
    }
    field(name, vocabulary).ok_or_else(|| unknown_field(name, name, at, vocabulary))
}

/// The field of a name, or the only one that differs from it in letter case alone.
fn field(name: &str, vocabulary: &Vocabulary) -> Option<Need> {
    let known = match_one(name, vocabulary.fields.iter().map(|(n, _)| n.as_str()))?;
    vocabulary.fields.iter().find(|(n, _)| n == known).map(|(n, kind)| Need::field(n, *kind))
}

fn match_one<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    if let Some(exact) = known.clone().find(|k| *k == name) {
        return Some(exact);
    }
    let folded = name.to_lowercase();
    let mut alike = known.filter(|k| k.to_lowercase() == folded);
    alike.next().filter(|_| alike.next().is_none())
}

fn unknown_field(whole: &str, name: &str, at: Range<usize>, vocabulary: &Vocabulary) -> Fault {
    let fields = vocabulary.fields.iter().map(|(n, _)| n.as_str());
    let all: Vec<&str> = fields.chain(BARE.iter().copied()).collect();
    let labels = vocabulary.labels.iter().map(String::as_str);
    let fault = Fault::new(at, format!("no field is called {whole:?}"));
    match nearest(name, all.iter().copied()) {
        None if nearest(name, labels).is_some() => fault.hint(format!("text goes in single quotes: '{name}'")),
        None if name.contains(' ') => fault.hint(format!("text goes in single quotes: '{name}'")),
        _ => fault.hint(did_you_mean(name, all.iter().copied())),
    }
}

fn unknown_person(person: &str, at: Range<usize>, vocabulary: &Vocabulary) -> Fault {
    let people = vocabulary.people.iter().map(String::as_str);
    let longer = people.clone().find(|p| p.starts_with(person) && !p.chars().all(|c| c.is_alphanumeric() || c == '_'));
    let fault = Fault::new(at, format!("nobody is called {person:?}"));
    match longer {
        Some(longer) => fault.hint(format!("quote the name: answer.\"{longer}\"")),
        None => fault.hint(did_you_mean(person, people)),
    }
}

/// Refuses a text that a closed column can never be.
pub(super) fn check_member(text: &str, closed: &[&str], at: Range<usize>) -> Result<(), Fault> {
    if closed.contains(&text) {
        return Ok(());
    }
    Err(Fault::new(at, format!("{text:?} can never be")).hint(did_you_mean(text, closed.iter().copied())))
}
