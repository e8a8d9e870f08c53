//! What comes in from outside: others' answers and rounds, new guidelines and labels, and the background's results.

use super::pool::LaneSet;
use super::sitting::Sitting;
use super::types::News;
use crate::domain::ActKind;
use crate::error::Result;
use crate::workflow::ranking::By;
use crate::workflow::settings;

/// From so many items on, building the pool anew is faster than reading each.
const MANY: usize = 1_000;

impl Sitting {
    /// Looks around; about once a second. Renews leases, takes in what others did since the last look, and moves the
    /// background on.
    pub fn tick(&mut self) -> Result<News> {
        let mut news = News::default();
        self.project.renew_leases(self.me.id)?;
        self.project.tidy_when_quiet()?;
        let version = self.project.data_version()?;
        if version != self.seen.version {
            self.seen.version = version;
            self.take_in(&mut news)?;
            self.notice_round()?;
        }
        if self.pool.is_some() {
            self.take_order();
            self.start_work()?;
        }
        (news.round, news.trouble) = self.ranker.take_news();
        news.progress = self.ranker.progress();
        if news.question_changed {
            news.guidelines = self.unread_guidelines()?;
        }
        if news.round.is_some() {
            news.second_look = self.second_look()?;
        }
        Ok(news)
    }

    /// Takes in every act since the last look; one of a kind that changes the items or the rulings builds the pool
    /// anew.
    pub(super) fn take_in(&mut self, news: &mut News) -> Result<()> {
        let since = self.seen.act;
        let last = self.project.last_act()?;
        if last == since {
            return Ok(());
        }
        let kinds = self.project.kinds_since(since)?;
        let any = |wanted: &[ActKind]| kinds.iter().any(|kind| wanted.contains(kind));
        if any(&[ActKind::Label, ActKind::Question, ActKind::Guidelines]) {
            self.reread_question()?;
            news.question_changed = true;
        }
        if any(&[ActKind::Setting]) {
            self.reread_settings()?;
        }
        if any(&[ActKind::Person]) {
            self.reread_person()?;
        }
        news.calibration = any(&[ActKind::Calibration]);
        news.runs =
            any(&[ActKind::Run, ActKind::Snapshot, ActKind::Import, ActKind::Merge, ActKind::Undo, ActKind::Redo]);
        if news.runs && self.settings.queue_run().is_some() {
            let by = By::of(&self.project, &self.question, &self.settings)?;
            self.ranker.means(by.run.map(|run| run.id));
        }
        if self.pool.is_none() {
            self.seen.act = last;
        } else if any(&[
            ActKind::Import,
            ActKind::Merge,
            ActKind::Erase,
            ActKind::Field,
            ActKind::Split,
            ActKind::Calibration,
        ]) {
            self.reload()?;
        } else if any(&[ActKind::Person])
            && let Some(answers) = self.project.moved_since(self.question.id, since)?
        {
            // All that somebody ever answered counts again, or no longer.
            news.answers = answers;
            self.reload()?;
        } else {
            let ruled = match any(&[ActKind::Settle, ActKind::Review, ActKind::Label]) {
                true => self.project.ruled_since(self.question.id, since)?,
                false => Vec::new(),
            };
            news.rulings = ruled.len();
            if ruled.len() > MANY {
                return self.reload();
            }
            ruled.into_iter().try_for_each(|item| self.refresh(item))?;
            self.seen.act = last;
            news.answers = self.take_in_answers(since)?;
        }
        Ok(())
    }

    fn take_in_answers(&mut self, since: i64) -> Result<usize> {
        let changed = self.project.changed_answers(&self.question, since)?;
        let me = self.me.id;
        if changed.len() > MANY {
            self.reload()?;
            return Ok(changed.iter().filter(|(_, person, _)| *person != me).count());
        }
        let mut others = 0;
        for (item, person, now) in &changed {
            self.refresh(*item)?;
            if *person != self.me.id {
                others += 1;
                let teaches = self.pool.as_ref().is_some_and(|pool| !pool.is_set_aside(*item));
                now.iter().for_each(|answer| self.ranker.heard(&answer.said, teaches));
            }
        }
        Ok(others)
    }

    /// Reads the question anew; labels that were not there before are remembered for a second look.
    pub(super) fn reread_question(&mut self) -> Result<()> {
        let id = self.question.id;
        let Some(now) = self.project.questions()?.into_iter().find(|question| question.id == id) else { return Ok(()) };
        let added = now.live_labels().filter(|label| self.question.label(label.id).is_none()).map(|label| label.id);
        let when = self.project.place().now();
        self.ranker.new_labels.extend(added.map(|label| (label, when)));
        if now.labels != self.question.labels {
            self.ranker.reorder();
        }
        self.question = now;
        Ok(())
    }

    /// Reads anew who sits here: another role may end a qualification.
    fn reread_person(&mut self) -> Result<()> {
        let id = self.me.id;
        let Some(now) = self.project.people()?.into_iter().find(|person| person.id == id) else { return Ok(()) };
        let differs = now.role != self.me.role;
        self.me = now;
        if differs && self.pool.is_some() { self.reload() } else { Ok(()) }
    }

    /// Reads the settings anew; another strategy, batch or run asks for another order, another family comes with the next
    /// round.
    pub(super) fn reread_settings(&mut self) -> Result<()> {
        let now = settings::of(&self.project)?;
        let orders = |of: &settings::Settings| (of.strategy(), of.batch(), of.queue_run());
        if orders(&now) != orders(&self.settings) {
            self.ranker.reorder();
        }
        let me = self.me.id;
        let question = self.question.id;
        let asked = |of: &settings::Settings| {
            let overlap = (of.overlap_share(), of.overlap_answers(), of.overlap_people());
            let admitted = (of.qualification(), of.admission(question, me).cloned());
            (overlap, admitted, of.lanes().collect::<LaneSet>(), of.route(me).map(str::to_owned))
        };
        let differs = asked(&now) != asked(&self.settings);
        self.settings = now;
        if differs && self.pool.is_some() { self.reload() } else { Ok(()) }
    }
}
