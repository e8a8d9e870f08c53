//! Replies to notes, and what somebody should hear of: replies to theirs, rulings that differ from what they say, and,
//! for those who reply, notes that nobody has replied to.

use super::answers::CHANGED;
use super::facts::{self, Cell};
use super::values::Values;
use super::{Project, Writer, people, questions, sql};
use crate::domain::{AnswerId, Entry, EntryId, Matter, PersonId, Question, QuestionId, ReplyId, Value};
use crate::error::{Error, Result};
use crate::ids;
use rusqlite::Row;

/// A reply about to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReply {
    /// The question.
    pub question: QuestionId,
    /// The item.
    pub item: u32,
    /// The answer beside whose note it is.
    pub about: AnswerId,
    /// What is said.
    pub body: String,
}

/// A note beside an answer that holds now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteRow {
    /// The answer.
    pub answer: AnswerId,
    /// Whose it is.
    pub person: PersonId,
    /// The note.
    pub note: String,
}

/// A reply as it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyRow {
    /// Whose note it is about.
    pub to: PersonId,
    /// Who wrote it.
    pub by: PersonId,
    /// When, UTC milliseconds.
    pub at: i64,
    /// What was said; none once erased.
    pub body: Option<String>,
}

/// Whether the entry of an id was read by the person `?1`.
fn read(id: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM inbox_read x WHERE x.person = ?1 AND x.entry = {id}
            AND x.act NOT IN (SELECT act FROM dead))"
    )
}

impl Project {
    /// What somebody should hear of, newest first; notes of others too, where they are one of those who reply.
    pub fn inbox(&self, person: PersonId, replies: bool) -> Result<Vec<Entry>> {
        self.reading(|conn| {
            let me = people::person_seq(conn, person)?;
            let mut entries = Vec::new();
            for question in questions::questions(conn)? {
                let mut values = Values::new(conn, question.id, question.kind)?;
                let seq = questions::question_seq(conn, question.id)?;
                let mut take = |query: String, matter: Read| {
                    sql::each(conn, &query, (me, seq), |row| {
                        let matter = matter(row, &mut values)?.filter(|matter| !is_split(&question, matter));
                        entries.extend(matter.map(|matter| entry(row, &question, matter)).transpose()?);
                        Ok(())
                    })
                };
                take(replies_to_me(), |row, _| Ok(Some(Matter::Reply { body: row.get(5)?, note: row.get(6)? })))?;
                take(rulings_against_me(), ruling)?;
                if replies {
                    take(open_notes(), |row, values| {
                        let note: Option<String> = row.get(8)?;
                        note.map(|note| Ok(Matter::Note { said: values.said(row, 5)?, note })).transpose()
                    })?;
                }
            }
            entries.sort_by_key(|entry| std::cmp::Reverse((entry.at, entry.id)));
            Ok(entries)
        })
    }

    /// Whether answers since an act ([`Project::last_act`]), those included that were undone since, may bring an entry to
    /// somebody or take one away: their own where there is a ruling, others' with a note or in the place of another one.
    pub fn answers_stir(&self, person: PersonId, since: i64) -> Result<bool> {
        let query = format!(
            "SELECT EXISTS ({CHANGED} SELECT 1 FROM answer a WHERE a.act IN (SELECT act FROM changed)
                AND iif(a.person = ?1,
                    EXISTS (SELECT 1 FROM now_ruling k WHERE k.question = a.question AND k.item = a.item),
                    a.note IS NOT NULL OR a.supersedes IS NOT NULL OR a.review IS NOT NULL))"
        );
        sql::value(&self.conn, &query, (people::person_seq(&self.conn, person)?, since))
    }

    /// The notes beside the answers about an item that hold now, in the order of their people's coming.
    pub fn notes_of_item(&self, question: QuestionId, item: u32) -> Result<Vec<NoteRow>> {
        let query = "SELECT a.id, p.id, c.body FROM now_answer n JOIN answer a ON a.seq = n.answer
                     JOIN person p ON p.seq = n.person JOIN content c ON c.id = a.note
                     WHERE n.question = ?1 AND n.item = ?2 AND c.body IS NOT NULL ORDER BY n.person";
        sql::list(&self.conn, query, (questions::question_seq(&self.conn, question)?, item), |row| {
            Ok(NoteRow { answer: sql::id(row, 0)?, person: sql::id(row, 1)?, note: row.get(2)? })
        })
    }

    /// The replies about an item, oldest first.
    pub fn replies_of_item(&self, question: QuestionId, item: u32) -> Result<Vec<ReplyRow>> {
        let query = "SELECT p.id, t.person, t.at_utc_ms, c.body
                     FROM reply r JOIN act t ON t.seq = r.act JOIN answer a ON a.id = r.about
                     JOIN person p ON p.seq = a.person JOIN content c ON c.id = r.body
                     WHERE r.question = ?1 AND r.item = ?2 AND r.act NOT IN (SELECT act FROM dead)
                     GROUP BY r.id ORDER BY t.at_utc_ms, r.id";
        sql::list(&self.conn, query, (questions::question_seq(&self.conn, question)?, item), |row| {
            Ok(ReplyRow { to: sql::id(row, 0)?, by: sql::id(row, 1)?, at: row.get(2)?, body: row.get(3)? })
        })
    }
}

