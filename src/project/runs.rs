//! Runs: explicit trainings and imported predictions, each with what it was made of, how good it is, its artifacts and
//! what it says of every item. A run is written whole when it is finished, and never changes; where it stands among the
//! others is a fact of its own.

use super::facts::{self, Cell};
use super::{Project, SnapshotId, Writer, questions, sql};
use crate::clock::Millis;
use crate::domain::{ActId, Id, ItemKey, PersonId, QuestionId, words};
use crate::error::{Error, Result};
use crate::ids;
use crate::training::evaluation::predicted;
use serde_json::Value as Json;

/// Names a run.
pub type RunId = Id<Run>;

/// Predictions that one chunk holds.
const CHUNK: usize = 65_536;
/// The level of compression: quick, and half of what can be won.
const LEVEL: i32 = 3;

words! {
    /// How a run came about.
    RunOrigin: "origin of a run" {
        /// It was trained here.
        Trained = "trained",
        /// Its predictions came in from a file.
        Imported = "imported",
    }
}

words! {
    /// What was decided about a run.
    Decision: "decision" {
        /// It is the model that counts from now on.
        Promoted = "promoted",
        /// The model that counted before it counts again.
        RolledBack = "rolled-back",
        /// Nobody should use it any more.
        Retired = "retired",
        /// It may be used again.
        Restored = "restored",
    }
}

/// A run that has just been finished.
#[derive(Debug, Clone, PartialEq)]
pub struct NewRun {
    /// Of which question.
    pub question: QuestionId,
    /// What somebody calls it.
    pub name: String,
    /// How it came about.
    pub origin: RunOrigin,
    /// The family of models, or what made the predictions.
    pub model: String,
    /// Seed of everything random in it.
    pub seed: u64,
    /// The state that it was trained on.
    pub snapshot: Option<SnapshotId>,
    /// Parameters, rows, metrics, times, machine: all that is known of it.
    pub record: Json,
}

/// A run.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// Counts from 1 in each question; copies that were merged may have two of one number.
    pub number: u32,
    /// What was recorded.
    pub run: NewRun,
    /// The act that wrote it.
    pub act: ActId,
    /// Who made it.
    pub by: PersonId,
    /// When it was finished, UTC milliseconds.
    pub at: Millis,
}

/// A decision about a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// The run.
    pub run: RunId,
    /// What was decided.
    pub decision: Decision,
    /// Why.
    pub note: Option<String>,
    /// By whom.
    pub by: PersonId,
    /// When, UTC milliseconds.
    pub at: Millis,
}

/// What a run says of items, in the order of their keys.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Predictions {
    /// The items' rows and keys.
    pub items: Vec<(u32, ItemKey)>,
    /// How many classes there are.
    pub classes: usize,
    /// The class of each item, by the run's list of classes; empty where items have sets of labels.
    pub labels: Vec<u32>,
    /// The classes of each item, ascending, where items have sets of labels; else empty.
    pub sets: Vec<Vec<u32>>,
    /// The probability of every class for each item, row after row; empty where the run gives none.
    pub probabilities: Vec<f32>,
}

impl Predictions {
    /// The probabilities of one item by its place; empty where there are none.
    pub fn row(&self, place: usize) -> &[f32] {
        self.probabilities.get(place * self.classes..(place + 1) * self.classes).unwrap_or_default()
    }

    /// Puts the items in the order of their keys.
    #[must_use]
    pub fn sorted(&self) -> Self {
        let mut order: Vec<usize> = (0..self.items.len()).collect();
        order.sort_unstable_by_key(|&place| self.items[place].1);
        Self {
            items: order.iter().map(|&place| self.items[place]).collect(),
            classes: self.classes,
            labels: order.iter().filter_map(|&place| self.labels.get(place).copied()).collect(),
            sets: order.iter().filter_map(|&place| self.sets.get(place).cloned()).collect(),
            probabilities: order.iter().flat_map(|&place| self.row(place).iter().copied()).collect(),
        }
    }
}

impl Project {
    /// The runs of a question, oldest first.
    pub fn runs(&self, question: QuestionId) -> Result<Vec<Run>> {
        let query = "SELECT r.id, r.number, r.name, r.origin, r.model, r.seed, r.snapshot, r.record, a.id, a.person,
                        a.at_utc_ms
                     FROM run r JOIN act a ON a.seq = r.act WHERE r.question = ?1
                        AND r.act NOT IN (SELECT act FROM dead) ORDER BY r.number, a.id";
        sql::list(&self.conn, query, [questions::question_seq(&self.conn, question)?], |row| {
            let run = NewRun {
                question,
                name: row.get(2)?,
                origin: sql::word(row, 3)?,
                model: row.get(4)?,
                seed: row.get::<_, i64>(5)?.cast_unsigned(),
                snapshot: sql::maybe_id(row, 6)?,
                record: sql::json(&row.get::<_, String>(7)?)?,
            };
            Ok(Run {
                id: sql::id(row, 0)?,
                number: row.get(1)?,
                run,
                act: sql::id(row, 8)?,
                by: sql::id(row, 9)?,
                at: row.get(10)?,
            })
        })
    }

