//! Whatever the data are like, a training makes a sane run or says what is wrong.

use super::*;
use crate::clock::FixedClock;
use crate::domain::{
    ActKind, Field, FieldType, FieldValue, Kind, PersonId, Question, RulingOrigin, Split, SplitBy, SplitRule, Value,
};
use crate::error::Result;
use crate::jobs::Control;
use crate::models::learner::LearnerKind;
use crate::paths::Paths;
use crate::project::{ItemBatch, NewItem, NewRuling, Place, Project, Run, Update};
use std::sync::Arc;

/// What is in a project: text, two fields, the labels that are settled, the split.
type Row = (String, [FieldValue; 2], Option<Vec<usize>>, Split);

struct World {
    _folder: tempfile::TempDir,
    paths: Paths,
    project: Project,
    by: PersonId,
    question: Question,
    asked: Asked,
}

impl World {
    fn of(kind: Kind, labels: usize, rows: &[Row]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        let paths =
            Paths { config_file: at("c.toml"), config: at("c"), cache: at("cache"), state: at("s"), data: at("d") };
        let clock = Arc::new(FixedClock::at(1_763_000_000_000));
        let place = Place { clock, os_user: "ana".into(), host: "here".into(), pid: 1 };
        let mut project = Project::create(&at("p.karat"), place, false).expect("a project");
        let by = project.join("ana").expect("a person");
        let field =
            |name: &str| Field { name: name.into(), kind: FieldType::Text, show: true, feature: true, slice: true };
        let items: Vec<NewItem> = (rows.iter().enumerate())
            .map(|(i, (text, fields, ..))| NewItem {
                id: Some(i.to_string()),
                text: text.clone(),
                fields: fields.to_vec(),
                group: None,
            })
            .collect();
        let batch = ItemBatch { source: "test", rows: &items, update: Update::Refuse, evaluation: 0.0, seed: 0 };
        let (_, question) = project
            .write(by, ActKind::Init, |w| {
                w.declare_fields(&[field("a"), field("b")])?;
                w.put_items(&batch, &mut |_| ())?;
                let question = w.add_question("label", kind)?;
                let ids = (0..labels).map(|i| w.add_label(question, &format!("label {i}"), None));
                let ids = ids.collect::<Result<Vec<_>>>()?;
                for ((.., settled, _), item) in rows.iter().zip(1..) {
                    let Some(settled) = settled else { continue };
                    let value = match kind {
                        Kind::Choices => Value::Choices(settled.iter().map(|i| ids[*i]).collect()),
                        Kind::Rating => Value::Rating(settled[0] as i64 + 1),
                        _ => Value::Choice(ids[settled[0]]),
                    };
                    w.add_ruling(&NewRuling::of(question, item, value, RulingOrigin::Imported))?;
                }
                Ok(question)
            })
            .expect("filled");
        let rule = SplitRule { by: SplitBy::Field { field: "a".into() }, group: None, seed: 0 };
        let asked = Asked { learning_curve: LearningCurve::Off, ..Asked::default() };
        let bound = project.bound(None).expect("items");
        let splits: Vec<_> = bound.iter().map(|bound| (bound, rows[bound.seq as usize - 1].3)).collect();
        project.write(by, ActKind::Split, |w| w.add_split(&rule, &splits)).expect("split");
        let question = project.questions().expect("questions").into_iter().find(|q| q.id == question).expect("it");
        Self { _folder: folder, paths, project, by, question, asked }
    }

    fn train(&mut self, model: LearnerKind, sources: &[Source]) -> Result<Run> {
        const QUICK: [(&str, &str); 4] = [("trees", "4"), ("hidden", "8"), ("text_bits", "8"), ("max_epochs", "5")];
        let known = |name: &str| model.parameters().iter().any(|parameter| parameter.name == name);
        let slow = matches!(model.as_str(), "mlp" | "boosting" | "forest");
        let set = QUICK.iter().filter(|(name, _)| slow && known(name));
        let set = set.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let asked = Asked { model, sources: sources.to_vec(), set, ..self.asked.clone() };
        train(&mut self.project, &self.paths, self.by, &self.question, &asked, &Control::default(), |_| Ok(()))
    }

    /// What a run says of its own items and of one that is like none of them is all finite, and sums to 1 where it should.
    fn is_sane(&self, run: &Run, what: &str) {
        let kept = kept(&self.project, run).expect("a model");
        let said = self.project.predictions(run.id, kept.head.classes.len()).expect("predictions");
        let odd = [FieldValue::Text("never seen".into()), FieldValue::Number(-1e300)];
        let new = kept.says_of(&["words that nobody wrote", ""], &[odd.to_vec(), vec![FieldValue::Null; 2]]);
        let new = new.expect("no encoder");
        let own = (0..said.items.len()).map(|place| said.row(place));
        for p in own.chain((0..new.len()).map(|row| new.row(row))) {
            assert!(p.iter().all(|p| (0.0..=1.0).contains(p)), "{what}: {p:?}");
            let sum: f32 = p.iter().sum();
            assert!(kept.head.classes.are_sets() || (sum - 1.0).abs() < 1e-3, "{what}: {p:?} sums to {sum}");
        }
        let record = &run.run.record;
        match record["judged_by"].as_str() {
            Some(judged) => assert!(record["metrics"][judged]["accuracy"]["value"].is_number(), "{what}: {record}"),
            None => assert!(record["reason"].is_string(), "{what}: {record}"),
        }
    }
}

