//! What is looked up beside the sitting, on threads and connections of its own, so that no answer waits for it.

use super::Tell;
use super::pace::Pace;
use super::reader::{Reader, Search};
use super::runs::RunsBeside;
use super::snapshots::SnapshotsBeside;
use super::trainings::TrainingsBeside;
use crate::error::Result;
use crate::jobs::Control;
use crate::paths::Paths;
use crate::project::Project;
use crate::tui::msg::{Reply, Request};
use crate::workflow::agreement::{self, Asked, Behind, Gathered, Per};
use crate::workflow::blind::Blind;
use crate::workflow::labelling::{Sitting, Wanted, find};
use crate::workflow::{calibration, todo};
use std::sync::Arc;
use std::time::Instant;

/// How many disputes the Agreement screen lists.
const DISPUTES: usize = 200;

/// One reader for each sort of look-up, begun when it is first asked for.
pub struct Beside {
    paths: Paths,
    /// Hears what is found.
    pub tell: Tell,
    searches: Option<Reader>,
    measures: Option<Reader>,
    sessions: Option<Reader>,
    counts: Option<Reader>,
    /// What the Runs screen looks up.
    pub runs: RunsBeside,
    /// What the Data screen looks up about snapshots.
    pub snapshots: SnapshotsBeside,
    /// What the Runs screen learns of trainings under way.
    pub trainings: TrainingsBeside,
    /// How often the calibration sessions were asked for.
    listed: u64,
    /// How often it was asked to measure.
    measured: u64,
    /// Stops measuring.
    measuring: Control,
    /// How often it may measure while others answer, and whether they have since.
    pace: Pace,
    outdated: bool,
}

impl Beside {
    /// Nothing is looked up yet; `tell` hears what is found.
    pub fn new(paths: Paths, tell: Tell) -> Self {
        Self {
            paths,
            tell,
            searches: None,
            measures: None,
            sessions: None,
            counts: None,
            runs: RunsBeside::default(),
            snapshots: SnapshotsBeside::default(),
            trainings: TrainingsBeside::default(),
            listed: 0,
            measured: 0,
            measuring: Control::default(),
            pace: Pace::default(),
            outdated: false,
        }
    }

    /// What was measured is no longer how it stands.
    pub fn outdate(&mut self) {
        self.outdated = true;
    }

    /// Measures again where that is wanted and the last measurement is long enough ago.
    pub fn agreement_if_due(&mut self, sitting: &Sitting) -> Result<Vec<Reply>> {
        match self.outdated && self.pace.is_due(self.measured, Instant::now()) {
            true => self.agreement(sitting),
            false => Ok(Vec::new()),
        }
    }

    /// Counts what is unread.
    pub fn count(&mut self, sitting: &Sitting, search: Search) -> Result<Vec<Reply>> {
        beside(&mut self.counts, sitting, &self.tell, search)
    }

    /// Stops what takes long.
    pub fn stop(&self) {
        self.measuring.cancel();
    }

    /// Looks for items.
    pub fn find(&mut self, sitting: &Sitting, request: &Request, number: u64, wanted: Wanted) -> Result<Vec<Reply>> {
        let (question, me) = (sitting.question().clone(), sitting.person().id);
        let look_up = Box::new(move |project: &Project| {
            Ok(Reply::Found(number, Box::new(find(project, &question, me, &wanted)?)))
        });
        beside(&mut self.searches, sitting, &self.tell, Search { request: request.clone(), number, look_up })
    }

    /// Lists the items behind a cell of the Agreement screen.
    pub fn behind(&mut self, sitting: &Sitting, request: &Request, cell: &Behind, number: u64) -> Result<Vec<Reply>> {
        let (question, me, cell) = (sitting.question().clone(), sitting.person().id, cell.clone());
        let look_up = Box::new(move |project: &Project| {
            let gathered = Gathered::seen_by(project, &question, None, Some(me))?;
            let mut items = agreement::behind(&question, &gathered, &cell);
            let blind = Blind::of(project, &question, Some(me))?;
            items.retain(|item| !blind.hides(*item));
            Ok(Reply::Found(number, Box::new(find(project, &question, me, &Wanted::These(items))?)))
        });
        beside(&mut self.searches, sitting, &self.tell, Search { request: request.clone(), number, look_up })
    }

    /// Measures how far people agree, week by week too.
    pub fn agreement(&mut self, sitting: &Sitting) -> Result<Vec<Reply>> {
        self.measured += 1;
        self.outdated = false;
        let (question, paths) = (sitting.question().clone(), self.paths.clone());
        let viewer = Some(sitting.person().id);
        self.measuring.cancel();
        self.measuring = Control::default();
        let (control, pace, number) = (self.measuring.clone(), self.pace.clone(), self.measured);
        let look_up = Box::new(move |project: &Project| {
            let began = Instant::now();
            let asked = Asked { per: Some(Per::Week), disputes: DISPUTES, seed: 0, viewer };
            let found = Gathered::seen_by(project, &question, None, viewer)
                .and_then(|gathered| agreement::overview(project, &paths, &question, &gathered, &asked, &control));
            pace.done(number, began, Instant::now());
            Ok(Reply::Agreement(question.id, Box::new(found?)))
        });
        let search = Search { request: Request::Agreement, number, look_up };
        beside(&mut self.measures, sitting, &self.tell, search)
    }

    /// Reads the calibration sessions.
    pub fn calibrations(&mut self, sitting: &Sitting) -> Result<Vec<Reply>> {
        self.listed += 1;
        let (question, paths) = (sitting.question().clone(), self.paths.clone());
        let viewer = Some(sitting.person().id);
        let look_up = Box::new(move |project: &Project| {
            let reports = calibration::list(project, &paths, &question, viewer, &Control::default())?;
            Ok(Reply::Calibrations(question.id, reports))
        });
        let search = Search { request: Request::Calibrations, number: self.listed, look_up };
        beside(&mut self.sessions, sitting, &self.tell, search)
    }

    /// Lists what waits for the next revision of the guidelines.
    pub fn todo(&mut self, sitting: &Sitting, request: &Request, number: u64) -> Result<Vec<Reply>> {
        let (question, me) = (sitting.question().clone(), sitting.person().id);
        let look_up = Box::new(move |project: &Project| {
            let todos = todo::list(project, &question, Some(me), false)?;
            let mut hits = find(project, &question, me, &Wanted::These(todos.iter().map(|todo| todo.seq).collect()))?;
            for (row, todo) in hits.rows.iter_mut().zip(&todos) {
                row.text = format!("{}: \"{}\"", todo.told(&question), todo.text);
            }
            Ok(Reply::Found(number, Box::new(hits)))
        });
        beside(&mut self.searches, sitting, &self.tell, Search { request: request.clone(), number, look_up })
    }
}

/// Looks something up beside the sitting, so that no answer waits for it; by itself where the file cannot be opened
/// twice.
pub fn beside(reader: &mut Option<Reader>, sitting: &Sitting, tell: &Tell, search: Search) -> Result<Vec<Reply>> {
    if reader.is_none()
        && let Some(project) = sitting.project().open_beside()?
    {
        *reader = Some(Reader::start(project, Arc::clone(tell))?);
    }
    match reader {
        Some(reader) => {
            reader.find(search);
            Ok(Vec::new())
        }
        None => (search.look_up)(sitting.project()).map(|reply| vec![reply]),
    }
}
