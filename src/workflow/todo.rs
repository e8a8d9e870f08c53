//! What the next revision of the guidelines has to answer: items of which somebody said that the guidelines do not settle
//! them, by a mark on a ruling or as the reason of a skip.

use crate::domain::{PersonId, Question, Said, Value};
use crate::error::Result;
use crate::project::{CurrentAnswer, Project, Unclear};
use crate::workflow::blind::Blind;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// One item that the guidelines did not settle, under one revision of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Todo {
    /// The item's row.
    pub seq: u32,
    /// The user's own id, else the beginning of the key.
    pub id: String,
    /// The text.
    pub text: String,
    /// The revision that was in view; 0 for none.
    pub revision: u32,
    /// The revision that came after it, if one did: then it is no longer open.
    pub answered_by: Option<u32>,
    /// Who said so, and what they wrote beside it.
    pub marks: Vec<Mark>,
    /// What people say about the item, as far as the viewer may read it: the name and the value.
    pub answers: Vec<(String, Value)>,
}

/// Somebody said that the guidelines are unclear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The name; "somebody erased" where it was.
    pub by: String,
    /// Whether on a ruling; else by skipping.
    pub ruled: bool,
    /// The remark.
    pub note: Option<String>,
    /// When, UTC milliseconds.
    pub at: i64,
}

/// The to-dos that somebody may see, in the order of their items, the newest revision first: those made under the revision
/// that holds now, or all. Of items that they are to answer blind, only their own marks are.
///
/// # Errors
/// Where the file cannot be read.
pub fn list(project: &Project, question: &Question, viewer: Option<PersonId>, all: bool) -> Result<Vec<Todo>> {
    let revisions: Vec<u32> = project.guidelines(question.id)?.into_iter().map(|g| g.revision).collect();
    let people = project.people()?;
    let name = |id: PersonId| {
        let person = people.iter().find(|person| person.id == id);
        person.and_then(|person| person.name.clone()).unwrap_or_else(|| "somebody erased".to_owned())
    };
    let Some((blind, grouped)) = grouped(project, question, viewer)? else { return Ok(Vec::new()) };
    let mut todos = Vec::new();
    for ((back, seq), marks) in grouped {
        let revision = u32::MAX - back;
        let answered_by = revisions.iter().copied().find(|later| *later > revision);
        if answered_by.is_some() && !all {
            continue;
        }
        let item = project.item(seq)?;
        let seen = |answer: &CurrentAnswer| !blind.hides(seq) || Some(answer.person) == viewer;
        let said = project.current_of_item(question, seq)?.into_iter().filter(seen);
        let said = said.filter_map(|answer| match answer.said {
            Said::Value(value) => Some((name(answer.person), value)),
            Said::Skipped(_) => None,
        });
        let answers = said.collect();
        let mark = |m: Unclear| Mark { by: name(m.by), ruled: m.ruled, note: m.note, at: m.at };
        let marks = marks.into_iter().map(mark).collect();
        todos.push(Todo { seq, id: item.name(), text: item.text, revision, answered_by, marks, answers });
    }
    Ok(todos)
}

/// How many items wait for the next revision, as somebody may see them.
///
/// # Errors
/// Where the file cannot be read.
pub fn waiting(project: &Project, question: &Question, viewer: Option<PersonId>) -> Result<usize> {
    let newest = u32::MAX - question.guidelines_revision();
    let Some((_, grouped)) = grouped(project, question, viewer)? else { return Ok(0) };
    Ok(grouped.keys().filter(|(back, _)| *back <= newest).count())
}

/// Marks by how far their revision is from the greatest there could be, and by item.
type Grouped = BTreeMap<(u32, u32), Vec<Unclear>>;

/// The marks that somebody may see, with what is kept from them; none where nobody made one.
fn grouped(project: &Project, question: &Question, viewer: Option<PersonId>) -> Result<Option<(Blind, Grouped)>> {
    let marks = project.unclear(question.id)?;
    if marks.is_empty() {
        return Ok(None);
    }
    let blind = Blind::of(project, question, viewer)?;
    let mut grouped = Grouped::new();
    for mark in marks.into_iter().filter(|mark| !blind.hides(mark.item) || Some(mark.by) == viewer) {
        grouped.entry((u32::MAX - mark.revision, mark.item)).or_default().push(mark);
    }
    Ok(Some((blind, grouped)))
}

