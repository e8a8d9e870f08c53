//! Merging two copies of a project: the union of their acts and facts, then one act that joins the heads. Which copy
//! takes in the other changes nothing of the content.

use super::acts::Writer;
use super::facts::{Link, TABLES, Table};
use super::migrations::{self, MIGRATIONS};
use super::presence::EXCLUDED;
use super::scratch::{self, Scratch};
use super::values::Values;
use super::{Project, copy, derived, open, splits, sql, wait};
use crate::domain::{ActKind, PersonId, Question, Value};
use crate::error::{Error, Result};
use crate::interrupt;
use rusqlite::{Connection, TransactionBehavior};
use std::collections::HashSet;
use std::path::Path;

/// What a merge brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MergeReport {
    /// Acts that were not here.
    pub acts: usize,
    /// Facts that were not here.
    pub facts: usize,
    /// Whether both copies had gone on, so that an act joins them.
    pub joined: bool,
    /// Items that came where the rule that splits items was not known yet, and that it has placed now.
    pub placed: usize,
    /// What the copies say differently.
    pub conflicts: Vec<MergeConflict>,
    /// Names that several people have, since each copy let somebody join under it.
    pub namesakes: Vec<String>,
}

/// Two live answers of one person to one question about one item, or two rulings of one origin, that say different
/// things and of which neither replaces the other. The greater id counts until one is given anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeConflict {
    /// The item's row.
    pub item: u32,
    /// Whose answers; none where rulings conflict.
    pub person: Option<PersonId>,
    /// The question's name.
    pub question: String,
    /// What was said, the one that counts meanwhile first; label names where it is labels, "skipped" for none.
    pub said: Vec<String>,
}

impl Project {
    /// Takes in everything of another copy of this project; the other file is left as it was.
    pub fn merge(&mut self, by: PersonId, other: &Path) -> Result<MergeReport> {
        self.may_write()?;
        let Some(copy) = Copy::of(other, self)? else {
            return self.told(MergeReport::default());
        };
        self.conn.execute("ATTACH DATABASE ?1 AS other", [copy.0.path().to_string_lossy()])?;
        wait::announce(&self.conn, &self.place, &self.name_of(by)?, ActKind::Merge)?;
        let merged = self.take_in(by).inspect_err(|_| wait::give_up(&self.conn, &self.place));
        self.conn.flush_prepared_statement_cache();
        self.conn.execute_batch("DETACH DATABASE other")?;
        self.told(merged?)
    }

    /// A report that tells what the copies say differently.
    fn told(&self, report: MergeReport) -> Result<MergeReport> {
        Ok(MergeReport { conflicts: self.conflicts()?, namesakes: self.namesakes()?, ..report })
    }

    /// Whether every act of another copy is here, with the same hash: then all that it says is.
    fn has_all_of(&self, other: &Connection) -> Result<bool> {
        type Sealed = ([u8; 16], Option<[u8; 32]>);
        let acts = |conn: &Connection| -> Result<Vec<Sealed>> {
            sql::list(conn, "SELECT id, hash FROM act", [], |row| Ok((row.get(0)?, row.get(1)?)))
        };
        let same_project: bool = sql::value(
            other,
            "SELECT EXISTS (SELECT 1 FROM meta WHERE name = 'project' AND value = ?1)",
            [self.keys.project().as_bytes()],
        )?;
        let here: HashSet<Sealed> = acts(&self.conn)?.into_iter().collect();
        Ok(same_project && acts(other)?.iter().all(|act| here.contains(act)))
    }

    fn namesakes(&self) -> Result<Vec<String>> {
        let mut names: Vec<String> = self.people()?.into_iter().filter_map(|p| p.name).collect();
        names.sort();
        let mut namesakes: Vec<String> = names.windows(2).filter(|w| w[0] == w[1]).map(|w| w[0].clone()).collect();
        namesakes.dedup();
        Ok(namesakes)
    }

