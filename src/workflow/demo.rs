//! The demo: real reviews and real raters, from the sample data in the binary.
//!
//! A part of the reviews has the answers of two to six raters, some of those are settled, the rest of the pool is open.
//! Gold is known for every sentence and stays hidden: it scores the ranker on the evaluation set.

use crate::domain::{
    ActKind, Field, FieldType, FieldValue, How, Kind, Origin, PersonId, PersonKind, Question, QuestionId, Role,
    RulingOrigin, Said, Value,
};
use crate::error::{Error, Result};
use crate::ids::mix;
use crate::project::{ItemBatch, NewAnswer, NewItem, NewRuling, Place, Project, Update};
use serde_json::json;
use std::collections::HashMap;
use std::path::Path;

const REVIEWS: &[u8] = include_bytes!("../../sample-data/reviews.csv");
const ANSWERS: &[u8] = include_bytes!("../../sample-data/reviews_answers.csv");
const GUIDELINES: &str = include_str!("../../sample-data/reviews_guidelines.md");

/// Of a hundred reviews, so many have answers already.
const ANSWERED: u64 = 12;
/// Of a hundred answered reviews, so many are settled.
const SETTLED: u64 = 30;
/// Share of the sentences that is set aside for evaluation.
const EVALUATION: f64 = 0.1;
/// Sentences that two raters answered are asked of a third, so that the overlap lane has something to ask.
const OVERLAP_ANSWERS: u32 = 3;
const SEED: u64 = 0;

/// One sentence of the sample data.
struct Sentence {
    id: String,
    text: String,
    review: i64,
    sentence: i64,
    product: String,
    gold: String,
}

/// One rating of the sample data.
struct Rating {
    id: String,
    annotator: String,
    sentiment: String,
}

/// Makes the demo's project.
///
/// # Errors
/// Where there is a file already, or none can be written there. A project that could not be finished is taken away.
pub fn unpack(path: &Path, place: Place, by: &str) -> Result<()> {
    let sentences = sentences()?;
    let ratings = ratings()?;
    Project::create_filled(path, place, false, |project| {
        let by = project.join(by)?;
        let question = ask(project, by, &sentences)?;
        answer(project, by, &question, &sentences, &ratings)
    })
}

/// Brings in the sentences with their gold, and asks for their sentiment.
fn ask(project: &mut Project, by: PersonId, sentences: &[Sentence]) -> Result<Question> {
    let field = |name: &str, kind, show| Field { name: name.into(), kind, show, feature: false, slice: true };
    let fields = [
        field("review", FieldType::Integer, false),
        field("sentence", FieldType::Integer, false),
        field("product", FieldType::Text, true),
    ];
    let rows: Vec<NewItem> = sentences.iter().map(Sentence::item).collect();
    let batch =
        ItemBatch { source: "reviews.csv", rows: &rows, update: Update::Refuse, evaluation: EVALUATION, seed: SEED };
    let (_, id) = project.write(by, ActKind::Init, |w| {
        w.declare_fields(&fields)?;
        w.put_items(&batch, &mut |_| ())?;
        let id: QuestionId = w.add_question("sentiment", Kind::Choice)?;
        for (name, key) in [("negative", '1'), ("neutral", '2'), ("positive", '3')] {
            w.add_label(id, name, Some(key))?;
        }
        w.write_guidelines(id, GUIDELINES)?;
        w.set_setting("overlap.answers", &json!(OVERLAP_ANSWERS))?;
        Ok(id)
    })?;
    let question = project.question(Some("sentiment"))?;
    project.write(by, ActKind::Import, |w| {
        (1..).zip(sentences).try_for_each(|(seq, s)| w.put_gold(id, seq, &value(&question, &s.gold)?).map(drop))
    })?;
    Ok(question)
}

/// Brings in the raters' answers to some reviews, and settles some of those.
fn answer(
    project: &mut Project,
    by: PersonId,
    question: &Question,
    sentences: &[Sentence],
    ratings: &[Rating],
) -> Result<()> {
    let columns = project.items()?;
    let seqs: HashMap<&str, (u32, &Sentence)> =
        (1..).zip(sentences).map(|(seq, s)| (s.id.as_str(), (seq, s))).collect();
    let is_open = |seq: u32| !columns.is_test(seq);
    project.write(by, ActKind::Import, |w| {
        for rating in ratings {
            let Some((seq, sentence)) = seqs.get(rating.id.as_str()) else { continue };
            if !is_open(*seq) || !sentence.is_answered() || !sentence.is_rated_by(&rating.annotator) {
                continue;
            }
            let person = w.person_or_add(&rating.annotator, Role::Annotator, PersonKind::Person)?;
            w.add_answer(&NewAnswer {
                person,
                question: question.id,
                item: *seq,
                text_hash: None,
                said: Said::Value(value(question, &rating.sentiment)?),
                flag: false,
                note: None,
                how: How::picked(Origin::Import),
                source: Some("reviews_answers.csv".to_owned()),
            })?;
        }
        for (seq, sentence) in (1..).zip(sentences).filter(|(seq, s)| is_open(*seq) && s.is_settled()) {
            let value = value(question, &sentence.gold)?;
            let note = Some("the mean of twenty raters".to_owned());
            w.add_ruling(&NewRuling { note, ..NewRuling::of(question.id, seq, value, RulingOrigin::Imported) })?;
        }
        Ok(())
    })?;
    Ok(())
}