    /// The number of a run that was not taken back.
    pub fn run_number(&self, run: RunId) -> Result<Option<u32>> {
        let query =
            "SELECT number FROM run WHERE id = ?1 AND act NOT IN (SELECT act FROM dead) ORDER BY number LIMIT 1";
        sql::first(&self.conn, query, [run.as_bytes()], |row| Ok(row.get(0)?))
    }

    /// What was decided about the runs of a question, oldest first.
    pub fn decisions(&self, question: QuestionId) -> Result<Vec<Decided>> {
        let query = "SELECT d.run, d.decision, n.body, a.person, a.at_utc_ms FROM run_decision d
                     JOIN act a ON a.seq = d.act LEFT JOIN content n ON n.id = d.note
                     WHERE d.question = ?1 AND d.act NOT IN (SELECT act FROM dead) ORDER BY d.revision, a.id";
        sql::list(&self.conn, query, [questions::question_seq(&self.conn, question)?], |row| {
            Ok(Decided {
                run: sql::id(row, 0)?,
                decision: sql::word(row, 1)?,
                note: row.get(2)?,
                by: sql::id(row, 3)?,
                at: row.get(4)?,
            })
        })
    }

    /// The names of a run's artifacts with their sizes in bytes.
    pub fn artifact_sizes(&self, run: RunId) -> Result<Vec<(String, u64)>> {
        let query = "SELECT DISTINCT name, length(body) FROM run_artifact WHERE run = ?1 ORDER BY name";
        sql::list(&self.conn, query, [run.as_bytes()], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned())))
    }

    /// A run's artifacts: what it takes to predict with it.
    pub fn artifacts(&self, run: RunId) -> Result<Vec<(String, Vec<u8>)>> {
        let query = "SELECT DISTINCT name, body FROM run_artifact WHERE run = ?1 ORDER BY name";
        sql::list(&self.conn, query, [run.as_bytes()], |row| {
            Ok((row.get(0)?, unpacked(row.get_ref(1)?.as_blob().map_err(|e| sql::damaged(&e))?)?))
        })
    }

    /// What a run says of the items that are still there.
    pub fn predictions(&self, run: RunId, classes: usize) -> Result<Predictions> {
        let mut predictions = Predictions { classes, ..Predictions::default() };
        let sets: Option<bool> = sql::first(
            &self.conn,
            "SELECT coalesce(json_extract(record, '$.labels.kind') = 'choices', 0) FROM run WHERE id = ?1",
            [run.as_bytes()],
            |row| Ok(row.get(0)?),
        )?;
        let sets = sets.unwrap_or(false);
        let width = if sets { classes.div_ceil(8) } else { 4 };
        let query =
            "SELECT DISTINCT first, items, labels, probabilities FROM run_prediction WHERE run = ?1 ORDER BY first";
        let mut keys: Vec<ItemKey> = Vec::new();
        sql::each(&self.conn, query, [run.as_bytes()], |row| {
            let blob = |column: usize| -> Result<Vec<u8>> {
                match row.get_ref(column)?.as_blob_or_null().map_err(|e| sql::damaged(&e))? {
                    Some(bytes) => unpacked(bytes),
                    None => Ok(Vec::new()),
                }
            };
            let (items, labels, probabilities) = (blob(1)?, blob(2)?, blob(3)?);
            let n = items.len() / 32;
            if !(labels.is_empty() || labels.len() == n * width)
                || !(probabilities.is_empty() || probabilities.len() == n * classes * 4)
            {
                return Err(sql::damaged(&"a run's predictions are not as long as its items"));
            }
            keys.extend(items.as_chunks::<32>().0.iter().map(|key| ItemKey(*key)));
            match sets {
                true => predictions.sets.extend(labels.chunks(width.max(1)).map(unpacked_set)),
                false => predictions.labels.extend(labels.as_chunks::<4>().0.iter().map(|b| u32::from_le_bytes(*b))),
            }
            predictions.probabilities.extend(probabilities.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)));
            Ok(())
        })?;
        // Both are in the order of the keys: one walk finds the rows.
        let mut at = 0;
        let mut place = vec![0u32; keys.len()];
        sql::each(&self.conn, "SELECT key, seq FROM item ORDER BY key", [], |row| {
            let key = sql::key(row, 0)?;
            while keys.get(at).is_some_and(|known| *known < key) {
                at += 1;
            }
            if keys.get(at) == Some(&key) {
                place[at] = row.get(1)?;
            }
            Ok(())
        })?;
        predictions.items = place.into_iter().zip(keys).collect();
        if sets && predictions.sets.is_empty() {
            // Older runs have the probabilities alone.
            predictions.sets = (0..predictions.items.len()).map(|place| predicted(predictions.row(place))).collect();
        }
        Ok(predictions)
    }
}