/// What a training comes to.
#[derive(Clone, Copy)]
enum Comes {
    /// A run.
    Trained,
    /// Words like these.
    Refused(&'static str),
    /// Either: some models see nothing in it to learn from, and say so.
    Either(&'static str),
}
use Comes::{Either, Refused, Trained};

/// Some data, and what trainings on them come to: of the majority, and of all others.
struct Case {
    name: &'static str,
    sources: &'static [Source],
    rows: Vec<Row>,
    floor: Comes,
    others: Comes,
}

fn case(name: &'static str, sources: &'static [Source], others: Comes, rows: Vec<Row>) -> Case {
    let floor = if matches!(others, Refused(NONE)) { others } else { Trained };
    Case { name, sources, rows, floor, others }
}

/// So many rows of labels in turn, of which the last third judges; `change` makes of each what the case is about.
fn rows(n: usize, labels: usize, change: impl Fn(usize, &mut Row)) -> Vec<Row> {
    let row = |i: usize| {
        let class = i % labels.max(1);
        let text = format!("{} thing number {i}", ["good", "bad", "odd", "rare"][class % 4]);
        let fields = [FieldValue::Text(["red", "blue"][class % 2].into()), FieldValue::Integer((i * class) as i64)];
        let split = if i >= n * 2 / 3 { Split::Test } else { Split::Train };
        let mut row = (text, fields, Some(vec![class]), split);
        change(i, &mut row);
        row
    };
    (0..n).map(row).collect()
}

const NONE: &str = "no item of the train split has a settled value";
const NOTHING: &str = "nothing to tell apart";
const READS: &str = "there is nothing of that";
const BOTH: &[Source] = &[Source::Text, Source::Fields];
const TEXT: &[Source] = &[Source::Text];
const FIELDS: &[Source] = &[Source::Fields];

fn everyone(kind: Kind, labels: usize, cases: &[Case]) {
    for case in cases {
        let mut world = World::of(kind, labels, &case.rows);
        for model in LearnerKind::ALL {
            let what = format!("{}, {model}", case.name);
            let comes = if *model == LearnerKind::Majority { case.floor } else { case.others };
            match (world.train(*model, case.sources), comes) {
                (Ok(run), Trained | Either(_)) => world.is_sane(&run, &what),
                (Err(error), Refused(words) | Either(words)) => {
                    assert!(error.message.contains(words), "{what}: {}", error.message);
                }
                (Ok(_), Refused(words)) => panic!("{what}: a run, and no {words:?}"),
                (Err(error), Trained) => panic!("{what}: {}", error.message),
            }
        }
    }
}

fn teach(row: &mut Row) {
    row.3 = Split::Train;
}

/// A third label, which one row of those that teach has.
fn rare(i: usize, row: &mut Row) {
    row.2 = Some(vec![if i == 3 { 2 } else { i % 2 }]);
}

#[test]
fn splits_and_labels_that_are_hardly_there() {
    everyone(
        Kind::Choice,
        3,
        &[
            case("nothing to learn from", BOTH, Refused(NONE), rows(12, 3, |_, row| row.3 = Split::Test)),
            case("nothing settled", BOTH, Refused(NONE), rows(12, 3, |_, row| row.2 = None)),
            case("no test split", BOTH, Trained, rows(12, 3, |_, row| teach(row))),
            case("one class", BOTH, Refused(NOTHING), rows(12, 1, |_, _| ())),
            case("one class, no test split", FIELDS, Refused(NOTHING), rows(12, 1, |_, row| teach(row))),
            case("a label of one row", BOTH, Trained, rows(24, 2, rare)),
            case(
                "a label of one row, no test split",
                FIELDS,
                Trained,
                rows(24, 2, |i, row| {
                    rare(i, row);
                    teach(row);
                }),
            ),
            case(
                "a label in the test split alone",
                BOTH,
                Trained,
                rows(24, 2, |i, row| row.2 = Some(vec![if i > 18 { 2 } else { i % 2 }])),
            ),
            case("one row", BOTH, Refused(NOTHING), rows(1, 3, |_, row| teach(row))),
            case("two rows", BOTH, Trained, rows(2, 3, |_, row| teach(row))),
        ],
    );
    let many = rows(5, 40, |_, row| teach(row));
    everyone(Kind::Choice, 40, &[case("more labels than rows", FIELDS, Trained, many)]);
    everyone(Kind::Choice, 0, &[case("no labels", BOTH, Refused(NONE), rows(6, 1, |_, row| row.2 = None))]);
}

#[test]
fn texts_and_fields_that_say_hardly_anything_or_too_much() {
    let huge = |i: usize| [1e308, -1e308, f64::MAX, f64::INFINITY, f64::NAN, 0.0, 1e-300][i % 7];
    let (number, word) = (FieldValue::Number, |word: String| FieldValue::Text(word));
    let gone = FieldValue::Null;
    everyone(
        Kind::Choice,
        3,
        &[
            case(
                "a category that training has not seen",
                FIELDS,
                Trained,
                rows(24, 3, |i, row| row.1[0] = word(format!("colour {}", i / 8))),
            ),
            case(
                "a category for every row",
                FIELDS,
                Either(READS),
                rows(24, 3, |i, row| row.1 = [word(format!("own {i}")), gone.clone()]),
            ),
            case("no texts", BOTH, Trained, rows(24, 3, |_, row| row.0.clear())),
            case("no texts and nothing else", TEXT, Either(READS), rows(24, 3, |_, row| row.0.clear())),
            case(
                "one text",
                TEXT,
                Either(READS),
                rows(24, 3, |_, row| {
                    row.0 = "the same".into();
                    teach(row);
                }),
            ),
            case(
                "constant fields",
                FIELDS,
                Either(READS),
                rows(24, 3, |_, row| row.1 = [word("x".into()), FieldValue::Integer(7)]),
            ),
            case("missing fields", FIELDS, Either(READS), rows(24, 3, |_, row| row.1 = [gone.clone(), gone.clone()])),
            case(
                "numbers without bounds",
                FIELDS,
                Trained,
                rows(24, 3, |i, row| row.1 = [number(huge(i)), number(huge(i + i / 7))]),
            ),
            case(
                "the greatest whole numbers",
                BOTH,
                Trained,
                rows(24, 3, |i, row| row.1[1] = FieldValue::Integer([i64::MAX, i64::MIN, 0][i % 3])),
            ),
            case(
                "numbers and words in one field",
                BOTH,
                Trained,
                rows(24, 3, |i, row| row.1[1] = if i % 2 == 0 { number(i as f64) } else { word("many".into()) }),
            ),
        ],
    );
}

#[test]
fn odd_label_sets_and_ratings() {
    let sets = |i: usize| (0..3).filter(|label| (i >> label) & 1 > 0).collect();
    everyone(
        Kind::Choices,
        3,
        &[
            case("sets", BOTH, Trained, rows(24, 3, |i, row| row.2 = Some(sets(i)))),
            case("empty sets", BOTH, Either(NOTHING), rows(24, 3, |_, row| row.2 = Some(Vec::new()))),
            case("all labels everywhere", BOTH, Either(NOTHING), rows(24, 3, |_, row| row.2 = Some(vec![0, 1, 2]))),
            case("one row of sets", BOTH, Either(NOTHING), rows(1, 3, |_, row| teach(row))),
            case("sets, no test split", BOTH, Trained, rows(9, 3, |_, row| teach(row))),
        ],
    );
    everyone(
        Kind::Rating,
        0,
        &[
            case("ratings", BOTH, Trained, rows(24, 5, |_, _| ())),
            case("one rating", BOTH, Refused(NOTHING), rows(24, 1, |_, _| ())),
        ],
    );
}

#[test]
fn curves_and_seeds_of_few_rows_come_out_again() {
    for split in [Split::Train, Split::Test] {
        let few = rows(12, 3, |_, row| row.3 = row.3.min(split));
        let mut world = World::of(Kind::Choice, 3, &few);
        world.asked = Asked { seeds: 2, learning_curve: LearningCurve::On, ..Asked::default() };
        for model in LearnerKind::ALL {
            let run = world.train(*model, FIELDS).expect("a run");
            world.is_sane(&run, &format!("{split} {model}"));
            assert!(!run.run.record["learning_curve"]["points"].as_array().expect("points").is_empty());
            let again = reproduce(&world.project, &world.paths, &world.question, &run, None, &Control::default());
            assert_eq!(again.expect("trained again").differences, [], "{split} {model}");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_training_that_nobody_can_tell_of_is_ended_with_why() {
    let mut world = World::of(Kind::Choice, 2, &[]);
    std::fs::remove_file(world.project.path()).expect("removed");
    let control = Control::default();
    let failed = super::announce::announce(&mut world.project, world.by, &world.question, &world.asked, &control);
    let error = failed.err().expect("there is no file for another connection");
    let ended = world.project.trainings().expect("trainings").remove(0);
    assert_eq!((ended.state, ended.said), (crate::project::TrainingState::Failed, Some(error.to_string())));
}
