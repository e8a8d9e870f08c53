//! Taking back, changing, and keeping what is half-made.

use super::sitting::Sitting;
use super::types::News;
use crate::domain::{Deed, LabelId};
use crate::error::Result;
use crate::project::{Decision, RunId, UndoScope, Undone};
use crate::workflow::settle::{self, Settling};
use crate::workflow::{labels, rights, runs, snapshots};
use serde_json::Value as Json;

impl Sitting {
    /// What [`Sitting::undo`] would take back, and whether it is from before this sitting: such an act is shown first.
    pub fn next_undo(&self) -> Result<Option<(Undone, bool)>> {
        let undone = self.project.next_undo(self.me.id, &self.scope())?;
        Ok(undone.map(|undone| {
            let earlier = undone.at < self.seen.began;
            (undone, earlier)
        }))
    }

    /// Takes back this person's newest live act at this question.
    ///
    /// # Errors
    /// Where there is none, or another's live act builds on it, with the reason.
    pub fn undo(&mut self) -> Result<Undone> {
        let undone = self.project.undo(self.me.id, &self.scope())?;
        self.take_in_own()?;
        Ok(undone)
    }

    /// Brings back what this person took back last, unless they have done something since.
    ///
    /// # Errors
    /// Where there is nothing to bring back.
    pub fn redo(&mut self) -> Result<Undone> {
        let undone = self.project.redo(self.me.id, &self.scope())?;
        self.take_in_own()?;
        Ok(undone)
    }

    /// Settles an item; nothing changes where it was settled just so.
    ///
    /// # Errors
    /// Where it is this person's own dispute, and somebody who may settle it took no part in it.
    pub fn settle(&mut self, settling: &Settling) -> Result<()> {
        self.allow(Deed::Settle)?;
        settle::adjudicate(&mut self.project, self.me.id, &self.question, settling)?;
        self.take_in_own()
    }

    /// What [`Sitting::undo_ruling`] would take back, and whether it is from before this sitting.
    pub fn next_undo_ruling(&self) -> Result<Option<(Undone, bool)>> {
        let scope = UndoScope::Rulings(self.question.id);
        let undone = self.project.next_undo(self.me.id, &scope)?;
        Ok(undone.map(|undone| {
            let earlier = undone.at < self.seen.began;
            (undone, earlier)
        }))
    }

    /// Takes back this person's newest ruling on this question.
    ///
    /// # Errors
    /// Where there is none, or another's live act builds on it.
    pub fn undo_ruling(&mut self) -> Result<Undone> {
        let undone = settle::undo(&mut self.project, self.me.id, self.question.id)?;
        self.take_in_own()?;
        Ok(undone)
    }

    /// Brings back the ruling on this question that this person took back last.
    ///
    /// # Errors
    /// Where there is none.
    pub fn redo_ruling(&mut self) -> Result<Undone> {
        let undone = settle::redo(&mut self.project, self.me.id, self.question.id)?;
        self.take_in_own()?;
        Ok(undone)
    }

    /// Decides about a run of this question; rolling back is about the champion, whichever that is. Says in words what
    /// came of it.
    ///
    /// # Errors
    /// Where this person may not, the decision holds already, or there is nothing to roll back to.
    pub fn decide(&mut self, run: Option<RunId>, decision: Decision, note: Option<&str>) -> Result<String> {
        self.allow(Deed::Promote)?;
        let run = run.map(|id| runs::of_id(&self.project, &self.question, id)).transpose()?;
        let champions = runs::champions(&self.project)?;
        let run = runs::decide(&mut self.project, self.me.id, &self.question, run.as_ref(), decision, note)?;
        let mut told = vec![runs::told(&self.project, &self.question, &run)?];
        if decision == Decision::Retired {
            told.extend(runs::fallen(&self.project, &champions)?);
        }
        self.take_in_own()?;
        Ok(told.join("; "))
    }

    /// What [`Sitting::undo_decision`] would take back, and whether it is from before this sitting.
    pub fn next_undo_decision(&self) -> Result<Option<(Undone, bool)>> {
        let undone = self.project.next_undo(self.me.id, &UndoScope::Decisions(self.question.id))?;
        Ok(undone.map(|undone| {
            let earlier = undone.at < self.seen.began;
            (undone, earlier)
        }))
    }

