//! The inbox: what others did that somebody should hear of, an entry opened, and replies to notes.

use super::blind::withheld;
use super::{people, rights};
use crate::clock::Millis;
use crate::domain::{ActKind, Deed, Entry, EntryId, Matter, PersonId, Question, QuestionId, ReplyId, iso};
use crate::error::{Error, Result};
use crate::project::{NewReply, Project, note_to_reply_to};
use serde_json::{Value as Json, json};

/// An entry in words.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Names it.
    pub id: EntryId,
    /// reply, ruling or note.
    pub kind: &'static str,
    /// The item's row.
    pub seq: u32,
    /// What the item is called.
    pub item: String,
    /// The question's id and name.
    pub question: (QuestionId, String),
    /// Who did it; none once erased.
    pub by: Option<String>,
    /// When, UTC milliseconds.
    pub at: Millis,
    /// Whether it was read.
    pub read: bool,
    /// The reply, why it was ruled so, or the note.
    pub text: Option<String>,
    /// What one answered oneself; beside a note, what its author did.
    pub answer: Option<String>,
    /// What was ruled.
    pub ruling: Option<String>,
    /// One's own note that was replied to.
    pub note: Option<String>,
}

/// An entry with all that belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    /// The entry.
    pub line: Line,
    /// The item's text.
    pub text: String,
    /// What the reader answers to it, if anything.
    pub mine: Option<String>,
    /// The ruling that holds, who made it, and why.
    pub ruling: Option<(String, Option<String>, Option<String>)>,
    /// Who noted what beside their answer: one's own note, of all for those who reply.
    pub notes: Vec<(String, String)>,
    /// Who replied to whom, and what.
    pub replies: Vec<(String, String, String)>,
    /// Whether the reader may reply to the entry's author.
    pub may_reply: bool,
}

/// What others say about an item that somebody is to answer without reading is no entry of theirs yet; a reply to their
/// own note is.
fn entries(project: &Project, who: PersonId) -> Result<Vec<Entry>> {
    let Some(person) = project.people()?.into_iter().find(|person| person.id == who) else { return Ok(Vec::new()) };
    let mut entries = project.inbox(who, person.role.may(Deed::Reply))?;
    let tells = |entry: &Entry| !matches!(entry.matter, Matter::Reply { .. });
    if entries.iter().any(tells) {
        for question in project.questions()? {
            let withheld = withheld(project, &question, Some(&person))?;
            entries.retain(|e| e.question != question.id || !tells(e) || !withheld.contains(&e.item));
        }
    }
    Ok(entries)
}

/// How many entries somebody has not read.
pub fn unread(project: &Project, who: PersonId) -> Result<usize> {
    Ok(entries(project, who)?.iter().filter(|entry| !entry.read).count())
}

/// Somebody's entries, newest first.
pub fn of(project: &Project, who: PersonId) -> Result<Vec<Line>> {
    let (people, questions) = (project.people()?, project.questions()?);
    let line = |entry: Entry| {
        let question = questions.iter().find(|question| question.id == entry.question);
        let question = question.ok_or_else(|| Error::internal("an entry of a question that is not there"))?;
        let by = people.iter().find(|person| person.id == entry.by).and_then(|person| person.name.clone());
        in_words(project, question, entry, by)
    };
    entries(project, who)?.into_iter().map(line).collect()
}

fn in_words(project: &Project, question: &Question, entry: Entry, by: Option<String>) -> Result<Line> {
    let kind = entry.matter.word();
    let (text, answer, ruling, note) = match entry.matter {
        Matter::Reply { note, body } => (body, None, None, note),
        Matter::Ruling { mine, ruled, reason } => {
            (reason, Some(question.spell(&mine)), Some(question.spell(&ruled)), None)
        }
        Matter::Note { said, note } => (Some(note), Some(question.spell_said(&said)), None, None),
    };
    Ok(Line {
        id: entry.id,
        kind,
        seq: entry.item,
        item: project.item(entry.item)?.name(),
        question: (question.id, question.name.clone()),
        by,
        at: entry.at,
        read: entry.read,
        text,
        answer,
        ruling,
        note,
    })
}

