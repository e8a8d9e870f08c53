//! What comes in from outside: others' answers and rounds, new guidelines and labels, and the background's results.

use super::sitting::Sitting;
use super::types::News;
use crate::domain::{ActKind, Said, Value};
use crate::error::Result;
use crate::workflow::settings;

/// The least probability of a new label at which an older answer is offered for a second look.
const FAIR_CHANCE: f32 = 0.1;

impl Sitting {
    /// Looks around; about once a second. Renews leases, takes in what others did since the last look, and moves the
    /// background on.
    pub fn tick(&mut self) -> Result<News> {
        let mut news = News::default();
        self.project.renew_leases(self.me.id)?;
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
        if self.pool.is_none() {
            self.seen.act = last;
        } else if any(&[ActKind::Import, ActKind::Merge, ActKind::Erase, ActKind::Settle, ActKind::Field]) {
            self.reload()?;
        } else {
            self.seen.act = last;
            news.answers = self.take_in_answers(since)?;
        }
        Ok(())
    }

    fn take_in_answers(&mut self, since: i64) -> Result<usize> {
        let changed = self.project.changed_answers(&self.question, since)?;
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
        self.ranker.new_labels.extend(added);
        if now.labels != self.question.labels {
            self.ranker.reorder();
        }
        self.question = now;
        Ok(())
    }

    /// Reads the settings anew; another strategy or batch asks for another order.
    pub(super) fn reread_settings(&mut self) -> Result<()> {
        let now = settings::of(&self.project)?;
        if (now.strategy(), now.batch()) != (self.settings.strategy(), self.settings.batch()) {
            self.ranker.reorder();
        }
        let overlap = now.overlap_answers() != self.settings.overlap_answers();
        self.settings = now;
        if overlap && self.pool.is_some() { self.reload() } else { Ok(()) }
    }

    /// This person's answers from before a new label to which the ranker gives that label a fair chance, likeliest
    /// first. It has learned from those very answers, so that it need not think the label the likeliest.
    fn second_look(&mut self) -> Result<Vec<u32>> {
        let Some(ranked) = &self.ranker.ranked else { return Ok(Vec::new()) };
        let Some(model) = &ranked.model else { return Ok(Vec::new()) };
        let class = |id| self.question.labels.iter().position(|label| label.id == id);
        let learned = |id: &_| class(*id).is_some_and(|class| model.seen().contains(&(class as u32)));
        let (ready, waiting) = std::mem::take(&mut self.ranker.new_labels).into_iter().partition::<Vec<_>, _>(learned);
        let classes: Vec<usize> = ready.into_iter().filter_map(class).collect();
        self.ranker.new_labels = waiting;
        if classes.is_empty() {
            return Ok(Vec::new());
        }
        let rows = ranked.features.rows();
        let mut look: Vec<(f32, u32)> = Vec::new();
        for answer in self.project.history(&self.question, self.me.id, u32::MAX)? {
            let Said::Value(Value::Choice(label)) = answer.said else { continue };
            let p = model.probabilities_of(rows.row(answer.item as usize - 1));
            let new = classes.iter().filter(|new| Some(**new) != class(label)).filter_map(|new| p.get(*new)).copied();
            look.extend(new.reduce(f32::max).filter(|p| *p >= FAIR_CHANCE).map(|p| (p, answer.item)));
        }
        look.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        Ok(look.into_iter().map(|(_, item)| item).collect())
    }
}
