//! Requests in the words of a sitting.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use super::pace::Pace;
use super::reader::{Reader, Search};
use super::standing::{Due, Standing};
use super::{Desk, Tell};
use crate::error::Result;
use crate::jobs::Control;
use crate::paths::Paths;
use crate::project::{Place, Project};
use crate::tui::msg::{Reply, Request, Seated, Undone};
use crate::workflow::agreement::{self, Asked, Behind, Gathered, Per};
use crate::workflow::blind::Blind;
use crate::workflow::labelling::{Counts, News, Nothing, Seat, Served, Sitting, Wanted, find};
use crate::workflow::{calibration, overview, todo};

/// How many of the own answers the screen can walk through.
const HISTORY: usize = 200;

/// After so many looks around without an item another one is asked for: leases of others run out.
const STARVED_LOOKS: u32 = 5;

/// How many disputes the Agreement screen lists.
const DISPUTES: usize = 200;

/// A sitting, and which of its items the screen has.
pub struct SittingDesk {
    sitting: Sitting,
    /// Searches beside it, once there was one.
    searches: Option<Reader>,
    /// Measures agreement beside it, once somebody asked.
    measures: Option<Reader>,
    /// Reads the calibration sessions beside it, and how often it was asked to.
    sessions: Option<Reader>,
    listed: u64,
    /// How often it was asked to measure.
    measured: u64,
    /// Stops it.
    measuring: Control,
    /// How often it may while others answer, and whether they have since.
    pace: Pace,
    outdated: bool,
    paths: Paths,
    tell: Tell,
    project: PathBuf,
    shown: Vec<u32>,
    busy: bool,
    /// Why nothing is left, as the screen was told, and the looks around since; if it was.
    starved: Option<(Nothing, u32)>,
    standing: Standing,
    /// Counts what is unread beside it, once something came.
    counts: Option<Reader>,
}

impl SittingDesk {
    /// Sits down; `tell` hears for whom a write has to wait, and what searches found.
    pub fn open(seat: &Seat, paths: Paths, place: Place, tell: Tell) -> Result<Self> {
        let mut sitting = Sitting::begin(&seat.project, paths.clone(), place, &seat.by, seat.question.as_deref())?;
        let waits = Arc::clone(&tell);
        sitting.on_wait(move |whom| waits(Reply::Waiting(whom.to_owned())));
        let (project, shown) = (seat.project.clone(), Vec::new());
        let (searches, measures, measured, measuring) = (None, None, 0, Control::default());
        let (pace, outdated) = (Pace::default(), false);
        Ok(Self {
            sitting,
            searches,
            measures,
            sessions: None,
            listed: 0,
            measured,
            measuring,
            pace,
            outdated,
            paths,
            tell,
            project,
            shown,
            busy: false,
            starved: None,
            standing: Standing::default(),
            counts: None,
        })
    }

    /// Looks for items.
    fn find(&mut self, request: &Request, number: u64, wanted: Wanted) -> Result<Vec<Reply>> {
        let (question, me) = (self.sitting.question().clone(), self.sitting.person().id);
        let look_up = Box::new(move |project: &Project| {
            Ok(Reply::Found(number, Box::new(find(project, &question, me, &wanted)?)))
        });
        beside(&mut self.searches, &self.sitting, &self.tell, Search { request: request.clone(), number, look_up })
    }

    /// Lists the items behind a cell of the Agreement screen.
    fn behind(&mut self, request: &Request, cell: &Behind, number: u64) -> Result<Vec<Reply>> {
        let (question, me, cell) = (self.sitting.question().clone(), self.sitting.person().id, cell.clone());
        let look_up = Box::new(move |project: &Project| {
            let gathered = Gathered::seen_by(project, &question, None, Some(me))?;
            let mut items = agreement::behind(&question, &gathered, &cell);
            let blind = Blind::of(project, &question, Some(me))?;
            items.retain(|item| !blind.hides(*item));
            Ok(Reply::Found(number, Box::new(find(project, &question, me, &Wanted::These(items))?)))
        });
        beside(&mut self.searches, &self.sitting, &self.tell, Search { request: request.clone(), number, look_up })
    }