/// Opens an entry: the item, what one says of it, the ruling, notes and replies.
///
/// # Errors
/// Where it is gone: the ruling was taken back, or the answer changed.
pub fn open(project: &Project, who: PersonId, id: EntryId) -> Result<Opened> {
    let gone = || Error::conflict("that entry is gone: what it was about was taken back or has changed");
    let line = of(project, who)?.into_iter().find(|line| line.id == id).ok_or_else(gone)?;
    let question = project.questions()?.into_iter().find(|q| q.id == line.question.0).ok_or_else(gone)?;
    let people = project.people()?;
    let name = |id: PersonId| {
        people.iter().find(|p| p.id == id).and_then(|p| p.name.clone()).unwrap_or_else(|| "somebody erased".to_owned())
    };
    let replies_to_notes = rights::role_of(project, who)?.may(Deed::Reply);
    let viewer = people.iter().find(|person| person.id == who);
    let blind = withheld(project, &question, viewer)?.contains(&line.seq);
    let sees = |person: PersonId| (replies_to_notes && !blind) || person == who;
    let mine = project.answer_of(&question, line.seq, who)?.map(|answer| question.spell_said(&answer.said));
    let ruling = if blind { None } else { project.ruling_of(&question, line.seq)? };
    let notes = project.notes_of_item(question.id, line.seq)?.into_iter().filter(|note| sees(note.person));
    let replies = project.replies_of_item(question.id, line.seq)?.into_iter().filter(|reply| sees(reply.to));
    Ok(Opened {
        text: project.item(line.seq)?.text,
        mine,
        ruling: ruling.map(|ruling| (question.spell(&ruling.value), Some(name(ruling.by)), ruling.note)),
        notes: notes.map(|note| (name(note.person), note.note)).collect(),
        replies: replies.filter_map(|r| Some((name(r.by), name(r.to), r.body?))).collect(),
        may_reply: replies_to_notes && line.kind == "note",
        line,
    })
}

/// Records that somebody has read entries; how many were new to them.
pub fn read(project: &mut Project, who: PersonId, entries: &[EntryId]) -> Result<usize> {
    Ok(project.write(who, ActKind::Read, |w| w.read_entries(entries))?.1)
}

/// Replies to the note beside somebody's answer; without a name, beside the only one. Whoever replies has read it.
///
/// # Errors
/// Where the text is empty, or it is not plain whose note is meant.
pub fn reply(
    project: &mut Project,
    by: PersonId,
    question: &Question,
    item: u32,
    text: &str,
    to: Option<&str>,
) -> Result<(ReplyId, PersonId)> {
    rights::allow(project, by, Deed::Reply)?;
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::usage("an empty reply says nothing"));
    }
    let to = to.map(|name| people::named(project, name).map(|person| person.id)).transpose()?;
    let notes = project.notes_of_item(question.id, item)?;
    let note = note_to_reply_to(&notes, to)?;
    let new = NewReply { question: question.id, item, about: note.answer, body: text.to_owned() };
    let (_, id) = project.write(by, ActKind::Reply, |w| w.add_reply(&new))?;
    Ok((id, note.person))
}

impl Line {
    /// One line of what it says: `positive, ruled negative: sarcasm`.
    pub fn summary(&self) -> String {
        let text = self.text.as_deref();
        let with = |head: String| text.map_or_else(|| head.clone(), |text| format!("{head}: {text}"));
        match (&self.answer, &self.ruling) {
            (Some(mine), Some(ruled)) => with(format!("you said {mine}, ruled {ruled}")),
            (Some(said), None) => with(format!("beside {said}")),
            _ => text.unwrap_or("(erased)").to_owned(),
        }
    }

    /// As JSON.
    pub fn to_json(&self) -> Json {
        json!({
            "id": self.id.to_string(), "kind": self.kind, "item": self.item, "question": self.question.1,
            "by": self.by, "at": iso(self.at), "read": self.read, "text": self.text, "answer": self.answer,
            "ruling": self.ruling, "your_note": self.note,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Kind;
    use crate::workflow::agreement::tests::World;
    use crate::workflow::review;
    use crate::workflow::settle::{self, Settling};

    #[test]
    fn a_ruling_on_an_item_that_was_sent_back_is_told_once_it_is_answered_anew() {
        let mut w = World::new(Kind::Choice, &["no", "yes"]);
        let (lead, ben, question) = (w.people[0], w.people[1], w.question());
        let no = question.parse_value("no").expect("a label");
        w.say(1, 1, "yes");
        settle::adjudicate(&mut w.project, lead, &question, &Settling::of(1, no)).expect("settled");
        assert_eq!(unread(&w.project, ben), Ok(1));
        let entry = of(&w.project, ben).expect("read")[0].id;
        review::send(&mut w.project, Some(lead), &question, "answer.ben = 'yes'", None).expect("sent");
        assert_eq!((unread(&w.project, ben), of(&w.project, ben).map(|lines| lines.len())), (Ok(0), Ok(0)));
        assert!(open(&w.project, ben, entry).is_err());
        let review = w.project.open_review(question.id, 1).expect("read");
        w.review(1, 1, question.parse_value("yes").expect("a label"), review);
        assert_eq!(unread(&w.project, ben), Ok(1));
    }
}
