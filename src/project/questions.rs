//! Questions and their guidelines.

use super::facts::{self, Cell};
use super::{Project, Writer, labels, people, settings, sql};
use crate::domain::{Guidelines, Kind, LabelId, PersonId, Question, QuestionId, Scale};
use crate::error::{Error, Result};
use crate::ids;
use rusqlite::Connection;
use serde_json::json;

impl Project {
    /// Every question, in the order of their coming.
    pub fn questions(&self) -> Result<Vec<Question>> {
        questions(&self.conn)
    }

    /// The question of a name; without one, the only question there is.
    pub fn question(&self, name: Option<&str>) -> Result<Question> {
        let mut questions = self.questions()?;
        let names = || questions.iter().map(|q| q.name.as_str()).collect::<Vec<_>>().join(", ");
        match (name, questions.len()) {
            (_, 0) => Err(Error::data("this project asks nothing yet").hint("add a question: karat question add NAME")),
            (None, 1) => Ok(questions.remove(0)),
            (None, _) => Err(Error::usage(format!("this project asks several questions: {}", names()))
                .hint("say which with --question NAME")),
            (Some(name), _) => match questions.iter().position(|q| q.name == name) {
                Some(i) => Ok(questions.remove(i)),
                None => {
                    Err(Error::usage(format!("no question is called {name:?}")).hint(format!("there are: {}", names())))
                }
            },
        }
    }

    /// Every revision of a question's guidelines, oldest first.
    pub fn guidelines(&self, question: QuestionId) -> Result<Vec<Guidelines>> {
        guidelines(&self.conn, question)
    }

    /// The newest revision of the guidelines that somebody has read, 0 for none.
    pub fn guidelines_read(&self, question: QuestionId, person: PersonId) -> Result<u32> {
        sql::value(
            &self.conn,
            "SELECT coalesce(max(r.revision), 0) FROM guidelines_read r
             JOIN question q ON q.seq = r.question JOIN person p ON p.seq = r.person
             WHERE q.id = ?1 AND p.id = ?2 AND r.act NOT IN (SELECT act FROM dead)",
            (question.as_bytes(), person.as_bytes()),
        )
    }
}

impl Writer<'_> {
    /// Adds a question. Its id follows from its name, so that two copies that add the same one merge into one.
    pub fn add_question(&mut self, name: &str, kind: Kind) -> Result<QuestionId> {
        if name.trim().is_empty() {
            return Err(Error::usage("a question's name must not be empty"));
        }
        if questions(self.conn)?.iter().any(|q| q.name == name) {
            return Err(Error::conflict(format!("a question called {name:?} is there already")));
        }
        let named: QuestionId = ids::of_parts(&[self.keys.project().as_bytes(), b"question", name.as_bytes()]);
        let taken: bool = sql::value(
            self.conn,
            "SELECT EXISTS (SELECT 1 FROM question q JOIN question_revision r ON r.question = q.seq
                WHERE q.id = ?1 AND r.act NOT IN (SELECT act FROM dead))",
            [named.as_bytes()],
        )?;
        let id = if taken { ids::fresh(self.at()) } else { named };
        sql::run(self.conn, "INSERT OR IGNORE INTO question (id) VALUES (?1)", [id.as_bytes()])?;
        self.revise_question(id, name, kind)?;
        Ok(id)
    }

    /// Gives a question another name.
    pub fn rename_question(&mut self, id: QuestionId, name: &str) -> Result<()> {
        let questions = questions(self.conn)?;
        if questions.iter().any(|q| q.name == name) {
            return Err(Error::conflict(format!("a question called {name:?} is there already")));
        }
        let question = questions.iter().find(|q| q.id == id).ok_or_else(|| unknown(id))?;
        self.revise_question(id, name, question.kind)
    }

    fn revise_question(&mut self, id: QuestionId, name: &str, kind: Kind) -> Result<()> {
        let seq = self.question_seq(id)?;
        let revision = sql::value(
            self.conn,
            "SELECT coalesce(max(revision), 0) + 1 FROM question_revision WHERE question = ?1",
            [seq],
        )?;
        let question = Cell::Ref(seq, id.as_bytes());
        self.fact(&facts::QUESTION, &[question, Cell::Int(revision), Cell::Text(name), Cell::Text(kind.as_str())])
    }

    /// Says which ratings can be given.
    pub fn set_scale(&mut self, question: QuestionId, scale: Scale) -> Result<()> {
        self.set_setting(&scale_setting(question), &json!([scale.least(), scale.most()]))
    }

    /// How a question is answered.
    pub(super) fn kind_of(&self, question: QuestionId) -> Result<Kind> {
        sql::first(
            self.conn,
            "SELECT r.kind FROM question_revision r JOIN question q ON q.seq = r.question JOIN act a ON a.seq = r.act
             WHERE q.id = ?1 AND r.act NOT IN (SELECT act FROM dead) ORDER BY r.revision DESC, a.id DESC LIMIT 1",
            [question.as_bytes()],
            |row| sql::word(row, 0),
        )?
        .ok_or_else(|| unknown(question))
    }

    /// Writes the next revision of a question's guidelines; its number. The same text again is no revision.
    pub fn write_guidelines(&mut self, question: QuestionId, text: &str) -> Result<u32> {
        let newest = guidelines(self.conn, question)?.pop();
        if let Some(newest) = newest.filter(|g| g.text == text) {
            return Ok(newest.revision);
        }
        let seq = self.question_seq(question)?;
        let revision: u32 =
            sql::value(self.conn, "SELECT coalesce(max(revision), 0) + 1 FROM guidelines WHERE question = ?1", [seq])?;
        let text = self.hold(text)?;
        let question = Cell::Ref(seq, question.as_bytes());
        self.fact(&facts::GUIDELINES, &[question, Cell::Int(revision.into()), text.cell()])?;
        Ok(revision)
    }

    /// Records that whoever acts has read a revision of the guidelines.
    pub fn read_guidelines(&mut self, question: QuestionId, revision: u32) -> Result<()> {
        let (question_seq, person) = (self.question_seq(question)?, self.by());
        let person_seq = self.person_seq(person)?;
        self.fact(
            &facts::GUIDELINES_READ,
            &[
                Cell::Ref(question_seq, question.as_bytes()),
                Cell::Ref(person_seq, person.as_bytes()),
                Cell::Int(revision.into()),
            ],
        )
    }

    /// The local number of a question.
    pub(super) fn question_seq(&self, id: QuestionId) -> Result<i64> {
        self.memo.number(*id.as_bytes(), || question_seq(self.conn, id))
    }
}

