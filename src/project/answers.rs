//! Answers read whole, as they stand now, or as they changed.

use super::values::Values;
use super::{Project, acts, derived, people, questions, sql};
use crate::clock::Millis;
use crate::domain::{Answer, How, Lane, PersonId, Question, QuestionId, Said};
use crate::error::Result;
use rusqlite::Row;
use std::collections::{HashMap, HashSet};

/// An answer of the file with what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct AnswerRow {
    /// Its local number; never leaves the file.
    pub seq: i64,
    /// The item's row.
    pub item: u32,
    /// The answer.
    pub answer: Answer,
    /// Whether its act was not undone.
    pub live: bool,
    /// Whether it is what this person says now.
    pub current: bool,
    /// Whether the item's text has changed since.
    pub stale: bool,
}

/// What somebody says now about an item.
#[derive(Debug, Clone, PartialEq)]
pub struct CurrentAnswer {
    /// The answer's local number; greater is newer in this file.
    pub seq: i64,
    /// The item's row.
    pub item: u32,
    /// Who.
    pub person: PersonId,
    /// What.
    pub said: Said,
    /// Why the item was served.
    pub lane: Lane,
    /// Raised for others to look at.
    pub flag: bool,
    /// Whether the item's text has changed since.
    pub stale: bool,
    /// When it was given, as an imported file says, else when it was recorded, UTC milliseconds.
    pub at: Millis,
    /// The revision of the guidelines in view; 0 where there was none.
    pub guidelines: u32,
    /// Milliseconds of attention, where they are known.
    pub active_ms: Option<i64>,
}

/// How far a question has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QuestionCounts {
    /// Answers that hold now, skips left out.
    pub answers: u32,
    /// Items that have one.
    pub answered_items: u32,
    /// Skips that hold now.
    pub skips: u32,
    /// Items with a ruling.
    pub rulings: u32,
}

/// The query of what people say now, from a join of `now_answer n` and `answer a`.
macro_rules! current {
    ($join:literal, $condition:literal) => {
        concat!(
            "SELECT a.seq, a.item, p.id, a.value, v.body, a.skip, a.lane, a.flag,
                a.text IS NOT (SELECT text FROM now_item i WHERE i.item = a.item),
                coalesce(a.imported_utc_ms, t.at_utc_ms), a.guidelines, a.active_ms FROM ",
            $join,
            " JOIN person p ON p.seq = a.person JOIN act t ON t.seq = a.act
              LEFT JOIN content v ON v.id = a.value WHERE ",
            $condition
        )
    };
}

const CURRENT: &str = current!("now_answer n JOIN answer a ON a.seq = n.answer", "n.question = ?1");

/// Backwards from the newest answer of all, so that the last few of somebody are found without reading the others.
const HISTORY: &str = current!(
    "answer a CROSS JOIN now_answer n
        ON n.question = a.question AND n.item = a.item AND n.person = a.person AND n.answer = a.seq",
    "a.question = ?1 AND +a.person = (SELECT seq FROM person WHERE id = ?2) ORDER BY a.seq DESC LIMIT ?3"
);

/// Names `changed (act)`: the acts after `?2`, and those that they undo.
pub(super) const CHANGED: &str = "WITH RECURSIVE changed (act) AS (
        SELECT seq FROM act WHERE seq > ?2
        UNION SELECT t.seq FROM changed c JOIN act u ON u.seq = c.act JOIN act t ON t.id = u.undoes
    )";

impl Project {
    /// Every answer of the file, undone and replaced ones included, in the order of recording.
    pub fn answers(&self) -> Result<Vec<AnswerRow>> {
        self.answer_rows("", [])
    }

    /// Every answer about one item, as [`Project::answers`].
    pub fn answers_of_item(&self, item: u32) -> Result<Vec<AnswerRow>> {
        self.answer_rows("WHERE a.item = ?1", [item])
    }

    /// Visits what everybody says now about a question, without building it all at once.
    pub fn for_each_current(&self, question: &Question, mut visit: impl FnMut(CurrentAnswer)) -> Result<()> {
        let mut values = Values::new(&self.conn, question.id, question.kind)?;
        let seq = questions::question_seq(&self.conn, question.id)?;
        sql::each(&self.conn, CURRENT, [seq], |row| {
            visit(current(row, &mut values)?);
            Ok(())
        })
    }

    /// What everybody says now about a question.
    pub fn current_answers(&self, question: &Question) -> Result<Vec<CurrentAnswer>> {
        let mut all = Vec::new();
        self.for_each_current(question, |answer| all.push(answer))?;
        Ok(all)
    }

