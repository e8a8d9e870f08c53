//! One person sitting at one question of one project: what is asked next, and what becomes of the answer.
//!
//! A sitting owns a connection and the pool. It is used by one thread: the store thread of the screen, a test, a
//! simulation. What takes longer than a key press runs in [`super::ranker`] and comes in with [`Sitting::tick`].

use super::desk::Desk;
use super::guidelines::new_lines;
use super::loading::pool_of;
use super::pool::{Pool, Standing};
use super::ranker::Ranker;
use super::types::{Asked, Counts, GuidelineNews};
use crate::clock::{Millis, start_of_day};
use crate::domain::{ActKind, Kind, Person, Question, QuestionId};
use crate::error::{Error, Result};
use crate::paths::Paths;
use crate::project::{Place, Project};
use crate::workflow::qualification::{self, Trial};
use crate::workflow::settings::{self, Settings};
use std::collections::HashMap;
use std::path::Path;

/// One person at one question.
pub struct Sitting {
    pub(super) project: Project,
    pub(super) me: Person,
    pub(super) question: Question,
    pub(super) settings: Settings,
    pub(super) seed: u64,
    pub(super) pool: Option<Pool>,
    /// What this person has to show before they are asked anything else.
    pub(super) trial: Option<Trial>,
    pub(super) desk: Desk,
    pub(super) ranker: Ranker,
    pub(super) seen: Seen,
    pub(super) today: Today,
    pub(super) fields: Vec<crate::domain::Field>,
    /// What lay on the desk of the questions that were left for another one.
    away: HashMap<QuestionId, Desk>,
}

/// How far this sitting has read the file.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Seen {
    pub(super) version: i64,
    pub(super) act: i64,
    /// When the sitting began: acts from before are shown before they are undone.
    pub(super) began: Millis,
}

/// What this person did on the viewer's day.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Today {
    pub(super) since: Millis,
    pub(super) answers: usize,
}

impl Sitting {
    /// Sits down: opens the file, joins the project, finds the question; without a name the first one that can be
    /// asked here. The pool comes with [`Sitting::load`].
    ///
    /// # Errors
    /// Where the file cannot be opened, or the question is not there.
    pub fn begin(path: &Path, paths: Paths, place: Place, who: &str, question: Option<&str>) -> Result<Self> {
        let mut project = Project::open(path, place)?;
        let question = question_to_ask(&project, question)?;
        let id = project.join(who)?;
        let me = project.people()?.into_iter().find(|person| person.id == id);
        let me = me.ok_or_else(|| Error::internal(format!("{who} has joined and is not there")))?;
        let settings = settings::of(&project)?;
        let (version, act) = (project.data_version()?, project.last_act()?);
        let fields = project.fields()?;
        Ok(Self {
            ranker: Ranker::new(path, paths, project.place().clone(), id),
            seen: Seen { version, act, began: project.place().now() },
            today: Today::default(),
            pool: None,
            trial: None,
            desk: Desk::with_drafts(project.drafts(question.id, id)?),
            seed: 0,
            project,
            me,
            question,
            settings,
            fields,
            away: HashMap::new(),
        })
    }

    /// Sits down at another question of the project, as at the first one: the pool comes with [`Sitting::load`]. What
    /// lay before this person is given back, and comes first when they return, unless somebody else has taken it.
    ///
    /// # Errors
    /// Where there is no such question; the sitting then goes on as it was.
    pub fn turn_to(&mut self, question: &str) -> Result<()> {
        let question = self.project.question(Some(question))?;
        let drafts = self.project.drafts(question.id, self.me.id)?;
        let (version, act) = (self.project.data_version()?, self.project.last_act()?);
        self.project.release_leases(self.me.id)?;
        let mut left = std::mem::take(&mut self.desk);
        left.put_away();
        self.away.insert(self.question.id, left);
        self.desk = self.away.remove(&question.id).unwrap_or_default();
        self.desk.expect(drafts);
        self.ranker.turn_away();
        (self.pool, self.trial, self.today, self.question) = (None, None, Today::default(), question);
        (self.seen.version, self.seen.act) = (version, act);
        Ok(())
    }

    /// What the project asks, in the order of its coming.
    pub fn questions(&self) -> Result<Vec<Asked>> {
        let questions = self.project.questions()?.into_iter();
        Ok(questions.map(|question| Asked { name: question.name, kind: question.kind }).collect())
    }

    /// Orders and draws by another seed than 0.
    pub fn set_seed(&mut self, seed: u64) {
        self.seed = seed;
    }

    /// Who sits here.
    pub fn person(&self) -> &Person {
        &self.me
    }