    fn take_in(&mut self, by: PersonId) -> Result<MergeReport> {
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        tx.execute_batch(
            "CREATE TEMP TABLE IF NOT EXISTS missing (act INTEGER PRIMARY KEY); DELETE FROM temp.missing;
             INSERT INTO temp.missing SELECT o.seq FROM other.act o WHERE o.id NOT IN (SELECT id FROM main.act);",
        )?;
        let acts = sql::value::<u32>(&tx, "SELECT count(*) FROM temp.missing", [])? as usize;
        let mut report = MergeReport { acts, ..MergeReport::default() };
        wait::withdraw(&tx, &self.place)?;
        if acts == 0 {
            tx.commit()?;
            return Ok(report);
        }
        let rules = [splits::rule_of(&tx, "main")?, splits::rule_of(&tx, "other")?];
        take_dictionaries(&tx)?;
        for table in TABLES {
            report.facts += tx.execute(&take_facts(table), [])?;
        }
        blank_erased(&tx)?;
        derived::rebuild(&tx)?;
        report.joined = sql::value::<u32>(&tx, "SELECT count(*) FROM head", [])? > 1;
        if report.joined {
            let newcomer = self.newcomer.take_if(|newcomer| newcomer.id == by);
            let by = newcomer.map_or(Ok(by), |newcomer| newcomer.arrive(&tx, &self.keys, &self.place))?;
            let mut writer = Writer::new(&tx, &self.keys, &self.place, by, ActKind::Merge);
            writer.open_act(None)?;
            if let Some((id, rule)) = splits::rule_of(&tx, "main")? {
                let [here, there] = rules.map(|held| held.is_some_and(|(held, _)| held == id));
                let apart = splits::apart(&tx, id, here, there)?;
                report.placed = writer.place_apart(id, &rule, &apart)?;
            }
            writer.seal()?;
        }
        interrupt::finish(|| tx.commit())?;
        Ok(report)
    }

    /// What copies that were labelled apart say differently.
    pub fn conflicts(&self) -> Result<Vec<MergeConflict>> {
        let mut found = Vec::new();
        for question in self.questions()? {
            self.conflicts_of(&question, &contested_answers(), &mut found)?;
            self.conflicts_of(&question, CONTESTED_RULINGS, &mut found)?;
        }
        Ok(found)
    }

    /// Reads item, person and value of what is contested, in the order of item, person and, greatest first, id.
    fn conflicts_of(&self, question: &Question, query: &str, found: &mut Vec<MergeConflict>) -> Result<()> {
        let mut values = Values::new(&self.conn, question.id, question.kind)?;
        let mut groups: Vec<MergeConflict> = Vec::new();
        sql::each(&self.conn, query, [question.id.as_bytes()], |row| {
            let (item, person) = (row.get(0)?, sql::maybe_id(row, 1)?);
            let value = match row.get::<_, Option<i64>>(2)? {
                None => None,
                Some(_) => values.value(row, 2, 3)?,
            };
            let said = in_words(question, value);
            match groups.last_mut() {
                Some(last) if (last.item, last.person) == (item, person) => last.said.push(said),
                _ => groups.push(MergeConflict { item, person, question: question.name.clone(), said: vec![said] }),
            }
            Ok(())
        })?;
        found.extend(groups.into_iter().filter(|group| group.said.iter().any(|said| *said != group.said[0])));
        Ok(())
    }
}

fn in_words(question: &Question, value: Option<Value>) -> String {
    let name = |label| question.label(label).map_or_else(|| "?".to_owned(), |l| l.name.clone());
    match value {
        None => "skipped".to_owned(),
        Some(Value::Choice(label)) => name(label),
        Some(Value::Choices(labels)) => labels.into_iter().map(name).collect::<Vec<_>>().join(", "),
        Some(other) => other.to_json().to_string(),
    }
}

fn contested_answers() -> String {
    format!(
        "{}, standing AS (
            SELECT DISTINCT f.id, f.item, f.person, f.question, f.value FROM answer f
            WHERE f.act NOT IN (SELECT act FROM dead) AND f.id NOT IN (SELECT id FROM replaced)
                AND f.question = (SELECT seq FROM question WHERE id = ?1)
                AND f.item IN (SELECT item FROM now_item) AND f.person NOT IN ({EXCLUDED})
        ), counted AS (SELECT *, count(*) OVER (PARTITION BY item, person) AS n FROM standing)
        SELECT c.item, p.id, c.value, v.body FROM counted c JOIN person p ON p.seq = c.person
        LEFT JOIN content v ON v.id = c.value WHERE c.n > 1 ORDER BY c.item, p.id, c.id DESC",
        derived::replaced("")
    )
}

/// Live rulings of the newest revision of an item, where there are several of one origin.
const CONTESTED_RULINGS: &str = "WITH placed AS (
        SELECT *, rank() OVER (PARTITION BY item, origin ORDER BY revision DESC) AS place FROM ruling
        WHERE act NOT IN (SELECT act FROM dead) AND question = (SELECT seq FROM question WHERE id = ?1)
            AND item IN (SELECT item FROM now_item)
    ), counted AS (SELECT *, count(*) OVER (PARTITION BY item, origin) AS n FROM placed WHERE place = 1)
    SELECT c.item, NULL, c.value, v.body FROM counted c JOIN content v ON v.id = c.value
    WHERE c.n > 1 ORDER BY c.item, c.id DESC";

