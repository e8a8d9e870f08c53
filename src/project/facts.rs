//! The table of fact tables. Hashing, verifying, merging and erasing read it, so that a new family of facts is one
//! entry here and a migration, and none of those has code of its own for any family.

use super::hash::Keys;
use super::sql;
use crate::domain::Digest;
use crate::error::Result;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, Row, ToSql};
use std::sync::OnceLock;

/// What a column's value stands for in every copy of the project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Link {
    /// Itself.
    Plain,
    /// The hash of a content.
    Content,
    /// An item's key.
    Item,
    /// A person's id.
    Person,
    /// A question's id.
    Question,
}

/// A table of facts; `act` comes before the columns named here.
#[derive(Debug)]
pub(super) struct Table {
    pub name: &'static str,
    /// What one and several of its facts are called.
    pub called: (&'static str, &'static str),
    /// The columns that are hashed and merged, in the order of hashing.
    pub columns: &'static [(&'static str, Link)],
    insert: OnceLock<String>,
}

use Link::{Content, Item, Person, Plain, Question};

macro_rules! tables {
    ($($constant:ident = $name:literal ($one:literal, $many:literal) [$($column:literal: $link:expr),+ $(,)?];)+) => {
        $(pub(super) static $constant: Table = Table {
            name: $name,
            called: ($one, $many),
            columns: &[$(($column, $link)),+],
            insert: OnceLock::new(),
        };)+
        /// Every table of facts.
        pub(super) static TABLES: &[&Table] = &[$(&$constant),+];
    };
}

tables! {
    PERSON = "person_revision" ("person", "people") ["person": Person, "revision": Plain, "name": Content, "role": Plain, "kind": Plain];
    SETTING = "setting_revision" ("setting", "settings") ["name": Plain, "revision": Plain, "value": Plain];
    FIELD = "field_revision" ("field", "fields") [
        "name": Plain, "revision": Plain, "kind": Plain, "position": Plain, "show": Plain, "feature": Plain,
        "slice": Plain,
    ];
    ITEM = "item_version" ("item", "items") ["item": Item, "revision": Plain, "text": Content, "fields": Content, "grouping": Plain];
    EVALUATION = "evaluation" ("item for evaluation", "items for evaluation") ["item": Item];
    QUESTION = "question_revision" ("question", "questions") ["question": Question, "revision": Plain, "name": Plain, "kind": Plain];
    LABEL = "label_revision" ("label", "labels") [
        "question": Question, "label": Plain, "revision": Plain, "position": Plain, "name": Plain, "key": Plain,
        "retired": Plain, "merged_into": Plain, "split": Plain,
    ];
    GUIDELINES = "guidelines" ("revision of guidelines", "revisions of guidelines") ["question": Question, "revision": Plain, "text": Content];
    GUIDELINES_READ = "guidelines_read" ("reading of guidelines", "readings of guidelines") ["question": Question, "person": Person, "revision": Plain];
    ANSWER = "answer" ("answer", "answers") [
        "id": Plain, "person": Person, "question": Question, "item": Item, "item_revision": Plain, "text": Content,
        "value": Content, "skip": Plain, "flag": Plain, "note": Content, "supersedes": Plain, "lane": Plain,
        "round": Plain, "rank": Plain, "probability": Plain, "origin": Plain, "suggestion": Plain,
        "guidelines": Plain, "labels": Plain, "shown_utc_ms": Plain, "active_ms": Plain, "imported_utc_ms": Plain,
        "review": Plain,
    ];
    RULING = "ruling" ("ruling", "rulings") [
        "id": Plain, "question": Question, "item": Item, "origin": Plain, "revision": Plain, "text": Content,
        "value": Content, "note": Content, "unclear": Plain,
    ];
    REVIEW = "review" ("item for review", "items for review") [
        "id": Plain, "question": Question, "item": Item, "cause": Plain, "note": Content,
    ];
    CALIBRATION = "calibration" ("calibration session", "calibration sessions") [
        "id": Plain, "question": Question, "name": Plain, "seed": Plain,
    ];
    CALIBRATION_PERSON = "calibration_person" ("person in it", "people in it") ["calibration": Plain, "person": Person];
    CALIBRATION_ITEM = "calibration_item" ("item in it", "items in it") ["calibration": Plain, "item": Item, "half": Plain];
    CALIBRATION_STEP = "calibration_step" ("step of a calibration session", "steps of a calibration session") [
        "calibration": Plain, "step": Plain, "kept": Plain,
    ];
    GOLD = "gold" ("gold value", "gold values") ["question": Question, "item": Item, "revision": Plain, "value": Content];
    ROUND = "round" ("round", "rounds") [
        "question": Question, "number": Plain, "strategy": Plain, "seed": Plain, "seen": Plain, "answers": Plain,
        "params": Plain, "score": Plain, "weights_hash": Plain, "ms": Plain,
    ];
    SPLIT_RULE = "split_rule" ("split", "splits") ["id": Plain, "revision": Plain, "rule": Plain];
    SPLIT_ITEM = "split_item" ("item split", "items split") ["rule": Plain, "item": Item, "split": Plain];
    SNAPSHOT = "snapshot" ("snapshot", "snapshots") [
        "id": Plain, "question": Question, "number": Plain, "name": Plain, "parent": Plain, "hash": Plain,
        "items": Plain, "settled": Plain,
    ];
    SNAPSHOT_ITEM = "snapshot_item" ("item in a snapshot", "items in a snapshot") [
        "snapshot": Plain, "item": Item, "text": Content, "fields": Content, "value": Content, "origin": Plain, "split": Plain,
    ];
    PRESENCE = "presence" ("coming or going", "comings and goings") ["person": Person, "revision": Plain, "state": Plain, "reason": Content];
    REPLY = "reply" ("reply", "replies") ["id": Plain, "question": Question, "item": Item, "about": Plain, "body": Content];
    INBOX_READ = "inbox_read" ("entry of the inbox read", "entries of the inbox read") ["person": Person, "entry": Plain];
    RUN = "run" ("run", "runs") [
        "id": Plain, "question": Question, "number": Plain, "name": Plain, "origin": Plain, "model": Plain,
        "seed": Plain, "snapshot": Plain, "record": Plain,
    ];
    RUN_ARTIFACT = "run_artifact" ("artifact", "artifacts") ["run": Plain, "name": Plain, "body": Plain];
    RUN_PREDICTION = "run_prediction" ("chunk of predictions", "chunks of predictions") [
        "run": Plain, "first": Plain, "items": Plain, "labels": Plain, "probabilities": Plain,
    ];
    RUN_DECISION = "run_decision" ("decision about a run", "decisions about runs") [
        "question": Question, "revision": Plain, "run": Plain, "decision": Plain, "note": Content,
    ];
    ERASURE = "erasure" ("erasure", "erasures") ["hash": Plain];
}