impl Todo {
    /// As `karat guidelines todo --json` prints it.
    pub fn to_json(&self, question: &Question) -> Json {
        let marks = self
            .marks
            .iter()
            .map(|m| json!({"by": m.by, "how": if m.ruled { "ruling" } else { "skip" }, "note": m.note, "at": m.at}));
        let answers =
            self.answers.iter().map(|(who, value)| json!({"annotator": who, "answer": question.spell(value)}));
        json!({
            "item": self.id, "text": self.text, "revision": self.revision, "answered_by": self.answered_by,
            "marks": marks.collect::<Vec<_>>(), "answers": answers.collect::<Vec<_>>(),
        })
    }

    /// Who said so with what, and what people say: `chi: is sarcasm negative? · ana: neutral, ben: negative`.
    pub fn told(&self, question: &Question) -> String {
        let mark = |m: &Mark| m.note.as_ref().map_or_else(|| m.by.clone(), |note| format!("{}: {note}", m.by));
        let marks = self.marks.iter().map(mark).collect::<Vec<_>>().join(", ");
        let said = |(who, value): &(String, Value)| format!("{who}: {}", question.tell(value, &self.text));
        let answers = self.answers.iter().map(said).collect::<Vec<_>>().join(", ");
        if answers.is_empty() { marks } else { format!("{marks} · {answers}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ActKind, Kind, SkipReason};
    use crate::workflow::agreement::tests::World;
    use crate::workflow::settle::{self, Settling};

    #[test]
    fn marks_wait_until_the_next_revision_which_answers_them() {
        let mut w = World::new(Kind::Choice, &["no", "yes"]);
        let (lead, id) = (w.people[0], w.question().id);
        w.project.write(lead, ActKind::Guidelines, |w| w.write_guidelines(id, "say yes")).expect("written");
        let question = w.question();
        let yes = question.parse_value("yes").expect("a label");
        let settling = Settling { unclear: true, note: Some("sarcasm?".into()), ..Settling::of(2, yes) };
        settle::adjudicate(&mut w.project, lead, &question, &settling).expect("settled");
        w.say(0, 3, "no");
        w.skip(1, 3, SkipReason::UnclearGuideline);
        w.skip(2, 2, SkipReason::UnclearGuideline);
        w.skip(2, 4, SkipReason::BrokenText);
        let told = |w: &World, all| -> Vec<(u32, u32, Option<u32>, usize)> {
            let todos = list(&w.project, &w.question(), Some(w.people[0]), all).expect("listed");
            todos.iter().map(|t| (t.seq, t.revision, t.answered_by, t.marks.len())).collect()
        };
        assert_eq!(told(&w, false), [(2, 1, None, 2), (3, 1, None, 1)]);
        let todos = list(&w.project, &question, Some(lead), false).expect("listed");
        // Both were made in the same millisecond.
        assert!(["ana: sarcasm?, chi", "chi, ana: sarcasm?"].contains(&todos[0].told(&question).as_str()));
        assert_eq!(todos[1].told(&question), "ben · ana: no");
        assert_eq!(waiting(&w.project, &question, Some(lead)), Ok(2));
        w.project.write(lead, ActKind::Guidelines, |w| w.write_guidelines(id, "sarcasm is no")).expect("written");
        assert_eq!((told(&w, false), waiting(&w.project, &w.question(), Some(lead))), (vec![], Ok(0)));
        w.skip(2, 5, SkipReason::UnclearGuideline);
        assert_eq!(told(&w, true), [(5, 2, None, 1), (2, 1, Some(2), 2), (3, 1, Some(2), 1)]);
        w.say(2, 5, "yes");
        assert_eq!(told(&w, false), [], "who answers after all takes the mark back");
    }

    #[test]
    fn what_others_remark_on_an_item_is_seen_once_one_has_answered_it() {
        let mut w = World::new(Kind::Choice, &["no", "yes"]);
        let (lead, ben) = (w.people[0], w.people[1]);
        let question = w.question();
        let yes = question.parse_value("yes").expect("a label");
        let settling = Settling { unclear: true, note: Some("this is yes".into()), ..Settling::of(2, yes) };
        settle::adjudicate(&mut w.project, lead, &question, &settling).expect("settled");
        w.skip(1, 3, SkipReason::UnclearGuideline);
        w.skip(2, 3, SkipReason::UnclearGuideline);
        let seen = |w: &World| -> Vec<(u32, usize)> {
            let todos = list(&w.project, &question, Some(ben), true).expect("listed");
            assert_eq!(waiting(&w.project, &question, Some(ben)), Ok(todos.len()));
            todos.iter().map(|todo| (todo.seq, todo.marks.len())).collect()
        };
        assert_eq!(seen(&w), [(3, 1)], "their own mark alone");
        w.say(1, 2, "no");
        assert_eq!(seen(&w), [(2, 1), (3, 1)]);
    }
}
