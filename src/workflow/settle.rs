//! Rulings by a person.

use crate::domain::{ActKind, Deed, PersonId, PersonKind, Question, QuestionId, RulingId, RulingOrigin, Said, Value};
use crate::error::{Error, Result};
use crate::project::{NewRuling, Project, UndoScope, Undone};

/// A ruling as a face hands it in.
#[derive(Debug, Clone, PartialEq)]
pub struct Settling {
    /// The item's row.
    pub item: u32,
    /// The value that holds from now on.
    pub value: Value,
    /// Why.
    pub note: Option<String>,
    /// Whether the guidelines in view do not settle the matter.
    pub unclear: bool,
}

impl Settling {
    /// A ruling without a remark.
    pub fn of(item: u32, value: Value) -> Self {
        Self { item, value, note: None, unclear: false }
    }
}

/// Settles one item; none comes back where it was settled just so.
///
/// # Errors
/// Where it is this person's own dispute, and somebody who may settle it took no part in it.
pub fn adjudicate(
    project: &mut Project,
    by: PersonId,
    question: &Question,
    settling: &Settling,
) -> Result<Option<RulingId>> {
    refuse_retired(question, &settling.value)?;
    refuse_own(project, by, question, settling.item)?;
    let ruling = NewRuling {
        note: settling.note.clone(),
        unclear: settling.unclear.then(|| question.guidelines_revision()),
        ..NewRuling::of(question.id, settling.item, settling.value.clone(), RulingOrigin::Adjudicated)
    };
    Ok(project.write(by, ActKind::Settle, |w| w.add_ruling(&ruling))?.1)
}

/// Takes back somebody's newest ruling, or acceptance, of a question.
///
/// # Errors
/// Where there is none, or somebody else has built on it.
pub fn undo(project: &mut Project, by: PersonId, question: QuestionId) -> Result<Undone> {
    project.undo(by, &UndoScope::Rulings(question))
}

/// Brings back the ruling of a question that somebody took back last.
///
/// # Errors
/// Where there is none.
pub fn redo(project: &mut Project, by: PersonId, question: QuestionId) -> Result<Undone> {
    project.redo(by, &UndoScope::Rulings(question))
}

/// A label may have been retired while its key was on a screen.
fn refuse_retired(question: &Question, value: &Value) -> Result<()> {
    let gone = match value {
        Value::Choice(id) => question.label(*id).filter(|label| label.retired),
        _ => None,
    };
    match gone {
        Some(label) => Err(Error::conflict(format!("{} was retired and can no longer be given", label.name))),
        None => Ok(()),
    }
}

/// Nobody settles their own dispute while there is a reviewer or lead who said nothing about the item.
fn refuse_own(project: &Project, by: PersonId, question: &Question, item: u32) -> Result<()> {
    let people = project.people()?;
    let is_human = |id: PersonId| people.iter().any(|p| p.id == id && p.kind == PersonKind::Person);
    let said = project.current_of_item(question, item)?;
    let mut values =
        said.iter().filter(|answer| !answer.stale && is_human(answer.person)).filter_map(|answer| match &answer.said {
            Said::Value(value) => Some((answer.person, value)),
            Said::Skipped(_) => None,
        });
    let Some((_, first)) = values.clone().next() else { return Ok(()) };
    let voters: Vec<PersonId> = values.clone().map(|(person, _)| person).collect();
    if !voters.contains(&by) || values.all(|(_, value)| value == first) {
        return Ok(());
    }
    let judge =
        people.iter().find(|p| p.can_act() && p.role.may(Deed::Settle) && p.id != by && !voters.contains(&p.id));
    match judge.and_then(|judge| judge.name.as_ref()) {
        None => Ok(()),
        Some(name) => Err(Error::conflict("nobody settles a dispute that they are part of")
            .hint(format!("{name} took no part in it and can settle it"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Kind, Role};
    use crate::workflow::agreement::tests::World;

    #[test]
    fn nobody_settles_their_own_dispute_unless_nobody_else_could() {
        let mut w = World::new(Kind::Choice, &["no", "yes"]);
        w.say(0, 1, "yes");
        w.say(1, 1, "no");
        let (question, no) = (w.question(), w.question().parse_value("no").expect("a label"));
        let [ana, ben, chi] = w.people[..] else { panic!("three people") };
        let settle = |w: &mut World, by| adjudicate(&mut w.project, by, &question, &Settling::of(1, no.clone()));
        assert!(settle(&mut w, ana).is_ok_and(|ruling| ruling.is_some()), "chi is no reviewer");
        undo(&mut w.project, ana, question.id).expect("undone");
        w.project.write(ana, ActKind::Person, |w| w.set_role(chi, Role::Reviewer)).expect("a reviewer");
        for by in [ana, ben] {
            let refused = settle(&mut w, by).expect_err("their own");
            assert!(refused.hint.is_some_and(|hint| hint.starts_with("chi took no part")));
        }
        assert!(settle(&mut w, chi).is_ok_and(|ruling| ruling.is_some()));
    }

    #[test]
    fn a_mark_that_the_guidelines_are_unclear_stays_with_the_ruling() {
        let mut w = World::new(Kind::Choice, &["no", "yes"]);
        let (question, lead) = (w.question().id, w.people[0]);
        w.project.write(lead, ActKind::Guidelines, |w| w.write_guidelines(question, "say yes")).expect("written");
        let (question, yes) = (w.question(), w.question().parse_value("yes").expect("a label"));
        let settling = Settling { unclear: true, note: Some("sarcasm?".into()), ..Settling::of(2, yes) };
        adjudicate(&mut w.project, lead, &question, &settling).expect("settled");
        let rulings = w.project.rulings(&question).expect("rulings");
        assert_eq!((rulings[0].1.unclear, rulings[0].1.note.as_deref()), (Some(1), Some("sarcasm?")));
        assert_eq!(adjudicate(&mut w.project, lead, &question, &settling), Ok(None), "it is settled just so");
        undo(&mut w.project, lead, question.id).expect("undone");
        assert!(w.project.rulings(&question).expect("rulings").is_empty());
        redo(&mut w.project, lead, question.id).expect("redone");
        assert_eq!(w.project.rulings(&question).expect("rulings").len(), 1);
    }
}