impl Link {
    /// The dictionary that a column refers to: table, local number, what it stands for.
    pub(super) fn dictionary(self) -> Option<(&'static str, &'static str, &'static str)> {
        match self {
            Plain => None,
            Content => Some(("content", "id", "hash")),
            Item => Some(("item", "seq", "key")),
            Person => Some(("person", "seq", "id")),
            Question => Some(("question", "seq", "id")),
        }
    }
}

impl Table {
    /// The statement that inserts a fact: its act, then its columns.
    pub(super) fn insert_sql(&self) -> &str {
        self.insert.get_or_init(|| {
            let names: Vec<&str> = self.columns.iter().map(|(name, _)| *name).collect();
            let marks = ", ?".repeat(names.len());
            format!("INSERT INTO {} (act, {}) VALUES (?{marks})", self.name, names.join(", "))
        })
    }

    /// The query that gives every fact of a database, its act's number first, then what its columns stand for.
    pub(super) fn global_sql(&self, database: &str) -> String {
        let columns: Vec<String> = self
            .columns
            .iter()
            .map(|(name, link)| match link.dictionary() {
                None => format!("t.{name}"),
                Some((table, local, global)) => {
                    format!("(SELECT d.{global} FROM {database}.{table} d WHERE d.{local} = t.{name})")
                }
            })
            .collect();
        format!("SELECT t.act, {} FROM {database}.{} t", columns.join(", "), self.name)
    }

    /// The digest of a row that `global_sql` gave.
    pub(super) fn digest_of_row(&self, keys: &Keys, row: &Row<'_>) -> Result<Digest> {
        let mut hasher = keys.fact(self.name);
        for (i, (name, _)) in self.columns.iter().enumerate() {
            hasher.column(name, row.get_ref(i + 1)?);
        }
        Ok(hasher.finish())
    }
}

/// Visits every fact of the file with its act's number and its digest.
pub(super) fn each_digest(conn: &Connection, keys: &Keys, mut visit: impl FnMut(i64, Digest)) -> Result<()> {
    for table in TABLES {
        sql::each(conn, &table.global_sql("main"), [], |row| {
            visit(row.get(0)?, table.digest_of_row(keys, row)?);
            Ok(())
        })?;
    }
    Ok(())
}

/// A value on its way into a fact: what is stored, and what is hashed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Cell<'a> {
    Null,
    Int(i64),
    Real(f64),
    Text(&'a str),
    Blob(&'a [u8]),
    /// A local number, and the key, id or hash that it stands for.
    Ref(i64, &'a [u8]),
}

impl<'a> Cell<'a> {
    /// What the hash covers.
    pub(super) fn global(self) -> ValueRef<'a> {
        match self {
            Self::Null => ValueRef::Null,
            Self::Int(n) => ValueRef::Integer(n),
            Self::Real(x) => ValueRef::Real(x),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) | Self::Ref(_, bytes) => ValueRef::Blob(bytes),
        }
    }

    /// A whole number that may be missing.
    pub(super) fn int(n: Option<i64>) -> Self {
        n.map_or(Self::Null, Self::Int)
    }

    /// A number that may be missing.
    pub(super) fn real(x: Option<f64>) -> Self {
        x.map_or(Self::Null, Self::Real)
    }

    /// A text that may be missing.
    pub(super) fn text(text: Option<&'a str>) -> Self {
        text.map_or(Self::Null, Self::Text)
    }

    /// A reference to a content that may be missing.
    pub(super) fn held(held: Option<&'a super::content::Held>) -> Self {
        held.map_or(Self::Null, super::content::Held::cell)
    }
}

impl ToSql for Cell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Self::Ref(local, _) => ValueRef::Integer(local),
            other => other.global(),
        }))
    }
}