/// The setting that holds a question's scale: the lowest and the highest rating.
fn scale_setting(question: QuestionId) -> String {
    format!("scale.{question}")
}

/// The ratings that can be given to a question.
pub(super) fn scale(conn: &Connection, question: QuestionId) -> Result<Scale> {
    let set = settings::setting(conn, &scale_setting(question))?;
    let end = |i: usize| set.as_ref()?.get(i)?.as_i64();
    Ok(end(0).zip(end(1)).and_then(|(least, most)| Scale::new(least, most)).unwrap_or_default())
}

/// The id that a label of a name gets in a question, where it is free.
pub fn label_id(question: QuestionId, name: &str) -> LabelId {
    ids::of_parts(&[question.as_bytes(), b"label", name.as_bytes()])
}

/// The local number of a question.
pub(super) fn question_seq(conn: &Connection, id: QuestionId) -> Result<i64> {
    sql::first(conn, "SELECT seq FROM question WHERE id = ?1", [id.as_bytes()], |row| Ok(row.get(0)?))?
        .ok_or_else(|| unknown(id))
}

fn unknown(id: QuestionId) -> Error {
    Error::conflict(format!("no question of this project has the id {id}"))
}

pub(super) fn questions(conn: &Connection) -> Result<Vec<Question>> {
    let mut questions: Vec<Question> = Vec::new();
    let query = "SELECT q.id, r.name, r.kind
                 FROM question_revision r JOIN act a ON a.seq = r.act JOIN question q ON q.seq = r.question
                 WHERE r.act NOT IN (SELECT act FROM dead) ORDER BY r.question, r.revision, a.id";
    sql::each(conn, query, [], |row| {
        let id = sql::id(row, 0)?;
        let question = Question {
            id,
            name: row.get(1)?,
            kind: sql::word(row, 2)?,
            labels: Vec::new(),
            label_revision: 0,
            guidelines: None,
            scale: Default::default(),
        };
        questions.pop_if(|last| last.id == id);
        questions.push(question);
        Ok(())
    })?;
    for question in &mut questions {
        (question.labels, question.label_revision) = labels::labels(conn, question.id)?;
        question.scale = scale(conn, question.id)?;
        question.guidelines = guidelines(conn, question.id)?.pop();
    }
    Ok(questions)
}

fn guidelines(conn: &Connection, question: QuestionId) -> Result<Vec<Guidelines>> {
    let names = people::people(conn)?;
    let name = |id: PersonId| names.iter().find(|p| p.id == id).and_then(|p| p.name.clone()).unwrap_or_default();
    let mut revisions: Vec<Guidelines> = sql::list(
        conn,
        "SELECT g.revision, c.body, c.hash, a.person, a.at_utc_ms
         FROM guidelines g JOIN question q ON q.seq = g.question JOIN content c ON c.id = g.text JOIN act a ON a.seq = g.act
         WHERE q.id = ?1 AND g.act NOT IN (SELECT act FROM dead) ORDER BY g.revision, a.id",
        [question.as_bytes()],
        |row| {
            Ok(Guidelines {
                revision: row.get(0)?,
                text: row.get::<_, Option<String>>(1)?.unwrap_or_default(),
                hash: sql::digest(row, 2)?,
                by: name(sql::id(row, 3)?),
                at: row.get(4)?,
            })
        },
    )?;
    revisions.dedup_by(|later, earlier| {
        let same = later.revision == earlier.revision;
        if same {
            std::mem::swap(later, earlier);
        }
        same
    });
    Ok(revisions)
}