/// Reads what an entry is about; none where there is nothing to hear of.
type Read = fn(&Row<'_>, &mut Values) -> Result<Option<Matter>>;

fn entry(row: &Row<'_>, question: &Question, matter: Matter) -> Result<Entry> {
    Ok(Entry {
        id: sql::id(row, 0)?,
        question: question.id,
        item: row.get(1)?,
        by: sql::id(row, 2)?,
        at: row.get(3)?,
        matter,
        read: row.get(4)?,
    })
}

/// Whether one of the labels was split since: it says nothing any more, and differs from nothing.
fn is_split(question: &Question, matter: &Matter) -> bool {
    matches!(matter, Matter::Ruling { mine, ruled, .. } if question.is_split(mine) || question.is_split(ruled))
}

/// A ruling beside what one says oneself; labels that were merged since may have made both the same.
fn ruling(row: &Row<'_>, values: &mut Values) -> Result<Option<Matter>> {
    let differ = |mine: Option<Value>, ruled: Option<Value>| mine.zip(ruled).filter(|(mine, ruled)| mine != ruled);
    let both = differ(values.value(row, 5, 6)?, values.value(row, 7, 8)?);
    let reason = row.get(9)?;
    Ok(both.map(|(mine, ruled)| Matter::Ruling { mine, ruled, reason }))
}

fn replies_to_me() -> String {
    format!(
        "SELECT r.id, r.item, t.person, t.at_utc_ms, {}, c.body, n.body
         FROM reply r JOIN answer a ON a.id = r.about JOIN act t ON t.seq = r.act JOIN content c ON c.id = r.body
         LEFT JOIN content n ON n.id = a.note
         WHERE r.question = ?2 AND a.person = ?1 AND r.act NOT IN (SELECT act FROM dead)
            AND t.person <> (SELECT id FROM person WHERE seq = ?1) GROUP BY r.id",
        read("r.id")
    )
}

/// Of people; what a method settled is nobody's word. What was said about another text than was ruled on says nothing.
fn rulings_against_me() -> String {
    format!(
        "SELECT r.id, r.item, t.person, t.at_utc_ms, {}, a.value, v.body, r.value, w.body, c.body
         FROM now_ruling k JOIN ruling r ON r.seq = k.ruling JOIN act t ON t.seq = r.act
         JOIN now_answer n ON (n.question, n.item, n.person) = (k.question, k.item, ?1)
         JOIN answer a ON a.seq = n.answer AND a.value <> r.value AND a.text IS r.text
         JOIN content v ON v.id = a.value JOIN content w ON w.id = r.value LEFT JOIN content c ON c.id = r.note
         WHERE k.question = ?2 AND k.origin = 'adjudicated'
            AND r.text IS (SELECT text FROM now_item i WHERE i.item = r.item)
            AND t.person <> (SELECT id FROM person WHERE seq = ?1)",
        read("r.id")
    )
}

/// A note is replied to by a reply to any answer of the same person beside which it stood.
fn open_notes() -> String {
    format!(
        "SELECT a.id, a.item, p.id, coalesce(a.imported_utc_ms, t.at_utc_ms), {}, a.value, v.body, a.skip, c.body
         FROM answer a JOIN now_answer n ON n.answer = a.seq AND n.question = a.question AND n.item = a.item
            AND n.person = a.person
         JOIN person p ON p.seq = a.person JOIN act t ON t.seq = a.act JOIN content c ON c.id = a.note
         LEFT JOIN content v ON v.id = a.value
         WHERE a.question = ?2 AND a.note IS NOT NULL AND a.person <> ?1 AND NOT EXISTS (
            SELECT 1 FROM reply r JOIN answer b ON b.id = r.about
            WHERE r.item = a.item AND r.question = a.question AND b.person = a.person AND b.note = a.note
                AND r.act NOT IN (SELECT act FROM dead))",
        read("a.id")
    )
}

impl Writer<'_> {
    /// Replies to the note beside an answer.
    pub fn add_reply(&mut self, new: &NewReply) -> Result<ReplyId> {
        let question = self.question_seq(new.question)?;
        let item = self.item_for_answer(new.item, None)?;
        let body = self.hold(&new.body)?;
        let id: ReplyId = ids::fresh(self.at());
        self.fact(
            &facts::REPLY,
            &[
                Cell::Blob(id.as_bytes()),
                Cell::Ref(question, new.question.as_bytes()),
                Cell::Ref(new.item.into(), &item.key),
                Cell::Blob(new.about.as_bytes()),
                body.cell(),
            ],
        )?;
        Ok(id)
    }

    /// Records that whoever acts has read entries of their inbox; those read already add nothing.
    pub fn read_entries(&mut self, entries: &[EntryId]) -> Result<usize> {
        let (by, mut new) = (self.by(), 0);
        let person = self.person_seq(by)?;
        for id in entries {
            let query = format!("SELECT {}", read("?2"));
            if sql::value(self.conn, &query, (person, id.as_bytes()))? {
                continue;
            }
            self.fact(&facts::INBOX_READ, &[Cell::Ref(person, by.as_bytes()), Cell::Blob(id.as_bytes())])?;
            new += 1;
        }
        Ok(new)
    }
}

/// What a reply needs: somebody's note, where it is plain whose.
///
/// # Errors
/// Where nobody wrote a note, or several did and none is named.
pub fn note_to_reply_to(notes: &[NoteRow], to: Option<PersonId>) -> Result<&NoteRow> {
    let mut meant = notes.iter().filter(|note| to.is_none_or(|to| note.person == to));
    match (meant.next(), meant.next()) {
        (Some(one), None) => Ok(one),
        (None, _) if notes.is_empty() => Err(Error::conflict("nobody wrote a note beside an answer to this item")),
        (None, _) => Err(Error::conflict("that person wrote no note beside their answer to this item")),
        (Some(_), Some(_)) => {
            Err(Error::usage("several people wrote notes about this item").hint("say to whom: --to NAME"))
        }
    }
}
