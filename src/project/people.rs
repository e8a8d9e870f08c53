//! People, and the models and imports that act beside them.

use super::content::{self, Held};
use super::facts::{self, Cell};
use super::hash::Keys;
use super::{Place, Project, Writer, acts, sql};
use crate::domain::{ActKind, Person, PersonId, PersonKind, Role};
use crate::error::{Error, Result};
use crate::ids;
use rusqlite::Connection;

/// Somebody who joins with the first act that they do.
#[derive(Debug, Clone)]
pub(super) struct Newcomer {
    pub(super) id: PersonId,
    pub(super) name: String,
}

impl Newcomer {
    /// An act of their coming, in the transaction of what they do; who bears their name now, which is another where
    /// somebody came from elsewhere meanwhile.
    pub(super) fn arrive(&self, conn: &Connection, keys: &Keys, place: &Place) -> Result<PersonId> {
        let mut writer = Writer::new(conn, keys, place, self.id, ActKind::Person);
        let id = self.join(&mut writer)?;
        writer.seal()?;
        Ok(id)
    }

    fn join(&self, w: &mut Writer<'_>) -> Result<PersonId> {
        let people = people(w.conn)?;
        if let Some(person) = people.iter().find(|p| p.name.as_deref() == Some(&self.name)) {
            return human(person);
        }
        let role = if people.iter().any(|p| p.kind == PersonKind::Person) { Role::Annotator } else { Role::Lead };
        w.revise_person(self.id, &self.name, role, PersonKind::Person)?;
        Ok(self.id)
    }
}

fn human(person: &Person) -> Result<PersonId> {
    match (person.kind, &person.name) {
        (PersonKind::Person, _) => Ok(person.id),
        (kind, name) => {
            let name = name.as_deref().unwrap_or_default();
            Err(Error::usage(format!("{name:?} is the name of {kind} in this project, not of a human being")))
        }
    }
}

impl Project {
    /// Everybody, in the order of their coming.
    pub fn people(&self) -> Result<Vec<Person>> {
        people(&self.conn)
    }

    /// Somebody by name.
    pub fn person_named(&self, name: &str) -> Result<Option<Person>> {
        Ok(self.people()?.into_iter().find(|p| p.name.as_deref() == Some(name)))
    }

    /// The human being of a name, who is about to act. Whoever is new joins in the transaction of their first act, and
    /// so only if that comes to be: the first as lead, the others as annotators. Whoever has left is refused.
    pub fn actor(&mut self, name: &str) -> Result<PersonId> {
        self.may_write()?;
        match self.person_named(name)? {
            Some(person) => human(&person).and_then(|id| self.refuse_absent(id).map(|()| id)),
            None => {
                let id = ids::fresh(self.place.now());
                self.newcomer = Some(Newcomer { id, name: name.to_owned() });
                Ok(id)
            }
        }
    }

    /// The human being of a name, who joins at once where there is none.
    pub fn join(&mut self, name: &str) -> Result<PersonId> {
        let id = self.actor(name)?;
        match self.newcomer.take() {
            Some(newcomer) => Ok(self.write(id, ActKind::Person, |w| newcomer.join(w))?.1),
            None => Ok(id),
        }
    }

    /// What somebody is called who is here or about to join.
    pub fn name_of(&self, person: PersonId) -> Result<String> {
        match &self.newcomer {
            Some(newcomer) if newcomer.id == person => Ok(newcomer.name.clone()),
            _ => acts::name_of(&self.conn, person),
        }
    }

    /// The login names that somebody has acted under.
    pub fn known_os_users(&self, person: PersonId) -> Result<Vec<String>> {
        sql::list(
            &self.conn,
            "SELECT c.body FROM content c WHERE c.body IS NOT NULL
                AND c.id IN (SELECT DISTINCT os_user FROM act WHERE person = ?1) ORDER BY c.body",
            [person.as_bytes()],
            |row| Ok(row.get(0)?),
        )
    }
}