    /// Measures how far people agree, week by week too.
    fn agreement(&mut self) -> Result<Vec<Reply>> {
        self.measured += 1;
        self.outdated = false;
        let (question, paths) = (self.sitting.question().clone(), self.paths.clone());
        let viewer = Some(self.sitting.person().id);
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
        beside(&mut self.measures, &self.sitting, &self.tell, search)
    }

    /// Reads the calibration sessions.
    fn calibrations(&mut self) -> Result<Vec<Reply>> {
        self.listed += 1;
        let (question, paths) = (self.sitting.question().clone(), self.paths.clone());
        let viewer = Some(self.sitting.person().id);
        let look_up = Box::new(move |project: &Project| {
            let reports = calibration::list(project, &paths, &question, viewer, &Control::default())?;
            Ok(Reply::Calibrations(question.id, reports))
        });
        let search = Search { request: Request::Calibrations, number: self.listed, look_up };
        beside(&mut self.sessions, &self.sitting, &self.tell, search)
    }

    /// Lists what waits for the next revision of the guidelines.
    fn todo(&mut self, request: &Request, number: u64) -> Result<Vec<Reply>> {
        let (question, me) = (self.sitting.question().clone(), self.sitting.person().id);
        let look_up = Box::new(move |project: &Project| {
            let todos = todo::list(project, &question, Some(me), false)?;
            let mut hits = find(project, &question, me, &Wanted::These(todos.iter().map(|todo| todo.seq).collect()))?;
            for (row, todo) in hits.rows.iter_mut().zip(&todos) {
                row.text = format!("{}: \"{}\"", todo.told(&question), todo.text);
            }
            Ok(Reply::Found(number, Box::new(hits)))
        });
        beside(&mut self.searches, &self.sitting, &self.tell, Search { request: request.clone(), number, look_up })
    }

    /// Looks up this person's role and what is unread, where it may have changed.
    fn standing(&mut self) -> Result<Vec<Reply>> {
        match self.standing.due(&self.sitting)? {
            Due::Nothing => Ok(Vec::new()),
            Due::Left(left) => Ok(vec![Reply::Closed(left)]),
            Due::Look(look_up) => {
                let search = Search { request: Request::Inbox, number: self.standing.number, look_up };
                beside(&mut self.counts, &self.sitting, &self.tell, search)
            }
        }
    }

    /// What follows from a ruling: what was done, in words.
    fn ruled(&mut self, undone: crate::project::Undone, what: &str) -> Vec<Reply> {
        vec![Reply::Ruled(undone.item, format!("{what}: {}", undone.summary))]
    }

    /// The item that the screen does not have yet: the current one, else the one behind it.
    fn serve(&mut self) -> Result<Vec<Reply>> {
        self.sitting.serve()?;
        let lying: Vec<&Served> = self.sitting.lying().collect();
        self.shown.retain(|seq| lying.iter().any(|served| served.seq == *seq));
        let fresh = lying.into_iter().find(|served| !self.shown.contains(&served.seq)).cloned();
        self.shown.extend(fresh.iter().map(|served| served.seq));
        let served = match fresh {
            Some(served) => {
                self.starved = None;
                Reply::Served(Box::new(served))
            }
            None => {
                let nothing = self.sitting.nothing()?;
                self.starved = Some((nothing.clone(), 0));
                Reply::Nothing(nothing)
            }
        };
        Ok(vec![Reply::Counts(self.sitting.counts()?), served])
    }

    fn question(&mut self) -> Result<Vec<Reply>> {
        Ok(vec![Reply::Question(Box::new(self.sitting.question().clone())), Reply::Counts(self.sitting.counts()?)])
    }

    fn undo(&mut self, sure: bool) -> Result<Vec<Reply>> {
        match self.sitting.next_undo()? {
            Some((undone, true)) if !sure => self.undone(undone, true, false),
            _ => {
                let undone = self.sitting.undo()?;
                self.undone(undone, false, false)
            }
        }
    }