    /// What is asked, as it is now.
    pub fn question(&self) -> &Question {
        &self.question
    }

    /// What the project has settled on.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The file, for what a face reads beside the sitting.
    pub fn project(&self) -> &Project {
        &self.project
    }

    /// Is told, in words, for whom a write has to wait.
    pub fn on_wait(&mut self, listener: impl FnMut(&str) + Send + 'static) {
        self.project.on_wait(listener);
    }

    /// Builds the pool, unless it is there, and sets the ranker to work.
    pub fn load(&mut self) -> Result<()> {
        if self.pool.is_none() {
            self.reload()?;
        }
        Ok(())
    }

    /// Builds the pool anew from the file.
    pub(super) fn reload(&mut self) -> Result<()> {
        (self.seen.version, self.seen.act) = (self.project.data_version()?, self.project.last_act()?);
        self.question = self.project.question(Some(&self.question.name))?;
        self.settings = settings::of(&self.project)?;
        self.fields = self.project.fields()?;
        let order = self.pool.take().map(|pool| pool.order().clone());
        let me = self.me.id;
        self.trial = qualification::of(&self.project, &self.question, &self.settings, me)?;
        let trial = self.trial.as_ref();
        let mut pool = pool_of(&self.project, &self.question, &self.settings, Some(me), trial, self.seed)?;
        self.desk.drawn = self.project.answers_given(self.question.id, me)?;
        self.count_today()?;
        if let Some(order) = order {
            pool.set_order(order);
        }
        self.pool = Some(pool);
        self.desk.keep_current();
        self.ranker.reorder();
        self.start_work()
    }

    /// Counts this person's answers of the viewer's day.
    pub(super) fn count_today(&mut self) -> Result<()> {
        let since = start_of_day(self.project.place().now());
        let answers = self.project.answered_since(self.question.id, self.me.id, since)?;
        self.today = Today { since, answers };
        Ok(())
    }

    /// Reads anew where one item stands.
    pub(super) fn refresh(&mut self, seq: u32) -> Result<()> {
        let Some(pool) = &mut self.pool else { return Ok(()) };
        let review = self.project.open_review(self.question.id, seq)?.is_some();
        let ruled = self.project.is_ruled(self.question.id, seq)?;
        let mut standing = Standing { ruled, review, ..Standing::default() };
        for answer in self.project.current_of_item(&self.question, seq)? {
            standing.hear(&answer, Some(self.me.id));
        }
        pool.note(seq, standing);
        Ok(())
    }

    /// How far this person and everybody have come.
    pub fn counts(&mut self) -> Result<Counts> {
        let day = start_of_day(self.project.place().now());
        if day != self.today.since {
            self.today = Today { since: day, answers: 0 };
        }
        let goal = self.settings.goal(self.me.id);
        let Some(pool) = &self.pool else {
            let items = self.project.item_count()? as usize;
            return Ok(Counts { items, goal, mine_today: self.today.answers, ..Counts::default() });
        };
        Ok(Counts {
            items: pool.items(),
            answered: pool.answered(),
            left: pool.left_in_all(),
            mine: pool.mine(),
            skipped: pool.skipped(),
            mine_today: self.today.answers,
            goal,
        })
    }

    /// Guidelines that this person has not read, with what is new in them.
    pub fn unread_guidelines(&self) -> Result<Option<GuidelineNews>> {
        let Some(now) = self.question.guidelines.clone() else { return Ok(None) };
        let read = self.project.guidelines_read(self.question.id, self.me.id)?;
        if read >= now.revision {
            return Ok(None);
        }
        let revisions = self.project.guidelines(self.question.id)?;
        let before = revisions.into_iter().find(|g| g.revision == read).map(|g| g.text);
        let changed = new_lines(before.as_deref(), &now.text);
        Ok(Some(GuidelineNews { now, before, changed }))
    }

    /// Records that this person has read a revision of the guidelines.
    pub fn read_guidelines(&mut self, revision: u32) -> Result<()> {
        let question = self.question.id;
        self.project.write(self.me.id, ActKind::Read, |w| w.read_guidelines(question, revision))?;
        Ok(())
    }
}

/// The question of a name; without one, the first of kind choice, else the first there is.
///
/// # Errors
/// Where no question is called that, or there is none.
pub fn question_to_ask(project: &Project, name: Option<&str>) -> Result<Question> {
    let mut questions = project.questions()?;
    if name.is_some() || questions.is_empty() {
        return project.question(name);
    }
    let choice = questions.iter().position(|question| question.kind == Kind::Choice).unwrap_or(0);
    Ok(questions.swap_remove(choice))
}