impl Writer<'_> {
    /// Adds somebody; the name must be free.
    pub fn add_person(&mut self, name: &str, role: Role, kind: PersonKind) -> Result<PersonId> {
        let id = ids::fresh(self.at());
        self.free_name(name)?;
        self.revise_person(id, name, role, kind)?;
        Ok(id)
    }

    /// Somebody by name, added where there is none: for files that name their annotators.
    pub fn person_or_add(&mut self, name: &str, role: Role, kind: PersonKind) -> Result<PersonId> {
        match named(self.conn, name)? {
            Some(person) => Ok(person.id),
            None => self.add_person(name, role, kind),
        }
    }

    /// Gives somebody another name.
    pub fn rename_person(&mut self, id: PersonId, name: &str) -> Result<()> {
        self.free_name(name)?;
        let person = self.person(id)?;
        self.revise_person(id, name, person.role, person.kind)
    }

    /// Gives somebody another role.
    pub fn set_role(&mut self, id: PersonId, role: Role) -> Result<()> {
        let person = self.person(id)?;
        match person.name {
            Some(_) if person.role == role => Ok(()),
            Some(name) => self.revise_person(id, &name, role, person.kind),
            None => Err(Error::conflict("whose name was erased takes no other role")),
        }
    }

    fn free_name(&self, name: &str) -> Result<()> {
        match named(self.conn, name)? {
            Some(_) => Err(Error::conflict(format!("{name:?} is in this project already")).hint("choose another name")),
            None if name.trim().is_empty() => Err(Error::usage("a name must not be empty")),
            None => Ok(()),
        }
    }

    fn person(&self, id: PersonId) -> Result<Person> {
        let found = people(self.conn)?.into_iter().find(|p| p.id == id);
        found.ok_or_else(|| Error::conflict(format!("nobody in this project has the id {id}")))
    }

    fn revise_person(&mut self, id: PersonId, name: &str, role: Role, kind: PersonKind) -> Result<()> {
        sql::run(self.conn, "INSERT OR IGNORE INTO person (id) VALUES (?1)", [id.as_bytes()])?;
        let seq = self.person_seq(id)?;
        let revision = sql::value(
            self.conn,
            "SELECT coalesce(max(revision), 0) + 1 FROM person_revision WHERE person = ?1",
            [seq],
        )?;
        let name: Held = self.hold(name)?;
        if content::body(self.conn, name.id)?.1.is_none() {
            return Err(Error::conflict("that name was erased from this project").hint("join under another name"));
        }
        self.fact(
            &facts::PERSON,
            &[
                Cell::Ref(seq, id.as_bytes()),
                Cell::Int(revision),
                name.cell(),
                Cell::Text(role.as_str()),
                Cell::Text(kind.as_str()),
            ],
        )
    }

    /// The local number of a person.
    pub(super) fn person_seq(&self, id: PersonId) -> Result<i64> {
        self.memo.number(*id.as_bytes(), || person_seq(self.conn, id))
    }
}

/// The local number of a person.
pub(super) fn person_seq(conn: &Connection, id: PersonId) -> Result<i64> {
    sql::first(conn, "SELECT seq FROM person WHERE id = ?1", [id.as_bytes()], |row| Ok(row.get(0)?))?
        .ok_or_else(|| Error::conflict(format!("nobody in this project has the id {id}")))
}

/// Everybody by local number: entry `i` is person `i + 1`.
pub(super) fn person_ids(conn: &Connection) -> Result<Vec<PersonId>> {
    sql::list(conn, "SELECT id FROM person ORDER BY seq", [], |row| sql::id(row, 0))
}

pub(super) fn people(conn: &Connection) -> Result<Vec<Person>> {
    let mut people: Vec<Person> = Vec::new();
    let query = "SELECT p.id, c.body, r.role, r.kind, coalesce(n.state, 'here')
                 FROM person_revision r JOIN act a ON a.seq = r.act JOIN person p ON p.seq = r.person
                 JOIN content c ON c.id = r.name LEFT JOIN now_presence n ON n.person = r.person WHERE r.act NOT IN (SELECT act FROM dead)
                 ORDER BY r.person, r.revision, a.id";
    sql::each(conn, query, [], |row| {
        let person = Person {
            id: sql::id(row, 0)?,
            name: row.get(1)?,
            role: sql::word(row, 2)?,
            kind: sql::word(row, 3)?,
            presence: sql::word(row, 4)?,
        };
        people.pop_if(|last| last.id == person.id);
        people.push(person);
        Ok(())
    })?;
    Ok(people)
}

fn named(conn: &Connection, name: &str) -> Result<Option<Person>> {
    Ok(people(conn)?.into_iter().find(|p| p.name.as_deref() == Some(name)))
}