impl Writer<'_> {
    /// Records a finished run with everything that belongs to it.
    pub fn add_run(&mut self, new: &NewRun, artifacts: &[(String, Vec<u8>)], said: &Predictions) -> Result<RunId> {
        let question = self.question_seq(new.question)?;
        let id: RunId = ids::fresh(self.at());
        let number: i64 =
            sql::value(self.conn, "SELECT coalesce(max(number), 0) + 1 FROM run WHERE question = ?1", [question])?;
        self.fact(
            &facts::RUN,
            &[
                Cell::Blob(id.as_bytes()),
                Cell::Ref(question, new.question.as_bytes()),
                Cell::Int(number),
                Cell::Text(&new.name),
                Cell::Text(new.origin.as_str()),
                Cell::Text(&new.model),
                Cell::Int(new.seed.cast_signed()),
                new.snapshot.as_ref().map_or(Cell::Null, |id| Cell::Blob(id.as_bytes())),
                Cell::Text(&new.record.to_string()),
            ],
        )?;
        for (name, bytes) in artifacts {
            let packed = packed(bytes)?;
            self.fact(&facts::RUN_ARTIFACT, &[Cell::Blob(id.as_bytes()), Cell::Text(name), Cell::Blob(&packed)])?;
        }
        let said = said.sorted();
        for (chunk, items) in said.items.chunks(CHUNK).enumerate() {
            let first = chunk * CHUNK;
            let keys: Vec<u8> = items.iter().flat_map(|(_, key)| key.0).collect();
            let own = first..first + items.len();
            let labels = said.labels.get(own.clone()).unwrap_or_default().iter().flat_map(|label| label.to_le_bytes());
            let sets = said.sets.get(own).unwrap_or_default().iter().flat_map(|set| packed_set(set, said.classes));
            let labels: Vec<u8> = labels.chain(sets).collect();
            let rows = (first * said.classes)..((first + items.len()) * said.classes);
            let probabilities: Vec<u8> =
                said.probabilities.get(rows).unwrap_or_default().iter().flat_map(|p| p.to_le_bytes()).collect();
            let (keys, labels, probabilities) = (packed(&keys)?, packed(&labels)?, packed(&probabilities)?);
            self.fact(
                &facts::RUN_PREDICTION,
                &[
                    Cell::Blob(id.as_bytes()),
                    Cell::Int(i64::try_from(first).unwrap_or(i64::MAX)),
                    Cell::Blob(&keys),
                    Cell::Blob(&labels),
                    if said.probabilities.is_empty() { Cell::Null } else { Cell::Blob(&probabilities) },
                ],
            )?;
        }
        Ok(id)
    }

    /// Records what somebody decided about a run.
    pub fn decide(&mut self, question: QuestionId, run: RunId, decision: Decision, note: Option<&str>) -> Result<()> {
        let seq = self.question_seq(question)?;
        let revision: i64 = sql::value(
            self.conn,
            "SELECT coalesce(max(revision), 0) + 1 FROM run_decision WHERE question = ?1",
            [seq],
        )?;
        let note = self.hold_some(note)?;
        self.fact(
            &facts::RUN_DECISION,
            &[
                Cell::Ref(seq, question.as_bytes()),
                Cell::Int(revision),
                Cell::Blob(run.as_bytes()),
                Cell::Text(decision.as_str()),
                Cell::held(note.as_ref()),
            ],
        )
    }
}

/// A set of classes as one bit for each class, the lowest bit of the first byte first.
fn packed_set(set: &[u32], classes: usize) -> Vec<u8> {
    let mut bytes = vec![0; classes.div_ceil(8)];
    for class in set.iter().map(|class| *class as usize).filter(|class| *class < classes) {
        bytes[class / 8] |= 1 << (class % 8);
    }
    bytes
}

fn unpacked_set(bytes: &[u8]) -> Vec<u32> {
    let has = |class: &u32| bytes[*class as usize / 8] & (1 << (class % 8)) != 0;
    (0..bytes.len() as u32 * 8).filter(has).collect()
}

fn packed(bytes: &[u8]) -> Result<Vec<u8>> {
    zstd::encode_all(bytes, LEVEL).map_err(|e| Error::internal(format!("compressing: {e}")))
}

pub(super) fn unpacked(bytes: &[u8]) -> Result<Vec<u8>> {
    zstd::decode_all(bytes).map_err(|e| sql::damaged(&e))
}
