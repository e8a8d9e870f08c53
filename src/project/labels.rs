//! Labels: ids that never change, under names, keys and places that are revised. Retiring and merging are revisions
//! too, resolved when answers are read, so that no answer is ever rewritten.

use super::facts::{self, Cell};
use super::{Writer, label_id, sql};
use crate::domain::{Label, LabelId, QuestionId, Value};
use crate::error::{Error, Result};
use crate::ids;
use rusqlite::Connection;
use std::collections::{HashMap, HashSet};

impl Writer<'_> {
    /// Adds a label at the end of a question's set; its id follows from its name where that is free, so that two
    /// copies that add the same one merge into one. A retired label of the name comes back.
    pub fn add_label(&mut self, question: QuestionId, name: &str, key: Option<char>) -> Result<LabelId> {
        self.kind_of(question)?.check_labels()?;
        let set = Set::read(self.conn, question)?;
        set.free_name(name)?;
        set.free_key(key, None)?;
        if let Some((position, label)) = set.labels.iter().find(|(_, l)| l.name == name && l.merged_into.is_none()) {
            let label = Label { retired: false, split: false, key: key.or(label.key), ..label.clone() };
            self.revise_label(question, *position, &label)?;
            return Ok(label.id);
        }
        let named = label_id(question, name);
        let taken = set.labels.iter().any(|(_, l)| l.id == named);
        let id = if taken { ids::fresh(self.at()) } else { named };
        let position = set.labels.iter().map(|(position, _)| *position).max().unwrap_or(0) + 1;
        let label = Label { id, name: name.to_owned(), key, retired: false, merged_into: None, split: false };
        self.revise_label(question, position, &label)?;
        Ok(id)
    }

    /// Gives a label another name.
    pub fn rename_label(&mut self, question: QuestionId, label: LabelId, name: &str) -> Result<()> {
        Set::read(self.conn, question)?.free_name(name)?;
        self.change_label(question, label, |l| l.name = name.to_owned())
    }

    /// Gives a label a key of its own, or takes it away.
    pub fn set_label_key(&mut self, question: QuestionId, label: LabelId, key: Option<char>) -> Result<()> {
        Set::read(self.conn, question)?.free_key(key, Some(label))?;
        self.change_label(question, label, |l| l.key = key)
    }

    /// Takes a label out of what can be given; answers keep it.
    pub fn retire_label(&mut self, question: QuestionId, label: LabelId) -> Result<()> {
        self.change_label(question, label, |l| l.retired = true)
    }

    /// Takes a label out of what can be given since others stand for parts of what it meant: answers keep it, and say
    /// nothing more by it.
    pub fn split_label(&mut self, question: QuestionId, label: LabelId) -> Result<()> {
        self.change_label(question, label, |l| (l.retired, l.split) = (true, true))
    }

    /// Retires a label and lets every answer with it count as another.
    pub fn merge_label(&mut self, question: QuestionId, from: LabelId, into: LabelId) -> Result<()> {
        let set = Set::read(self.conn, question)?;
        if set.merges().resolve(into) == from {
            return Err(Error::conflict("a label cannot be merged into itself"));
        }
        set.find(into)?;
        self.change_label(question, from, |l| (l.retired, l.merged_into) = (true, Some(into)))
    }

    fn change_label(&mut self, question: QuestionId, label: LabelId, change: impl FnOnce(&mut Label)) -> Result<()> {
        let set = Set::read(self.conn, question)?;
        let (position, before) = set.find(label)?;
        let mut after = before.clone();
        change(&mut after);
        if after == *before { Ok(()) } else { self.revise_label(question, *position, &after) }
    }

    /// All of an act's changes are one revision of the set, unless it changes a label twice.
    fn revise_label(&mut self, question: QuestionId, position: i64, label: &Label) -> Result<()> {
        let (act, seq) = (self.act()?, self.question_seq(question)?);
        let revision: i64 = sql::value(
            self.conn,
            "SELECT 1 + max(
                (SELECT coalesce(max(revision), 0) FROM label_revision WHERE question = ?1 AND act <> ?2),
                (SELECT coalesce(max(revision), 0) FROM label_revision WHERE question = ?1 AND act = ?2 AND label = ?3))",
            (seq, act, label.id.as_bytes()),
        )?;
        let key = label.key.map(String::from);
        self.fact(
            &facts::LABEL,
            &[
                Cell::Ref(seq, question.as_bytes()),
                Cell::Blob(label.id.as_bytes()),
                Cell::Int(revision),
                Cell::Int(position),
                Cell::Text(&label.name),
                Cell::text(key.as_deref()),
                Cell::Int(i64::from(label.retired)),
                label.merged_into.as_ref().map_or(Cell::Null, |into| Cell::Blob(into.as_bytes())),
                Cell::int(label.split.then_some(1)),
            ],
        )
    }
}