    /// What changed since an act ([`Project::last_act`]): item, person and what that person says now, if anything that
    /// counts. That whoever left or returned is counted differently is told by [`Project::moved_since`].
    pub fn changed_answers(
        &self,
        question: &Question,
        since: i64,
    ) -> Result<Vec<(u32, PersonId, Option<CurrentAnswer>)>> {
        self.reading(|conn| {
            let mut values = Values::new(conn, question.id, question.kind)?;
            let seq = questions::question_seq(conn, question.id)?;
            let touched = format!(
                "{CHANGED} SELECT item, person FROM answer
                    WHERE question = ?1 AND act IN (SELECT act FROM changed) GROUP BY item, person"
            );
            let touched =
                sql::list(conn, &touched, (seq, since), |row| Ok((row.get::<_, u32>(0)?, row.get::<_, i64>(1)?)))?;
            let one = format!("{CURRENT} AND n.item = ?2 AND n.person = ?3");
            touched
                .into_iter()
                .map(|(item, person)| {
                    let now = sql::first(conn, &one, (seq, item, person), |row| current(row, &mut values))?;
                    let id = sql::value::<[u8; 16]>(conn, "SELECT id FROM person WHERE seq = ?1", [person])?;
                    Ok((item, PersonId::from_bytes(id), now))
                })
                .collect()
        })
    }

    /// How many answers to a question, undone and replaced ones included, those gave who left or returned since an act;
    /// none where nobody did.
    pub fn moved_since(&self, question: QuestionId, since: i64) -> Result<Option<usize>> {
        let moved = format!("{CHANGED} SELECT person FROM presence WHERE act IN (SELECT act FROM changed)");
        let question = questions::question_seq(&self.conn, question)?;
        // All answers are read for it, so that it is not done for nothing.
        let query = format!(
            "SELECT iif(EXISTS ({moved}),
                (SELECT count(*) FROM answer WHERE question = ?1 AND person IN ({moved})), NULL)"
        );
        let count: Option<u32> = sql::value(&self.conn, &query, (question, since))?;
        Ok(count.map(|count| count as usize))
    }

    /// What everybody says now about one item.
    pub fn current_of_item(&self, question: &Question, item: u32) -> Result<Vec<CurrentAnswer>> {
        let mut values = Values::new(&self.conn, question.id, question.kind)?;
        let seq = questions::question_seq(&self.conn, question.id)?;
        sql::list(&self.conn, &format!("{CURRENT} AND n.item = ?2"), (seq, item), |row| current(row, &mut values))
    }

    /// The remark beside an answer, by the answer's local number.
    pub fn note_of(&self, answer: i64) -> Result<Option<String>> {
        let query = "SELECT n.body FROM answer a JOIN content n ON n.id = a.note WHERE a.seq = ?1";
        Ok(sql::first(&self.conn, query, [answer], |row| Ok(row.get(0)?))?.flatten())
    }

    /// What somebody says now about one item.
    pub fn answer_of(&self, question: &Question, item: u32, person: PersonId) -> Result<Option<CurrentAnswer>> {
        let mut values = Values::new(&self.conn, question.id, question.kind)?;
        let seq = questions::question_seq(&self.conn, question.id)?;
        let query = format!("{CURRENT} AND n.item = ?2 AND p.id = ?3");
        sql::first(&self.conn, &query, (seq, item, person.as_bytes()), |row| current(row, &mut values))
    }

    /// What somebody said last and still says, newest first.
    pub fn history(&self, question: &Question, person: PersonId, limit: u32) -> Result<Vec<CurrentAnswer>> {
        let mut values = Values::new(&self.conn, question.id, question.kind)?;
        let seq = questions::question_seq(&self.conn, question.id)?;
        sql::list(&self.conn, HISTORY, (seq, person.as_bytes(), limit), |row| current(row, &mut values))
    }

    /// How many of somebody's answers that hold now were given at a time or later. Of imported ones the file has to say
    /// when.
    pub fn answered_since(&self, question: QuestionId, person: PersonId, since: Millis) -> Result<usize> {
        let (question, person) =
            (questions::question_seq(&self.conn, question)?, people::person_seq(&self.conn, person)?);
        let count: u32 = sql::value(
            &self.conn,
            "SELECT count(*) FROM now_answer n JOIN answer a ON a.seq = n.answer JOIN act t ON t.seq = a.act
             WHERE n.question = ?1 AND n.person = ?2
                AND coalesce(a.imported_utc_ms, iif(a.origin = 'import', NULL, t.at_utc_ms)) >= ?3",
            (question, person, since),
        )?;
        Ok(count as usize)
    }

    /// How often somebody answered or skipped, whatever became of it.
    pub fn answers_given(&self, question: QuestionId, person: PersonId) -> Result<u64> {
        let (question, person) =
            (questions::question_seq(&self.conn, question)?, people::person_seq(&self.conn, person)?);
        let query = "SELECT count(*) FROM answer WHERE question = ?1 AND person = ?2";
        Ok(sql::value::<u32>(&self.conn, query, (question, person))?.into())
    }

    /// How far a question has come.
    pub fn counts(&self, question: QuestionId) -> Result<QuestionCounts> {
        let seq = questions::question_seq(&self.conn, question)?;
        let counts = sql::first(
            &self.conn,
            "SELECT count(a.value), count(DISTINCT iif(a.value IS NULL, NULL, n.item)), count(*) - count(a.value),
                (SELECT count(DISTINCT item) FROM now_ruling WHERE question = ?1)
             FROM now_answer n JOIN answer a ON a.seq = n.answer WHERE n.question = ?1",
            [seq],
            |row| {
                Ok(QuestionCounts {
                    answers: row.get(0)?,
                    answered_items: row.get(1)?,
                    skips: row.get(2)?,
                    rulings: row.get(3)?,
                })
            },
        )?;
        Ok(counts.unwrap_or_default())
    }

    /// How many answers, skips left out, hold now from each person, over all questions.
    pub fn answers_by_person(&self) -> Result<Vec<(PersonId, u32)>> {
        sql::list(
            &self.conn,
            "SELECT p.id, count(a.value) FROM now_answer n JOIN answer a ON a.seq = n.answer
             JOIN person p ON p.seq = n.person GROUP BY p.seq ORDER BY 2 DESC, 1",
            [],
            |row| Ok((sql::id(row, 0)?, row.get(1)?)),
        )
    }

    /// The answers, by local number, that would hold now if their people were not excluded.
    pub fn excluded_answers(&self) -> Result<HashSet<i64>> {
        let all: Vec<i64> = sql::list(&self.conn, &derived::excluded_answers(), [], |row| Ok(row.get(3)?))?;
        Ok(all.into_iter().collect())
    }

    fn answer_rows(&self, only: &str, params: impl rusqlite::Params) -> Result<Vec<AnswerRow>> {
        let mut values: HashMap<QuestionId, Values> = HashMap::new();
        for question in self.questions()? {
            values.insert(question.id, Values::new(&self.conn, question.id, question.kind)?);
        }
        let query = format!(
            "SELECT a.seq, a.item, q.id, a.value, v.body, a.skip, a.id, t.id, t.at_utc_ms, p.id, i.key, x.hash, n.body,
                a.flag, a.supersedes, a.lane, a.round, a.rank, a.probability, a.origin, a.suggestion, a.guidelines,
                a.labels, a.shown_utc_ms, a.active_ms, a.imported_utc_ms, a.act NOT IN (SELECT act FROM dead),
                c.answer IS a.seq, a.text IS NOT w.text, a.review
             FROM answer a JOIN act t ON t.seq = a.act JOIN person p ON p.seq = a.person
             JOIN question q ON q.seq = a.question JOIN item i ON i.seq = a.item JOIN content x ON x.id = a.text
             LEFT JOIN content v ON v.id = a.value LEFT JOIN content n ON n.id = a.note
             LEFT JOIN now_answer c ON (c.question, c.item, c.person) = (a.question, a.item, a.person)
             LEFT JOIN now_item w ON w.item = a.item
             {only} ORDER BY a.seq"
        );
        let mut rows = Vec::new();
        sql::each(&self.conn, &query, params, |row| {
            if let Some(values) = values.get_mut(&sql::id(row, 2)?) {
                rows.push(answer_row(row, values)?);
            }
            Ok(())
        })?;
        Ok(rows)
    }
}

