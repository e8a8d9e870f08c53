//! The inbox of whoever sits here.

use super::sitting::Sitting;
use crate::domain::{EntryId, QuestionId, Role};
use crate::error::{Error, Result};
use crate::workflow::inbox::{self, Line, Opened};
use crate::workflow::rights;

impl Sitting {
    /// This person's entries, newest first.
    pub fn inbox(&self) -> Result<Vec<Line>> {
        inbox::of(&self.project, self.me.id)
    }

    /// How many of them are unread.
    pub fn unread(&self) -> Result<usize> {
        inbox::unread(&self.project, self.me.id)
    }

    /// This person's role as it is now.
    pub fn role(&self) -> Result<Role> {
        rights::role_of(&self.project, self.me.id)
    }

    /// Opens an entry; it is read then.
    pub fn open_entry(&mut self, id: EntryId) -> Result<Opened> {
        let opened = inbox::open(&self.project, self.me.id, id)?;
        inbox::read(&mut self.project, self.me.id, &[id])?;
        Ok(opened)
    }

    /// Marks every entry as read.
    pub fn read_inbox(&mut self) -> Result<()> {
        let all: Vec<EntryId> = self.inbox()?.into_iter().filter(|line| !line.read).map(|line| line.id).collect();
        inbox::read(&mut self.project, self.me.id, &all).map(drop)
    }

    /// Replies to a note; who will find it.
    ///
    /// # Errors
    /// Where it is not plain whose note is meant, or this person may not reply.
    pub fn reply(&mut self, question: QuestionId, seq: u32, to: Option<&str>, text: &str) -> Result<String> {
        let question = self.project.questions()?.into_iter().find(|q| q.id == question);
        let question = question.ok_or_else(|| Error::conflict("that question is gone"))?;
        let (_, to) = inbox::reply(&mut self.project, self.me.id, &question, seq, text, to)?;
        self.project.name_of(to)
    }
}