impl Sentence {
    fn item(&self) -> NewItem {
        NewItem {
            id: Some(self.id.clone()),
            text: self.text.clone(),
            fields: vec![
                FieldValue::Integer(self.review),
                FieldValue::Integer(self.sentence),
                FieldValue::Text(self.product.clone()),
            ],
            group: Some(self.review.to_string()),
        }
    }

    fn draw(&self) -> u64 {
        mix(SEED, self.review.unsigned_abs())
    }

    fn is_answered(&self) -> bool {
        self.draw() % 100 < ANSWERED
    }

    fn is_settled(&self) -> bool {
        self.is_answered() && self.draw() / 100 % 100 < SETTLED
    }

    /// Two to six raters answered, the same for all sentences of a review: raters 1 to n.
    fn is_rated_by(&self, annotator: &str) -> bool {
        let raters = 2 + self.draw() / 10_000 % 5;
        annotator.rsplit('-').next().and_then(|n| n.parse::<u64>().ok()).is_some_and(|n| n <= raters)
    }
}

fn value(question: &Question, name: &str) -> Result<Value> {
    question.parse_value(name)
}

fn sentences() -> Result<Vec<Sentence>> {
    rows(REVIEWS, |cell| {
        let number = |name: &str| cell(name)?.parse::<i64>().map_err(|_| wrong(name));
        Ok(Sentence {
            id: cell("id")?,
            text: cell("text")?,
            review: number("review")?,
            sentence: number("sentence")?,
            product: cell("product")?,
            gold: cell("gold")?,
        })
    })
}

fn ratings() -> Result<Vec<Rating>> {
    rows(ANSWERS, |cell| Ok(Rating { id: cell("id")?, annotator: cell("annotator")?, sentiment: cell("sentiment")? }))
}

/// Reads embedded rows by the names of their columns.
fn rows<T>(bytes: &[u8], read: impl Fn(&dyn Fn(&str) -> Result<String>) -> Result<T>) -> Result<Vec<T>> {
    let mut reader = csv::Reader::from_reader(bytes);
    let headers = reader.headers().map_err(|_| wrong("header"))?.clone();
    let mut all = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|_| wrong("row"))?;
        let cell = |name: &str| {
            let place = headers.iter().position(|header| header == name);
            place.and_then(|place| record.get(place)).map(str::to_owned).ok_or_else(|| wrong(name))
        };
        all.push(read(&cell)?);
    }
    Ok(all)
}

fn wrong(what: &str) -> Error {
    Error::internal(format!("the sample data in this binary is damaged: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::FixedClock;
    use std::sync::Arc;

    fn place() -> Place {
        let clock = Arc::new(FixedClock::at(1_763_000_000_000));
        Place { clock, os_user: "ana".into(), host: "here".into(), pid: std::process::id() }
    }

    #[test]
    fn the_demo_is_partly_answered_and_mostly_open() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("reviews.karat");
        unpack(&path, place(), "ana").expect("a demo");
        let project = Project::open(&path, place()).expect("a project");
        let question = project.question(None).expect("one question");
        assert_eq!(project.item_count(), Ok(3708));
        assert_eq!(project.gold(&question).map(|gold| gold.len()), Ok(3708));
        let counts = project.counts(question.id).expect("counts");
        assert!((200..900).contains(&counts.answered_items), "{counts:?}");
        assert!(counts.answers > 2 * counts.answered_items, "{counts:?}");
        assert!((50..400).contains(&counts.rulings), "{counts:?}");
        assert!(question.guidelines.is_some_and(|g| g.text.contains("Sarcasm")));
        let shown: Vec<String> =
            project.fields().expect("fields").into_iter().filter(|f| f.show).map(|f| f.name).collect();
        assert_eq!(shown, ["product"]);
    }

    #[test]
    fn it_never_touches_a_file_that_is_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("reviews.karat");
        std::fs::write(&path, "mine").expect("written");
        assert!(unpack(&path, place(), "ana").is_err());
        assert_eq!(std::fs::read(&path).expect("still there"), b"mine");
    }
}
