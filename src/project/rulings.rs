//! Rulings, and the settled values that follow from them and from what people say.

use super::content::Held;
use super::facts::{self, Cell};
use super::values::Values;
use super::{Project, Writer, questions, sql};
use crate::domain::{
    ItemKey, PersonId, PersonKind, Question, QuestionId, Ruling, RulingId, RulingOrigin, Said, Value, words,
};
use crate::error::Result;
use crate::ids;
use std::collections::{HashMap, HashSet};
use std::ops::RangeInclusive;

/// A ruling about to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct NewRuling {
    /// The question.
    pub question: QuestionId,
    /// The item.
    pub item: u32,
    /// The value.
    pub value: Value,
    /// Where it comes from.
    pub origin: RulingOrigin,
    /// A remark.
    pub note: Option<String>,
    /// The revision of the guidelines that does not settle the matter.
    pub unclear: Option<u32>,
}

impl NewRuling {
    /// A ruling without a remark.
    pub fn of(question: QuestionId, item: u32, value: Value, origin: RulingOrigin) -> Self {
        Self { question, item, value, origin, note: None, unclear: None }
    }
}

words! {
    /// Where a settled value comes from, in order of precedence.
    SettledOrigin: "origin of a settled value" {
        /// A person decided.
        Adjudicated = "adjudicated",
        /// It was there when the data came in.
        Imported = "imported",
        /// An aggregation was accepted.
        Aggregated = "aggregated",
        /// Everybody who answered says the same.
        Unanimous = "unanimous",
        /// Its hidden truth, which counts first where the item judges.
        Gold = "gold",
    }
}

/// The value that holds for an item.
#[derive(Debug, Clone, PartialEq)]
pub struct Settled {
    /// The value.
    pub value: Value,
    /// Where it comes from.
    pub origin: SettledOrigin,
    /// How many people's answers stand behind it, where it is unanimous.
    pub answers: u32,
}

impl Project {
    /// The rulings that hold now, with their items' rows and whether the text has changed since; an item may have one
    /// of each origin, the one that precedes first.
    pub fn rulings(&self, question: &Question) -> Result<Vec<(u32, Ruling, bool)>> {
        self.rulings_among(question, 0..=u32::MAX)
    }

    /// The ruling that holds for an item as its text is now.
    pub fn ruling_of(&self, question: &Question, item: u32) -> Result<Option<Ruling>> {
        let rulings = self.rulings_among(question, item..=item)?;
        Ok(rulings.into_iter().find(|(.., stale)| !stale).map(|(_, ruling, _)| ruling))
    }

    fn rulings_among(&self, question: &Question, items: RangeInclusive<u32>) -> Result<Vec<(u32, Ruling, bool)>> {
        let mut values = Values::new(&self.conn, question.id, question.kind)?;
        let seq = questions::question_seq(&self.conn, question.id)?;
        let mut rulings = Vec::new();
        let query = "SELECT r.item, r.id, i.key, r.value, v.body, r.origin, n.body,
                        r.text IS NOT (SELECT text FROM now_item w WHERE w.item = r.item), r.unclear, t.person,
                        t.at_utc_ms
                     FROM now_ruling c JOIN ruling r ON r.seq = c.ruling JOIN item i ON i.seq = r.item
                     JOIN act t ON t.seq = r.act
                     JOIN content v ON v.id = r.value LEFT JOIN content n ON n.id = r.note
                     WHERE c.question = ?1 AND c.item BETWEEN ?2 AND ?3";
        sql::each(&self.conn, query, (seq, items.start(), items.end()), |row| {
            if let Some(value) = values.value(row, 3, 4)? {
                let ruling = Ruling {
                    id: sql::id(row, 1)?,
                    item: sql::key(row, 2)?,
                    question: question.id,
                    value,
                    origin: sql::word(row, 5)?,
                    note: row.get(6)?,
                    unclear: row.get(8)?,
                    by: sql::id(row, 9)?,
                    at: row.get(10)?,
                };
                rulings.push((row.get(0)?, ruling, row.get(7)?));
            }
            Ok(())
        })?;
        rulings.sort_by_key(|(item, ruling, _)| (*item, ruling.origin));
        Ok(rulings)
    }

