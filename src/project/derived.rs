//! What follows from the facts and is kept because it is read often: which acts are live, the heads of the log, and
//! what holds now of every item, answer, ruling and gold value.
//!
//! A fresh act keeps these up itself, knowing that what it adds is newest. Undo, redo, merge and rebuild recompute
//! them here; each table has one query, for everything or for what some acts touched.

use super::{acts, sql};
use crate::domain::ActId;
use crate::error::Result;
use rusqlite::Connection;
use std::collections::HashSet;

/// A table of what holds now.
pub(super) struct Derived {
    pub name: &'static str,
    /// The columns in which there is one row for each value.
    group: &'static str,
    /// The facts that it follows from.
    facts: &'static str,
    /// What it must hold; `{only}` takes a condition on the facts `f`, `{replaced}` stands for [`replaced`], `{counting}`
    /// for whether the people who are excluded are left out.
    query: &'static str,
}

/// Every table of what holds now. Of the facts of one group the greatest revision counts, then the greatest id of an
/// act; SQLite takes the other columns from the row that has the maximum.
pub(super) const TABLES: &[Derived] = &[
    Derived {
        name: "now_presence",
        group: "person",
        facts: "presence",
        query: "SELECT person, state, reason, act FROM (
                    SELECT f.person, f.state, f.reason, f.act, max(format('%020d', f.revision) || hex(a.id))
                    FROM presence f JOIN act a ON a.seq = f.act
                    WHERE f.act NOT IN (SELECT act FROM dead) {only} GROUP BY f.person)",
    },
    Derived {
        name: "now_item",
        group: "item",
        facts: "item_version",
        query: "SELECT item, revision, text, fields FROM (
                    SELECT f.item, f.revision, f.text, f.fields, max(format('%020d', f.revision) || hex(a.id))
                    FROM item_version f JOIN act a ON a.seq = f.act
                    WHERE f.act NOT IN (SELECT act FROM dead) {only} GROUP BY f.item)",
    },
    Derived {
        name: "now_gold",
        group: "question, item",
        facts: "gold",
        query: "SELECT question, item, value FROM (
                    SELECT f.question, f.item, f.value, max(format('%020d', f.revision) || hex(a.id))
                    FROM gold f JOIN act a ON a.seq = f.act
                    WHERE f.act NOT IN (SELECT act FROM dead) {only} GROUP BY f.question, f.item)",
    },
    Derived {
        name: "now_ruling",
        group: "question, item, origin",
        facts: "ruling",
        query: "SELECT question, item, origin, seq FROM (
                    SELECT f.question, f.item, f.origin, f.seq,
                        max(format('%020d', f.revision) || hex(f.id) || hex(a.id))
                    FROM ruling f JOIN act a ON a.seq = f.act
                    WHERE f.act NOT IN (SELECT act FROM dead) {only} GROUP BY f.item, f.question, f.origin)",
    },
    NOW_ANSWER,
];

/// What people say now; nothing of those whose answers are excluded, which `now_presence`, before it in
/// [`TABLES`], tells.
const NOW_ANSWER: Derived = Derived {
    name: "now_answer",
    group: "question, item, person",
    facts: "answer",
    query: "{replaced}
            SELECT question, item, person, seq FROM (
                SELECT f.question, f.item, f.person, f.seq, max(hex(f.id) || hex(a.id))
                FROM answer f JOIN act a ON a.seq = f.act
                WHERE f.act NOT IN (SELECT act FROM dead) AND f.id NOT IN (SELECT id FROM replaced)
                    AND f.person {counting} (SELECT person FROM now_presence WHERE state = 'excluded') {only}
                GROUP BY f.item, f.question, f.person)",
};

impl Derived {
    /// The query of everything that the table must hold.
    pub(super) fn whole(&self) -> String {
        self.limited("")
    }

    fn limited(&self, only: &str) -> String {
        self.of(only, "NOT IN")
    }

    fn of(&self, only: &str, counting: &str) -> String {
        self.query.replace("{replaced}", &replaced(only)).replace("{only}", only).replace("{counting}", counting)
    }

    fn recompute_touched(&self, conn: &Connection) -> Result<()> {
        let touched = format!("SELECT {} FROM {} WHERE act IN (SELECT act FROM temp.touched)", self.group, self.facts);
        self.recompute(conn, self.group, &touched)
    }

    /// Computes anew what some columns of the group place among some values.
    fn recompute(&self, conn: &Connection, columns: &str, among: &str) -> Result<()> {
        sql::run(conn, &format!("DELETE FROM {} WHERE ({columns}) IN ({among})", self.name), [])?;
        let of_facts: Vec<String> = columns.split(", ").map(|column| format!("f.{column}")).collect();
        let only = format!("AND ({}) IN ({among})", of_facts.join(", "));
        sql::run(conn, &format!("INSERT INTO {} {}", self.name, self.limited(&only)), [])?;
        Ok(())
    }

    fn rebuild(&self, conn: &Connection) -> Result<()> {
        sql::run(conn, &format!("DELETE FROM {}", self.name), [])?;
        sql::run(conn, &format!("INSERT INTO {} {}", self.name, self.whole()), [])?;
        Ok(())
    }
}

