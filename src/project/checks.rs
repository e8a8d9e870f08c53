//! Which items could be asked about as checks, and when: those whose truth was known and that did not judge.

use super::{Project, questions, sql};
use crate::clock::Millis;
use crate::domain::{QuestionId, Split};
use crate::error::Result;
use std::collections::HashSet;

/// The items of known truth over time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checks {
    /// Since when the truth of each was recorded, UTC milliseconds.
    known: Vec<(u32, Millis)>,
    /// From when on which of them judge; the last that has begun holds.
    judging: Vec<(Millis, HashSet<u32>)>,
}

impl Checks {
    /// The items that could be asked about at a time.
    pub fn at(&self, at: Millis) -> impl Iterator<Item = u32> + '_ {
        let judging = self.judging.iter().rev().find(|(since, _)| *since <= at).map(|(_, items)| items);
        let judges = move |item: u32| judging.is_some_and(|items| items.contains(&item));
        self.known.iter().filter(move |(item, since)| *since <= at && !judges(*item)).map(|(item, _)| *item)
    }

    /// When it changed which items these are.
    pub fn changes(&self) -> impl Iterator<Item = Millis> + '_ {
        self.known.iter().map(|(_, since)| *since).chain(self.judging.iter().map(|(since, _)| *since))
    }
}

impl Project {
    /// The items of a question that were and are checks; what was taken back never was one.
    pub fn checks(&self, question: QuestionId) -> Result<Checks> {
        self.reading(|conn| {
            let question = questions::question_seq(conn, question)?;
            let known = "SELECT g.item, min(a.at_utc_ms) FROM gold g JOIN act a ON a.seq = g.act
                         JOIN now_item i ON i.item = g.item
                         WHERE g.question = ?1 AND g.act NOT IN (SELECT act FROM dead) GROUP BY g.item";
            let known = sql::list(conn, known, [question], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let set_aside = "SELECT item FROM evaluation WHERE act NOT IN (SELECT act FROM dead)
                                AND item IN (SELECT item FROM now_gold WHERE question = ?1)";
            let set_aside: Vec<u32> = sql::list(conn, set_aside, [question], |row| Ok(row.get(0)?))?;
            let mut judging = vec![(Millis::MIN, set_aside.into_iter().collect())];
            let rules = "SELECT r.id, a.at_utc_ms FROM split_rule r JOIN act a ON a.seq = r.act
                         WHERE r.act NOT IN (SELECT act FROM dead) ORDER BY r.revision, a.id";
            let rules: Vec<([u8; 16], Millis)> = sql::list(conn, rules, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
            for (rule, since) in rules {
                let test = "SELECT item FROM split_item WHERE rule = ?2 AND split = ?3
                                AND act NOT IN (SELECT act FROM dead)
                                AND item IN (SELECT item FROM now_gold WHERE question = ?1)";
                let params = (question, rule, Split::Test.as_str());
                let test: Vec<u32> = sql::list(conn, test, params, |row| Ok(row.get(0)?))?;
                judging.push((since, test.into_iter().collect()));
            }
            Ok(Checks { known, judging })
        })
    }
}