    /// Whether an item has a ruling about the text that it has now.
    pub fn is_ruled(&self, question: QuestionId, item: u32) -> Result<bool> {
        let question = questions::question_seq(&self.conn, question)?;
        sql::value(
            &self.conn,
            "SELECT EXISTS (SELECT 1 FROM now_ruling n JOIN ruling r ON r.seq = n.ruling
                WHERE n.question = ?1 AND n.item = ?2 AND r.text IS (SELECT text FROM now_item w WHERE w.item = ?2))",
            (question, item),
        )
    }

    /// The items whose rulings or reviews acts after one ([`Project::last_act`]) touched, undone ones included.
    pub fn ruled_since(&self, question: QuestionId, since: i64) -> Result<Vec<u32>> {
        let query = "WITH RECURSIVE changed (act) AS (
                SELECT seq FROM act WHERE seq > ?2
                UNION SELECT t.seq FROM changed c JOIN act u ON u.seq = c.act JOIN act t ON t.id = u.undoes
            ) SELECT item FROM ruling WHERE question = ?1 AND act IN (SELECT act FROM changed)
            UNION SELECT item FROM review WHERE question = ?1 AND act IN (SELECT act FROM changed)";
        let question = questions::question_seq(&self.conn, question)?;
        sql::list(&self.conn, query, (question, since), |row| Ok(row.get(0)?))
    }

    /// How many items, over all questions, are settled by an aggregation and were answered by somebody whose answers
    /// count: the aggregation may rest on them. Where a person ruled as well, theirs holds.
    pub fn aggregated_from(&self, person: PersonId) -> Result<u32> {
        let query = "SELECT count(*) FROM now_answer n JOIN answer a ON a.seq = n.answer AND a.value IS NOT NULL
             JOIN now_ruling k ON (k.question, k.item, k.origin) = (n.question, n.item, 'aggregated')
             JOIN ruling r ON r.seq = k.ruling AND r.text IS a.text
             WHERE n.person = (SELECT seq FROM person WHERE id = ?1) AND NOT EXISTS (
                SELECT 1 FROM now_ruling x JOIN ruling y ON y.seq = x.ruling AND y.text IS a.text
                WHERE x.question = n.question AND x.item = n.item AND x.origin <> 'aggregated')";
        sql::value(&self.conn, query, [person.as_bytes()])
    }

    /// The settled value of every item that has one: the ruling that precedes, else what all people who answered
    /// agree on. Rulings and answers about a text that has changed settle nothing, nor do those that give a label that
    /// was split.
    pub fn settled(&self, question: &Question) -> Result<HashMap<u32, Settled>> {
        let mut settled: HashMap<u32, Settled> = HashMap::new();
        for (item, ruling, stale) in self.rulings(question)? {
            let origin = match ruling.origin {
                RulingOrigin::Adjudicated => SettledOrigin::Adjudicated,
                RulingOrigin::Imported => SettledOrigin::Imported,
                RulingOrigin::Aggregated => SettledOrigin::Aggregated,
            };
            if !stale && !question.is_split(&ruling.value) {
                settled.entry(item).or_insert(Settled { value: ruling.value, origin, answers: 0 });
            }
        }
        let people: HashSet<PersonId> =
            self.people()?.into_iter().filter(|p| p.kind == PersonKind::Person).map(|p| p.id).collect();
        let mut disputed: HashSet<u32> = HashSet::new();
        self.for_each_current(question, |answer| {
            let Said::Value(value) = answer.said else { return };
            let says_nothing = answer.stale || question.is_split(&value);
            if says_nothing || !people.contains(&answer.person) || disputed.contains(&answer.item) {
                return;
            }
            let held = settled.entry(answer.item).or_insert_with(|| Settled {
                value: value.clone(),
                origin: SettledOrigin::Unanimous,
                answers: 0,
            });
            if held.origin == SettledOrigin::Unanimous {
                held.answers += 1;
                if held.value != value {
                    settled.remove(&answer.item);
                    disputed.insert(answer.item);
                }
            }
        })?;
        Ok(settled)
    }
}

impl Writer<'_> {
    /// Settles an item. What holds already from the same origin adds nothing.
    pub fn add_ruling(&mut self, new: &NewRuling) -> Result<Option<RulingId>> {
        let question = self.question_seq(new.question)?;
        let item = self.item_for_answer(new.item, None)?;
        let value: Held = self.hold_checked(new.question, &item, &new.value)?;
        let note = self.hold_some(new.note.as_deref())?;
        let now = sql::first(
            self.conn,
            "SELECT r.text, r.value, r.note, r.unclear FROM now_ruling n JOIN ruling r ON r.seq = n.ruling
             WHERE n.question = ?1 AND n.item = ?2 AND n.origin = ?3",
            (question, new.item, new.origin.as_str()),
            |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, Option<i64>>(2)?, row.get(3)?)),
        )?;
        if now == Some((item.text.id, value.id, note.map(|n| n.id), new.unclear)) {
            return Ok(None);
        }
        let revision: i64 = sql::value(
            self.conn,
            "SELECT coalesce(max(revision), 0) + 1 FROM ruling WHERE item = ?1 AND question = ?2 AND origin = ?3",
            (new.item, question, new.origin.as_str()),
        )?;
        let id: RulingId = match new.origin {
            RulingOrigin::Imported => ids::of_parts(&[
                b"ruling",
                &item.key,
                new.question.as_bytes(),
                &value.hash.0,
                &item.text.hash.0,
                &revision.to_le_bytes(),
            ]),
            RulingOrigin::Adjudicated | RulingOrigin::Aggregated => ids::fresh(self.at()),
        };
        let key = ItemKey(item.key);
        self.fact(
            &facts::RULING,
            &[
                Cell::Blob(id.as_bytes()),
                Cell::Ref(question, new.question.as_bytes()),
                Cell::Ref(new.item.into(), &key.0),
                Cell::Text(new.origin.as_str()),
                Cell::Int(revision),
                item.text.cell(),
                value.cell(),
                Cell::held(note.as_ref()),
                Cell::int(new.unclear.map(i64::from)),
            ],
        )?;
        let seq = self.conn.last_insert_rowid();
        sql::run(
            self.conn,
            "INSERT INTO now_ruling (question, item, origin, ruling) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (question, item, origin) DO UPDATE SET ruling = ?4",
            (question, new.item, new.origin.as_str(), seq),
        )?;
        Ok(Some(id))
    }
}