    /// Takes back this person's newest decision about a run of this question.
    ///
    /// # Errors
    /// Where there is none, or this person may no longer decide.
    pub fn undo_decision(&mut self) -> Result<Undone> {
        self.allow(Deed::Promote)?;
        let undone = self.project.undo(self.me.id, &UndoScope::Decisions(self.question.id))?;
        self.take_in_own()?;
        Ok(undone)
    }

    /// Brings back the decision about a run that this person took back last.
    ///
    /// # Errors
    /// Where there is none, or this person may no longer decide.
    pub fn redo_decision(&mut self) -> Result<Undone> {
        self.allow(Deed::Promote)?;
        let undone = self.project.redo(self.me.id, &UndoScope::Decisions(self.question.id))?;
        self.take_in_own()?;
        Ok(undone)
    }

    /// Stops a training; nothing of it is kept. Says so in words.
    ///
    /// # Errors
    /// Where this person may not, or it has ended.
    pub fn cancel_training(&mut self, number: u32) -> Result<String> {
        self.allow(Deed::Train)?;
        let name = self.me.name.clone().unwrap_or_default();
        runs::under_way::cancel(&mut self.project, number, &name)?;
        Ok(format!("training {number} is cancelled: nothing of it is kept"))
    }

    /// Forgets how a training ended. Says so in words.
    ///
    /// # Errors
    /// Where this person may not, or it is under way.
    pub fn dismiss_training(&mut self, number: u32) -> Result<String> {
        self.allow(Deed::Train)?;
        runs::under_way::dismiss(&mut self.project, Some(number))?;
        Ok(format!("training {number} is dismissed"))
    }

    /// Keeps the state of this question as it is now, under a name or none. Says in words what came of it.
    ///
    /// # Errors
    /// Where this person may not, or the name is taken.
    pub fn keep_snapshot(&mut self, name: Option<&str>) -> Result<String> {
        self.allow(Deed::Snapshots)?;
        let before = self.project.snapshots(self.question.id)?.len();
        let kept = snapshots::create(&mut self.project, self.me.id, &self.question, name)?;
        let new = self.project.snapshots(self.question.id)?.len() > before;
        self.take_in_own()?;
        let named = kept.name.as_ref().map_or_else(String::new, |name| format!(" {name}"));
        Ok(match new {
            true => format!("kept as snapshot {}{named}", kept.number),
            false => format!("nothing changed since snapshot {}{named}", kept.number),
        })
    }

    /// Keeps a half-made answer; null clears it.
    pub fn save_draft(&mut self, seq: u32, draft: &Json) -> Result<()> {
        self.project.put_draft(self.question.id, self.me.id, seq, draft)
    }

    /// Adds a label; answers that now look like it come with the news of a later round.
    ///
    /// # Errors
    /// Where the name is empty or taken.
    pub fn add_label(&mut self, name: &str) -> Result<LabelId> {
        self.allow(Deed::Labels)?;
        let label = labels::add(&mut self.project, self.me.id, &self.question, name, None)?;
        self.reread_question()?;
        Ok(label)
    }

    /// Gives a label another name.
    ///
    /// # Errors
    /// Where there is no such label, or the new name is taken.
    pub fn rename_label(&mut self, name: &str, new: &str) -> Result<()> {
        self.allow(Deed::Labels)?;
        labels::rename(&mut self.project, self.me.id, &self.question, name, new)?;
        self.reread_question()
    }

    /// Gives a label a digit or letter of its own.
    ///
    /// # Errors
    /// Where there is no such label, or another one has the key.
    pub fn pin_label(&mut self, name: &str, key: char) -> Result<()> {
        self.allow(Deed::Labels)?;
        labels::pin(&mut self.project, self.me.id, &self.question, name, key)?;
        self.reread_question()
    }

    /// Takes a label out of use; its answers stay.
    ///
    /// # Errors
    /// Where there is no such label.
    pub fn retire_label(&mut self, name: &str) -> Result<()> {
        self.allow(Deed::Labels)?;
        labels::retire(&mut self.project, self.me.id, &self.question, name)?;
        self.reread_question()
    }

    /// Whether this person's role, as it is now, allows something.
    fn allow(&self, deed: Deed) -> Result<()> {
        rights::allow(&self.project, self.me.id, deed)
    }

    fn scope(&self) -> UndoScope {
        UndoScope::Question(self.question.id)
    }

    /// Takes in what this sitting itself has just done beside answering.
    fn take_in_own(&mut self) -> Result<()> {
        self.take_in(&mut News::default())?;
        self.count_today()
    }
}