fn answer_row(row: &Row<'_>, values: &mut Values) -> Result<AnswerRow> {
    let how = How {
        lane: sql::word(row, 15)?,
        round: row.get(16)?,
        rank: row.get(17)?,
        selection_probability: row.get(18)?,
        origin: sql::word(row, 19)?,
        suggestion: sql::word(row, 20)?,
        guidelines: row.get(21)?,
        labels: row.get(22)?,
        shown_at: row.get(23)?,
        active_ms: row.get(24)?,
        imported_at: row.get(25)?,
        review: sql::maybe_id(row, 29)?,
    };
    let answer = Answer {
        id: sql::id(row, 6)?,
        act: sql::id(row, 7)?,
        person: sql::id(row, 9)?,
        question: sql::id(row, 2)?,
        item: sql::key(row, 10)?,
        text_hash: sql::digest(row, 11)?,
        said: values.said(row, 3)?,
        flag: row.get(13)?,
        note: row.get(12)?,
        supersedes: row.get::<_, Option<Vec<u8>>>(14)?.map_or_else(Vec::new, |ids| acts::unpack(&ids).collect()),
        how,
        at: row.get(8)?,
    };
    let (live, current, stale) = (row.get(26)?, row.get(27)?, row.get(28)?);
    Ok(AnswerRow { seq: row.get(0)?, item: row.get(1)?, answer, live, current, stale })
}

fn current(row: &Row<'_>, values: &mut Values) -> Result<CurrentAnswer> {
    Ok(CurrentAnswer {
        seq: row.get(0)?,
        item: row.get(1)?,
        person: sql::id(row, 2)?,
        said: values.said(row, 3)?,
        lane: sql::word(row, 6)?,
        flag: row.get(7)?,
        stale: row.get(8)?,
        at: row.get(9)?,
        guidelines: row.get(10)?,
        active_ms: row.get(11)?,
    })
}