    fn undone(&mut self, undone: crate::project::Undone, shown_only: bool, redo: bool) -> Result<Vec<Reply>> {
        let item = undone.item.map(|seq| self.sitting.open(seq)).transpose()?;
        let undone = Undone {
            summary: undone.summary,
            item: item.map(Box::new),
            shown_only,
            redo,
            history: self.sitting.history(HISTORY)?,
            counts: self.sitting.counts()?,
        };
        let question = Reply::Question(Box::new(self.sitting.question().clone()));
        Ok(vec![question, Reply::Undone(Box::new(undone))])
    }
}

/// Looks something up beside the sitting, so that no answer waits for it; by itself where the file cannot be opened
/// twice.
fn beside(reader: &mut Option<Reader>, sitting: &Sitting, tell: &Tell, search: Search) -> Result<Vec<Reply>> {
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

impl Desk for SittingDesk {
    fn sit(&mut self) -> Result<Reply> {
        let sitting = &self.sitting;
        self.standing.begin(sitting)?;
        let items = sitting.project().item_count()? as usize;
        let name = self.project.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        Ok(Reply::Seated(Box::new(Seated {
            project: name.unwrap_or_default(),
            person: sitting.person().name.clone().unwrap_or_default(),
            role: sitting.role()?,
            unread: sitting.unread()?,
            question: sitting.question().clone(),
            questions: sitting.questions()?,
            counts: Counts { items, ..Counts::default() },
            history: sitting.history(HISTORY)?,
            guidelines: sitting.unread_guidelines()?,
            round: sitting.project().weights_round(sitting.question().id)?,
        })))
    }

    fn handle(&mut self, request: &Request) -> Result<Vec<Reply>> {
        let sitting = &mut self.sitting;
        let replies = match request {
            Request::Serve => return self.serve(),
            Request::Submit(given) => {
                let saved = sitting.submit(given)?;
                self.shown.retain(|seq| *seq != given.seq);
                vec![Reply::Saved(given.seq, saved, sitting.counts()?)]
            }
            Request::SubmitMany(given) => {
                let saved = sitting.submit_many(given)?;
                let seqs = given.iter().map(|one| one.seq).collect();
                vec![Reply::SavedMany(seqs, saved, sitting.counts()?, sitting.history(HISTORY)?)]
            }
            Request::Undo { sure } => return self.undo(*sure),
            Request::Redo => {
                let undone = sitting.redo()?;
                return self.undone(undone, false, true);
            }
            Request::Sit(question) => {
                let turned = sitting.turn_to(question);
                (self.shown, self.starved, self.busy) = (Vec::new(), None, false);
                let failed = turned.err().map(|error| Reply::Failed(Box::new(request.clone()), error));
                std::iter::once(self.sit()?).chain(failed).collect()
            }
            Request::Draft(seq, draft) => {
                sitting.save_draft(*seq, draft.as_ref().unwrap_or(&serde_json::Value::Null))?;
                Vec::new()
            }
            Request::Open(seq) => vec![Reply::Opened(Box::new(sitting.open(*seq)?))],
            Request::Suggest(seq) => vec![Reply::Suggested(*seq, Box::new(sitting.suggestions(*seq)?))],
            Request::Queue => vec![Reply::Queue(Box::new(sitting.queue_panel()?))],
            Request::Search(text, number) => return self.find(request, *number, Wanted::Typed(text.clone())),
            Request::Behind(cell, number) => return self.behind(request, cell, *number),
            Request::Calibrations => return self.calibrations(),
            Request::Todo(number) => return self.todo(request, *number),
            Request::Agreement => return self.agreement(),
            Request::AgreementSoon => {
                self.outdated = true;
                Vec::new()
            }
            Request::Settle(settling) => {
                sitting.settle(settling)?;
                let said = sitting.question().spell(&settling.value);
                vec![Reply::Ruled(Some(settling.item), format!("settled: {said}"))]
            }
            Request::UndoRuling { sure } => {
                if let Some((undone, true)) = sitting.next_undo_ruling()?.filter(|_| !sure) {
                    return Ok(vec![Reply::WouldUndoRuling(undone.summary)]);
                }
                let undone = sitting.undo_ruling()?;
                return Ok(self.ruled(undone, "took back"));
            }
            Request::RedoRuling => {
                let undone = sitting.redo_ruling()?;
                return Ok(self.ruled(undone, "did again"));
            }
            Request::Look(seqs, number) => return self.find(request, *number, Wanted::These(seqs.clone())),
            Request::Read(revision) => {
                sitting.read_guidelines(*revision)?;
                Vec::new()
            }
            Request::AddLabel(name) => {
                sitting.add_label(name)?;
                let mut replies = self.question()?;
                replies
                    .push(Reply::Done(format!("{name} is there; answers that look like it come with a later round")));
                replies
            }
            Request::RenameLabel(old, new) => {
                sitting.rename_label(old, new)?;
                let mut replies = self.question()?;
                replies.push(Reply::Done(format!("{old} is called {new} now")));
                replies
            }
            Request::RetireLabel(name) => {
                sitting.retire_label(name)?;
                let mut replies = self.question()?;
                replies.push(Reply::Done(format!("{name} can no longer be given; its answers stay")));
                replies
            }
            Request::PinLabel(name, key) => {
                sitting.pin_label(name, *key)?;
                let mut replies = self.question()?;
                replies.push(Reply::Done(format!("{name} is on {key} from the next item on")));
                replies
            }
            Request::Inbox => vec![Reply::Inbox(sitting.inbox()?)],
            Request::OpenEntry(id) => {
                let opened = sitting.open_entry(*id)?;
                vec![Reply::Entry(Box::new(opened)), Reply::Inbox(sitting.inbox()?)]
            }
            Request::ReadInbox => {
                sitting.read_inbox()?;
                vec![Reply::Inbox(sitting.inbox()?)]
            }
            Request::Reply { question, seq, to, text } => {
                let to = sitting.reply(*question, *seq, to.as_deref(), text)?;
                vec![Reply::Inbox(sitting.inbox()?), Reply::Done(format!("{to} will find it in the inbox"))]
            }
            Request::Retrain => {
                sitting.retrain()?;
                self.busy = true;
                Vec::new()
            }
            Request::Cancel => {
                sitting.cancel();
                vec![Reply::Done("stopped".into())]
            }
            Request::Overview => {
                vec![Reply::Overview(Box::new(overview::of(sitting.project(), sitting.question())?))]
            }
        };
        Ok(replies)
    }

    fn tick(&mut self) -> Result<Vec<Reply>> {
        let news = self.sitting.tick()?;
        let was_busy = std::mem::replace(&mut self.busy, news.progress.is_some());
        let mut replies = Vec::new();
        if news.question_changed {
            replies.push(Reply::Question(Box::new(self.sitting.question().clone())));
            replies.push(Reply::Questions(self.sitting.questions()?));
        }
        if news.answers > 0 {
            replies.push(Reply::Counts(self.sitting.counts()?));
        }
        if news != News::default() || was_busy {
            replies.push(Reply::News(Box::new(news)));
        }
        replies.extend(self.standing()?);
        if self.outdated && self.pace.is_due(self.measured, Instant::now()) {
            replies.extend(self.agreement()?);
        }
        if let Some((nothing, looks)) = &mut self.starved {
            *looks += 1;
            if *looks % STARVED_LOOKS == 0 || *nothing != self.sitting.nothing()? {
                replies.extend(self.serve()?);
            }
        }
        Ok(replies)
    }

    fn is_busy(&self) -> bool {
        self.busy
    }

    fn leave(&mut self) {
        self.measuring.cancel();
        if let Err(error) = self.sitting.leave() {
            tracing::warn!("leaving: {error}");
        }
    }
}
