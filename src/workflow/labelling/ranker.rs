//! The ranker behind a sitting: one job at a time in the background, a round or a new order, and what came of the last.

use super::pool::Order;
use super::sitting::Sitting;
use super::types::RoundNews;
use crate::clock::Millis;
use crate::domain::{Kind, LabelId, PersonId, Said, Value};
use crate::error::{self, Error, Result};
use crate::jobs::{Control, Job, Progress};
use crate::paths::Paths;
use crate::project::{Place, Project, Round, RunId};
use crate::workflow::ranking::{self, Manner, Ranked};
use crate::workflow::retrain;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long serving waits for an order that is nearly there.
const BRIEFLY: Duration = Duration::from_millis(120);

/// What the background knows and does for one sitting.
pub(super) struct Ranker {
    path: PathBuf,
    paths: Paths,
    place: Place,
    by: PersonId,
    job: Option<(Work, Job<Ranked>)>,
    generation: u64,
    /// The newest result.
    pub(super) ranked: Option<Ranked>,
    /// An order that the pool has not taken yet.
    order: Option<Order>,
    /// Whether serving has waited for the first order.
    waited: bool,
    /// Answers since the last round began.
    unheard: usize,
    /// Labels that were answered and that the model has not seen.
    tried: HashSet<LabelId>,
    /// A new class wants a round.
    round_wanted: bool,
    /// Somebody asked for a round: no throttle.
    round_asked: bool,
    order_wanted: bool,
    /// The run that was meant to order at the last look; none before one, or since another order was asked for.
    meant: Option<Option<RunId>>,
    /// Labels that are new to this sitting, and since when: older answers may now look like them.
    pub(super) new_labels: Vec<(LabelId, Millis)>,
    /// The number of the weights that the file held at the last look.
    weights: Option<u32>,
    news: Option<RoundNews>,
    trouble: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Work {
    Round,
    Order,
}

impl Ranker {
    pub(super) fn new(path: &Path, paths: Paths, place: Place, by: PersonId) -> Self {
        Self {
            path: path.to_owned(),
            paths,
            place,
            by,
            job: None,
            generation: 0,
            ranked: None,
            order: None,
            waited: false,
            unheard: 0,
            tried: HashSet::new(),
            round_wanted: false,
            round_asked: false,
            order_wanted: false,
            meant: None,
            new_labels: Vec::new(),
            weights: None,
            news: None,
            trouble: None,
        }
    }

    /// Forgets what belongs to one question, and stops what is under way for it; labels that are new to this sitting
    /// are remembered.
    pub(super) fn turn_away(&mut self) {
        let fresh = Self::new(&self.path, self.paths.clone(), self.place.clone(), self.by);
        let Self { generation, new_labels, .. } = std::mem::replace(self, fresh);
        (self.generation, self.new_labels) = (generation, new_labels);
    }

    /// Hears an answer; the first one of a class that the model has not seen asks for a round at once.
    pub(super) fn heard(&mut self, said: &Said, teaches: bool) {
        let Said::Value(value) = said else { return };
        self.unheard += 1;
        if let (Value::Choice(label), true) = (value, teaches) {
            self.round_wanted |= self.tried.insert(*label);
        }
    }

    /// Asks for a new order by the newest round.
    pub(super) fn reorder(&mut self) {
        self.order_wanted = true;
        self.meant = None;
    }

    /// Hears which run is meant to order the learn lane; another than at the last look asks for a new order.
    pub(super) fn means(&mut self, run: Option<RunId>) {
        self.order_wanted |= self.meant.replace(run) != Some(run);
    }

    /// Stops what is under way.
    pub(super) fn cancel(&mut self) {
        if let Some((_, job)) = &self.job {
            job.control().cancel();
        }
    }

    /// What is being done, if anything.
    pub(super) fn progress(&self) -> Option<Progress> {
        self.job.as_ref().and_then(|(_, job)| job.control().progress())
    }

    /// Whether something is under way.
    pub(super) fn is_busy(&self) -> bool {
        self.job.is_some()
    }

    /// A round that was taken over since the last call, and what went wrong since.
    pub(super) fn take_news(&mut self) -> (Option<RoundNews>, Option<String>) {
        (self.news.take(), self.trouble.take())
    }

    /// Keeps what went wrong after an answer was saved for the next news: it was saved all the same.
    pub(super) fn note_trouble(&mut self, after: Result<()>) {
        if let Err(error) = after {
            tracing::warn!("after an answer: {}", error.message);
            self.trouble = Some(error.to_string());
        }
    }

    /// Waits a moment for the first order, once.
    pub(super) fn settle_briefly(&mut self) {
        if !std::mem::replace(&mut self.waited, true) {
            self.wait_for(BRIEFLY);
        }
    }

    /// Waits for what is under way, this long at most.
    pub(super) fn wait_for(&mut self, time: Duration) {
        let done = self.job.as_mut().and_then(|(_, job)| job.wait_for(time));
        self.finish(done);
    }

    fn poll(&mut self) {
        let done = self.job.as_mut().and_then(|(_, job)| job.poll());
        self.finish(done);
    }

