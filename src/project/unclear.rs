//! Marks that the guidelines do not settle a matter: on a ruling, or as the reason of a skip.

use super::{Project, questions, sql};
use crate::clock::Millis;
use crate::domain::{PersonId, QuestionId};
use crate::error::Result;

/// One such mark that holds now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unclear {
    /// The item's row.
    pub item: u32,
    /// The revision of the guidelines that was in view; 0 for none.
    pub revision: u32,
    /// Who made it.
    pub by: PersonId,
    /// Whether it stands on a ruling; else it is the reason of a skip.
    pub ruled: bool,
    /// The remark beside it.
    pub note: Option<String>,
    /// When, UTC milliseconds.
    pub at: Millis,
}

impl Project {
    /// Every mark about a question, oldest first.
    pub fn unclear(&self, question: QuestionId) -> Result<Vec<Unclear>> {
        let query = "SELECT r.item, r.unclear, t.person, 1, n.body, t.at_utc_ms, t.id
             FROM ruling r JOIN act t ON t.seq = r.act LEFT JOIN content n ON n.id = r.note
             WHERE r.question = ?1 AND r.unclear IS NOT NULL AND EXISTS (SELECT 1 FROM now_ruling c
                WHERE c.question = r.question AND c.item = r.item AND c.origin = r.origin AND c.ruling = r.seq)
             UNION ALL
             SELECT a.item, a.guidelines, p.id, 0, n.body, t.at_utc_ms, t.id
             FROM answer a JOIN act t ON t.seq = a.act JOIN person p ON p.seq = a.person
             LEFT JOIN content n ON n.id = a.note
             WHERE a.question = ?1 AND a.skip = 'unclear-guideline' AND EXISTS (SELECT 1 FROM now_answer c
                WHERE c.question = a.question AND c.item = a.item AND c.person = a.person AND c.answer = a.seq)
             ORDER BY 7, 1";
        sql::list(&self.conn, query, [questions::question_seq(&self.conn, question)?], |row| {
            Ok(Unclear {
                item: row.get(0)?,
                revision: row.get(1)?,
                by: sql::id(row, 2)?,
                ruled: row.get(3)?,
                note: row.get(4)?,
                at: row.get(5)?,
            })
        })
    }
}