/// A private copy of the other file, brought to this schema and verified; removed when done with.
struct Copy(Scratch);

impl Copy {
    /// None where the other has nothing that is not here.
    fn of(other: &Path, into: &Project) -> Result<Option<Self>> {
        let conn = open::other(other)?;
        migrations::refuse_newer(&conn, other, MIGRATIONS)?;
        if into.has_all_of(&conn)? {
            return Ok(None);
        }
        let scratch = Scratch::beside(&into.path, scratch::MERGING, &into.place);
        copy::copy_to(&conn, scratch.path())?;
        drop(conn);
        let mut conn = open::connect(scratch.path())?;
        open::configure(&mut conn, scratch.path())?;
        migrations::run(&mut conn, MIGRATIONS)?;
        let theirs = Project::assemble(conn, scratch.path(), into.place.clone(), Vec::new())?;
        if theirs.id() != into.id() {
            return Err(Error::data(format!("{} is another project, not a copy of this one", other.display()))
                .hint("only copies merge; bring in its data with karat export and karat import"));
        }
        let found = theirs.verify()?;
        match found.faults.first() {
            None => Ok(Some(Self(scratch))),
            Some(fault) => Err(Error::data(format!("{} does not verify: {fault}", other.display()))
                .hint("karat doctor says more; nothing was taken in")),
        }
    }
}

/// Contents, sources, items, people, questions and acts that are missing here. What was erased here stays so.
fn take_dictionaries(conn: &Connection) -> Result<()> {
    Ok(conn.execute_batch(
        "INSERT INTO main.content (hash, body)
         SELECT o.hash, iif(o.hash IN (SELECT hash FROM main.erasure), NULL, o.body) FROM other.content o
         WHERE NOT EXISTS (SELECT 1 FROM main.content m WHERE m.hash = o.hash) ORDER BY o.id;
         INSERT OR IGNORE INTO main.source (name) SELECT name FROM other.source ORDER BY id;
         INSERT INTO main.item (key, source, id)
         SELECT o.key,
            (SELECT m.id FROM main.source m JOIN other.source s ON s.name = m.name WHERE s.id = o.source),
            iif(o.key IN (SELECT hash FROM main.erasure), NULL, o.id)
         FROM other.item o WHERE NOT EXISTS (SELECT 1 FROM main.item m WHERE m.key = o.key) ORDER BY o.seq;
         INSERT OR IGNORE INTO main.person (id) SELECT id FROM other.person ORDER BY seq;
         INSERT OR IGNORE INTO main.question (id) SELECT id FROM other.question ORDER BY seq;
         INSERT INTO main.act (id, kind, person, os_user, host, at_utc_ms, undoes, parents, body_hash, hash)
         SELECT o.id, o.kind, o.person,
            (SELECT m.id FROM main.content m JOIN other.content c ON c.hash = m.hash WHERE c.id = o.os_user),
            o.host, o.at_utc_ms, o.undoes, o.parents, o.body_hash, o.hash
         FROM other.act o WHERE o.seq IN (SELECT act FROM temp.missing) ORDER BY o.seq;",
    )?)
}

/// The statement that takes in a table's facts of missing acts, each reference by what it stands for.
fn take_facts(table: &Table) -> String {
    let names: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
    let here = |column: &str, (dictionary, local, global): (&str, &str, &str)| {
        format!(
            "(SELECT m.{local} FROM main.{dictionary} m WHERE m.{global} =
                (SELECT o.{global} FROM other.{dictionary} o WHERE o.{local} = t.{column}))"
        )
    };
    let columns: Vec<String> = table
        .columns
        .iter()
        .map(|(name, link): &(&str, Link)| link.dictionary().map_or_else(|| format!("t.{name}"), |d| here(name, d)))
        .collect();
    format!(
        "INSERT INTO main.{0} (act, {1}) SELECT {2}, {3} FROM other.{0} t
         WHERE t.act IN (SELECT act FROM temp.missing) ORDER BY t.act",
        table.name,
        names.join(", "),
        here("act", ("act", "seq", "id")),
        columns.join(", "),
    )
}

/// Blanks whatever either copy erased.
pub(super) fn blank_erased(conn: &Connection) -> Result<()> {
    Ok(conn.execute_batch(
        "UPDATE content SET body = NULL WHERE body IS NOT NULL AND hash IN (SELECT hash FROM erasure);
         UPDATE item SET id = NULL WHERE id IS NOT NULL AND key IN (SELECT hash FROM erasure);",
    )?)
}