    fn finish(&mut self, done: Option<Result<Ranked>>) {
        let Some(done) = done else { return };
        let Some((work, _)) = self.job.take() else { return };
        match done {
            Ok(ranked) => {
                if work == Work::Round {
                    self.weights = ranked.round.as_ref().map(|round| round.number);
                }
                self.adopt(ranked);
            }
            // Too few answers, or another process is at it: the order by coverage or the other's round will do.
            Err(error) if work == Work::Round && matches!(error.kind, error::Kind::Data | error::Kind::Conflict) => {
                tracing::debug!("no round: {}", error.message);
                self.order_wanted |= self.ranked.is_none();
            }
            Err(error) if error.kind == error::Kind::Interrupted => {}
            Err(error) => self.trouble = Some(error.to_string()),
        }
    }

    fn adopt(&mut self, mut ranked: Ranked) {
        let number = |ranked: &Ranked| ranked.round.as_ref().map(|round| round.number);
        if self.ranked.as_ref().is_some_and(|before| number(before) != number(&ranked)) {
            self.news = ranked.round.as_ref().map(news);
        }
        self.order = Some(std::mem::take(&mut ranked.ordered.order));
        self.ranked = Some(ranked);
    }

    fn start(&mut self, work: Work, question: &str, seed: u64) -> Result<()> {
        self.generation += 1;
        let (path, paths, place, by) = (self.path.clone(), self.paths.clone(), self.place.clone(), self.by);
        let question = question.to_owned();
        let job = Job::start("ranker", self.generation, Control::default(), move |control| {
            let mut project = Project::open(&path, place)?;
            let question = project.question(Some(&question))?;
            match work {
                Work::Round => retrain::now(&mut project, &paths, by, &question, seed, control),
                Work::Order => {
                    let how = Manner::of(&crate::workflow::settings::of(&project)?, seed);
                    ranking::load(&project, &paths, &question, &how, control)
                }
            }
        })?;
        self.job = Some((work, job));
        Ok(())
    }
}

impl Sitting {
    /// Whether a round is due: a batch is full, a class is new, or somebody asked for it.
    pub fn wants_round(&self) -> bool {
        let Ranker { round_asked, round_wanted, unheard, .. } = &self.ranker;
        self.question.kind == Kind::Choice && (*round_asked || *round_wanted || *unheard >= self.settings.batch())
    }

    /// Trains the ranker as soon as nothing else is under way.
    ///
    /// # Errors
    /// Where the question is of a kind that the ranker does not learn.
    pub fn retrain(&mut self) -> Result<()> {
        if self.question.kind != Kind::Choice {
            return Err(Error::usage(format!(
                "the ranker learns questions of kind choice, not {}",
                self.question.kind
            )));
        }
        self.ranker.round_asked = true;
        self.start_work()
    }

    /// Stops what runs in the background; nothing is lost by it.
    pub fn cancel(&mut self) {
        self.ranker.cancel();
    }

    /// Waits until nothing runs in the background and takes in what came of it. For tests, simulations and the end.
    pub fn finish_work(&mut self) -> Result<()> {
        while self.ranker.is_busy() {
            self.ranker.wait_for(Duration::from_secs(1));
            self.take_order();
            self.start_work()?;
        }
        Ok(())
    }

    /// Starts a round or a new order where one is due and nothing is under way.
    pub(super) fn start_work(&mut self) -> Result<()> {
        self.ranker.poll();
        if self.ranker.is_busy() {
            return Ok(());
        }
        let now = self.project.place().now();
        let due = self.wants_round()
            && (self.ranker.round_asked || !retrain::is_throttled(&self.project, &self.question, now)?);
        if due {
            (self.ranker.unheard, self.ranker.round_wanted, self.ranker.round_asked) = (0, false, false);
            return self.ranker.start(Work::Round, &self.question.name, self.seed);
        }
        if std::mem::take(&mut self.ranker.order_wanted) {
            return self.ranker.start(Work::Order, &self.question.name, self.seed);
        }
        Ok(())
    }

    /// Looks whether another process has trained.
    pub(super) fn notice_round(&mut self) -> Result<()> {
        let newest = self.project.weights_round(self.question.id)?;
        if newest != self.ranker.weights && !self.ranker.is_busy() {
            self.ranker.weights = newest;
            self.ranker.unheard = 0;
            self.ranker.reorder();
        }
        Ok(())
    }

    /// Hands an order that has come in to the pool; what lies on the desk stays there.
    pub(super) fn take_order(&mut self) {
        self.ranker.poll();
        if let (Some(pool), Some(order)) = (&mut self.pool, self.ranker.order.take()) {
            pool.set_order(order);
        }
    }
}

/// A round as a screen tells it.
pub(crate) fn news(round: &Round) -> RoundNews {
    let accuracy = retrain::accuracy(round);
    RoundNews {
        number: round.number,
        strategy: round.round.strategy.clone(),
        trained_on: round.round.answers as usize,
        accuracy: accuracy.map(|estimate| (estimate.value, estimate.n)),
        interval: accuracy.map(|estimate| (estimate.low, estimate.high)),
        at: round.at,
        took_ms: round.round.ms,
    }
}