/// A question's labels with their places, and how often the set was revised.
pub(super) struct Set {
    labels: Vec<(i64, Label)>,
    revision: u32,
}

impl Set {
    pub(super) fn read(conn: &Connection, question: QuestionId) -> Result<Self> {
        let mut set = Self { labels: Vec::new(), revision: 0 };
        let query =
            "SELECT l.label, l.name, l.key, l.retired, l.merged_into, l.position, l.revision, coalesce(l.split, 0)
                     FROM label_revision l JOIN act a ON a.seq = l.act JOIN question q ON q.seq = l.question
                     WHERE q.id = ?1 AND l.act NOT IN (SELECT act FROM dead) ORDER BY l.label, l.revision, a.id";
        sql::each(conn, query, [question.as_bytes()], |row| {
            let label = Label {
                id: sql::id(row, 0)?,
                name: row.get(1)?,
                key: row.get::<_, Option<String>>(2)?.and_then(|k| k.chars().next()),
                retired: row.get(3)?,
                merged_into: sql::maybe_id(row, 4)?,
                split: row.get(7)?,
            };
            set.labels.pop_if(|(_, last)| last.id == label.id);
            set.labels.push((row.get(5)?, label));
            set.revision = set.revision.max(row.get(6)?);
            Ok(())
        })?;
        set.labels.sort_by(|(a, x), (b, y)| (a, x.id).cmp(&(b, y.id)));
        let mut keys = HashSet::new();
        for (_, label) in &mut set.labels {
            label.key = label.key.filter(|key| !label.retired && keys.insert(*key));
        }
        Ok(set)
    }

    /// Which labels count as which.
    pub(super) fn merges(&self) -> Merges {
        let direct: HashMap<LabelId, LabelId> =
            self.labels.iter().filter_map(|(_, l)| Some((l.id, l.merged_into?))).collect();
        let end = |id: LabelId| {
            let step = |id: LabelId| direct.get(&id).copied();
            (0..direct.len()).try_fold(id, |id, _| step(id).ok_or(id)).unwrap_or_else(|last| last)
        };
        Merges(direct.keys().map(|id| (*id, end(*id))).collect())
    }

    fn find(&self, id: LabelId) -> Result<&(i64, Label)> {
        let found = self.labels.iter().find(|(_, l)| l.id == id);
        found.ok_or_else(|| Error::conflict(format!("no label of this question has the id {id}")))
    }

    fn free_name(&self, name: &str) -> Result<()> {
        if name.trim().is_empty() {
            return Err(Error::usage("a label's name must not be empty"));
        }
        match self.labels.iter().find(|(_, l)| !l.retired && l.name == name) {
            Some(_) => Err(Error::conflict(format!("a label called {name:?} is there already"))),
            None => Ok(()),
        }
    }

    fn free_key(&self, key: Option<char>, but: Option<LabelId>) -> Result<()> {
        let holder = key.and_then(|k| self.labels.iter().find(|(_, l)| l.key == Some(k) && Some(l.id) != but));
        match (key, holder) {
            (Some(key), Some((_, label))) => {
                Err(Error::conflict(format!("the key {key} gives {:?} already", label.name)).hint("choose another key"))
            }
            _ => Ok(()),
        }
    }
}

/// A question's labels in order, and how often the set was revised.
pub(super) fn labels(conn: &Connection, question: QuestionId) -> Result<(Vec<Label>, u32)> {
    let set = Set::read(conn, question)?;
    Ok((set.labels.into_iter().map(|(_, label)| label).collect(), set.revision))
}

/// What merged labels count as now.
pub(super) struct Merges(HashMap<LabelId, LabelId>);

impl Merges {
    pub(super) fn resolve(&self, id: LabelId) -> LabelId {
        self.0.get(&id).copied().unwrap_or(id)
    }

    /// A value as it counts now.
    pub(super) fn value(&self, value: Value) -> Value {
        match value {
            Value::Choice(label) => Value::Choice(self.resolve(label)),
            Value::Choices(labels) => {
                let mut labels: Vec<LabelId> = labels.into_iter().map(|l| self.resolve(l)).collect();
                labels.sort_unstable();
                labels.dedup();
                Value::Choices(labels)
            }
            Value::Spans(mut spans) => {
                spans.iter_mut().for_each(|span| span.label = self.resolve(span.label));
                spans.sort_unstable();
                spans.dedup();
                Value::Spans(spans)
            }
            other => other,
        }
    }
}