/// Names `replaced (id)`: the answers that a live answer replaces, itself or through others. `only` is a condition on
/// the answers `f` that is the same for everything one person said about an item.
pub(super) fn replaced(only: &str) -> String {
    let first = |of: &str| format!("SELECT substr({of}, 1, 16), substr({of}, 17)");
    format!(
        "WITH RECURSIVE replaced (id, rest) AS (
            {} FROM answer f WHERE f.supersedes IS NOT NULL AND f.act NOT IN (SELECT act FROM dead) {only}
            UNION {} FROM replaced r WHERE length(r.rest) > 0
            UNION {} FROM replaced r JOIN answer b ON b.id = r.id WHERE b.supersedes IS NOT NULL
        )",
        first("f.supersedes"),
        first("r.rest"),
        first("b.supersedes"),
    )
}

/// Recomputes everything.
pub(super) fn rebuild(conn: &Connection) -> Result<()> {
    conn.execute_batch("DELETE FROM dead; DELETE FROM head;")?;
    for seq in dead(conn)? {
        sql::run(conn, "INSERT INTO dead (act) VALUES (?1)", [seq])?;
    }
    for seq in heads(conn)? {
        sql::run(conn, "INSERT INTO head (act) VALUES (?1)", [seq])?;
    }
    TABLES.iter().try_for_each(|table| table.rebuild(conn))
}

/// After an undo or a redo: recomputes which acts are live, and what the facts of those that changed touch.
pub(super) fn refresh_liveness(conn: &Connection) -> Result<()> {
    let before: HashSet<i64> =
        sql::list(conn, "SELECT act FROM dead", [], |row| Ok(row.get(0)?))?.into_iter().collect();
    let after: HashSet<i64> = dead(conn)?.into_iter().collect();
    conn.execute_batch("CREATE TEMP TABLE IF NOT EXISTS touched (act INTEGER PRIMARY KEY); DELETE FROM temp.touched;")?;
    for seq in after.symmetric_difference(&before) {
        let change =
            if after.contains(seq) { "INSERT INTO dead (act) VALUES (?1)" } else { "DELETE FROM dead WHERE act = ?1" };
        sql::run(conn, change, [seq])?;
        sql::run(conn, "INSERT INTO temp.touched (act) VALUES (?1)", [seq])?;
    }
    TABLES.iter().try_for_each(|table| table.recompute_touched(conn))?;
    let came_or_went = "SELECT person FROM presence WHERE act IN (SELECT act FROM temp.touched)";
    // All answers are read for it, so that it is not done for nothing.
    match sql::value(conn, &format!("SELECT EXISTS ({came_or_went})"), [])? {
        true => recompute_answers_of(conn, came_or_went),
        false => Ok(()),
    }
}

/// The query of what those say whose answers are excluded, as the table would have it.
pub(super) fn excluded_answers() -> String {
    NOW_ANSWER.of("", "IN")
}

/// Computes anew what some people say now, by their local numbers: whether they count may have changed.
pub(super) fn recompute_answers_of(conn: &Connection, people: &str) -> Result<()> {
    NOW_ANSWER.recompute(conn, "person", people)
}

/// Makes an act the log's only head.
pub(super) fn only_head(conn: &Connection, act: i64) -> Result<()> {
    sql::run(conn, "DELETE FROM head", [])?;
    sql::run(conn, "INSERT INTO head (act) VALUES (?1)", [act])?;
    Ok(())
}

/// The acts that are not live: a live act undoes them. Whatever undoes an act came after it, so that going
/// backwards meets every undo before what it undoes.
pub(super) fn dead(conn: &Connection) -> Result<Vec<i64>> {
    let mut dead: HashSet<ActId> = HashSet::new();
    let mut seqs = Vec::new();
    sql::each(
        conn,
        "SELECT u.id, u.undoes, t.seq FROM act u JOIN act t ON t.id = u.undoes
         WHERE u.undoes IS NOT NULL ORDER BY u.seq DESC",
        [],
        |row| {
            let (undo, target): (ActId, ActId) = (sql::id(row, 0)?, sql::id(row, 1)?);
            if !dead.contains(&undo) && dead.insert(target) {
                seqs.push(row.get(2)?);
            }
            Ok(())
        },
    )?;
    seqs.sort_unstable();
    Ok(seqs)
}

/// The acts that no other act has for a parent.
pub(super) fn heads(conn: &Connection) -> Result<Vec<i64>> {
    let mut parents: HashSet<ActId> = HashSet::new();
    let mut all: Vec<(i64, ActId)> = Vec::new();
    sql::each(conn, "SELECT seq, id, parents FROM act ORDER BY seq", [], |row| {
        all.push((row.get(0)?, sql::id(row, 1)?));
        parents.extend(acts::unpack(row.get_ref(2)?.as_blob().map_err(|e| sql::damaged(&e))?));
        Ok(())
    })?;
    Ok(all.into_iter().filter(|(_, id)| !parents.contains(id)).map(|(seq, _)| seq).collect())
}
