//! The project file against plain SQLite: `cargo bench --bench project_file -- [ROWS]` (default 100,000).
//!
//! Imports rows of 40 words with four fields, then writes the very rows that this put into the project's tables into
//! the same tables of an empty file with plain prepared inserts, and says the ratio. Then the times of what people
//! wait for at that size: open, save an answer, undo it, read all.

#![allow(clippy::print_stdout, reason = "a bench says what it measured")]

use karat::clock::SystemClock;
use karat::domain::{ActKind, Field, FieldType, FieldValue, How, Kind, Origin, Said, Value};
use karat::project::{ItemBatch, NewAnswer, NewItem, Place, Project, UndoScope, Update};
use rusqlite::types::Value as Cell;
use rusqlite::{Connection, params_from_iter};
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// The tables that an import writes, with the order in which it does.
const WRITTEN: &[&str] = &["content", "item", "item_version", "now_item"];

fn main() -> Outcome<()> {
    let rows = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(100_000);
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("big.karat");
    let place =
        Place { clock: Arc::new(SystemClock), os_user: "bench".into(), host: "here".into(), pid: std::process::id() };
    let mut project = Project::create(&path, place.clone(), false)?;
    let ana = project.join("ana")?;
    let items = items(rows);
    let fields = ["product", "price", "stars", "seen"];
    let kinds = [FieldType::Text, FieldType::Number, FieldType::Integer, FieldType::Boolean];
    let field = |(name, kind): (&&str, FieldType)| Field {
        name: (*name).into(),
        kind,
        show: false,
        feature: false,
        slice: true,
    };
    let fields: Vec<Field> = fields.iter().zip(kinds).map(field).collect();

    let ours = timed("import", || {
        project.write(ana, ActKind::Init, |w| {
            w.declare_fields(&fields)?;
            let batch =
                ItemBatch { source: "bench.csv", rows: &items, update: Update::Refuse, evaluation: 0.1, seed: 0 };
            w.put_items(&batch, &mut |_| ())
        })
    })?;
    drop(project);
    let plain = plain_inserts(&path, &folder.path().join("plain.db"))?;
    println!("{:<28}{:>9.2}", "import / plain inserts", ours / plain);

    let mut project = None;
    timed("open", || Project::open(&path, place.clone()).map(|p| project = Some(p)))?;
    let mut project = project.ok_or("not opened")?;
    let (_, question) = project.write(ana, ActKind::Question, |w| {
        let question = w.add_question("sentiment", Kind::Choice)?;
        w.add_label(question, "a", None).map(|_| question)
    })?;
    let asked = project.question(None)?;
    let new = |item, source: Option<&str>| NewAnswer {
        person: ana,
        question,
        item,
        text_hash: None,
        said: Said::Value(Value::Choice(asked.labels[0].id)),
        flag: false,
        note: None,
        how: How::picked(Origin::Import),
        source: source.map(str::to_owned),
    };
    timed("import an answer to each", || {
        let all = 1..=u32::try_from(rows).unwrap_or(u32::MAX);
        project.write(ana, ActKind::Import, |w| {
            all.into_iter().try_for_each(|i| w.add_answer(&new(i, Some("a.csv"))).map(|_| ()))
        })
    })?;
    let since = project.last_act()?;
    timed("100 answers with leases", || {
        (1..=100).try_for_each(|i| project.answer_and_lease(&new(i, None), [i + 1], 1, since).map(|_| ()))
    })?;
    timed("100 undos", || (1..=100).try_for_each(|_| project.undo(ana, &UndoScope::Any).map(|_| ())))?;
    timed("what changed since", || project.changed_answers(&asked, since))?;
    timed("read keys and flags", || project.items())?;
    timed("read texts", || {
        let mut bytes = 0;
        project.for_each_text(|_, text| bytes += text.len())
    })?;
    timed("read fields", || project.for_each_fields(|_, _| ()))?;
    timed("read current answers", || project.current_answers(&asked))?;
    timed("read all answers", || project.answers())?;
    timed("settled values", || project.settled(&asked))?;
    timed("verify", || project.verify())?;
    timed("doctor", || project.doctor())?;
    timed("rebuild", || project.rebuild())?;
    timed("the same rows again", || {
        let batch = ItemBatch { source: "bench.csv", rows: &items, update: Update::Refuse, evaluation: 0.1, seed: 0 };
        project.write(ana, ActKind::Import, |w| w.put_items(&batch, &mut |_| ()))
    })?;
    let copy = folder.path().join("copy.karat");
    timed("copy", || project.copy(&copy))?;
    timed("merge a copy", || project.merge(ana, &copy))?;
    println!("{:<28}{:>9.1} MB", "file", std::fs::metadata(&path)?.len() as f64 / 1e6);
    Ok(())
}

fn timed<T, E: Into<Box<dyn Error>>>(what: &str, run: impl FnOnce() -> Result<T, E>) -> Outcome<f64> {
    let start = Instant::now();
    run().map_err(Into::into)?;
    let seconds = start.elapsed().as_secs_f64();
    println!("{what:<28}{:>9.1} ms", seconds * 1e3);
    Ok(seconds)
}

/// Rows of 40 words from a vocabulary with a long tail, so that texts differ and fields repeat.
fn items(rows: usize) -> Vec<NewItem> {
    let row = |i: usize| {
        let word = |j: usize| {
            let x = karat::ids::mix(i as u64, j as u64) >> 40;
            format!("w{}", (x * x) >> 34)
        };
        let fields = vec![
            FieldValue::Text(format!("product {}", i % 50)),
            FieldValue::Number((i % 1000) as f64 / 10.0),
            FieldValue::Integer((i % 5) as i64),
            FieldValue::Boolean(i.is_multiple_of(2)),
        ];
        NewItem {
            id: Some(format!("row-{i}")),
            text: (0..40).map(word).collect::<Vec<_>>().join(" "),
            fields,
            group: None,
        }
    };
    (0..rows).map(row).collect()
}

/// Inserts what a project holds into an empty file of the same schema; seconds.
fn plain_inserts(from: &Path, to: &Path) -> Outcome<f64> {
    let (from, to) = (Connection::open(from)?, Connection::open(to)?);
    to.execute_batch(
        "PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;",
    )?;
    to.execute_batch(include_str!("../src/project/migrations/0001.sql"))?;
    let read = |table: &str| -> Outcome<(usize, Vec<Vec<Cell>>)> {
        let mut statement = from.prepare(&format!("SELECT * FROM {table}"))?;
        let width = statement.column_count();
        let rows = statement.query_map([], |row| (0..width).map(|i| row.get(i)).collect())?;
        Ok((width, rows.collect::<Result<_, _>>()?))
    };
    let mut insert: Vec<(&str, usize, Vec<Vec<Cell>>)> = Vec::new();
    for table in ["content", "source", "act"].iter().chain(&WRITTEN[1..]) {
        let (width, rows) = read(table)?;
        insert.push((table, width, rows));
    }
    let seconds = timed("plain inserts", || -> Outcome<()> {
        to.execute_batch("BEGIN IMMEDIATE")?;
        for (table, width, rows) in insert {
            let marks = vec!["?"; width].join(", ");
            let mut statement = to.prepare(&format!("INSERT INTO {table} VALUES ({marks})"))?;
            for row in rows {
                statement.execute(params_from_iter(row))?;
            }
        }
        Ok(to.execute_batch("COMMIT")?)
    })?;
    Ok(seconds)
}
