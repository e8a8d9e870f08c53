//! Requests in the words of a sitting.

use std::path::PathBuf;
use std::sync::Arc;

use super::beside::Beside;
use super::reader::Search;
use super::standing::{Due, Standing};
use super::{Desk, Tell, trainings};
use crate::error::Result;
use crate::paths::Paths;
use crate::project::Place;
use crate::tui::msg::{Reply, Request, Seated, Undone};
use crate::workflow::labelling::{Counts, News, Nothing, Seat, Served, Sitting, Wanted};
use crate::workflow::overview;

/// How many of the own answers the screen can walk through.
const HISTORY: usize = 200;

/// After so many looks around without an item another one is asked for: leases of others run out.
const STARVED_LOOKS: u32 = 5;

/// A sitting, and which of its items the screen has.
pub struct SittingDesk {
    sitting: Sitting,
    beside: Beside,
    project: PathBuf,
    shown: Vec<u32>,
    busy: bool,
    /// Why nothing is left, as the screen was told, and the looks around since; if it was.
    starved: Option<(Nothing, u32)>,
    standing: Standing,
}

impl SittingDesk {
    /// Sits down; `tell` hears for whom a write has to wait, and what searches found.
    pub fn open(seat: &Seat, paths: Paths, place: Place, tell: Tell) -> Result<Self> {
        let mut sitting = Sitting::begin(&seat.project, paths.clone(), place, &seat.by, seat.question.as_deref())?;
        let waits = Arc::clone(&tell);
        sitting.on_wait(move |whom| waits(Reply::Waiting(whom.to_owned())));
        let (project, shown) = (seat.project.clone(), Vec::new());
        Ok(Self {
            sitting,
            beside: Beside::new(paths, tell),
            project,
            shown,
            busy: false,
            starved: None,
            standing: Standing::default(),
        })
    }

    /// Looks up this person's role and what is unread, where it may have changed.
    fn standing(&mut self) -> Result<Vec<Reply>> {
        match self.standing.due(&self.sitting)? {
            Due::Nothing => Ok(Vec::new()),
            Due::Left(left) => Ok(vec![Reply::Closed(left)]),
            Due::Look(look_up) => {
                let search = Search { request: Request::Inbox, number: self.standing.number, look_up };
                self.beside.count(&self.sitting, search)
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
            Request::Search(text, number) => {
                return self.beside.find(sitting, request, *number, Wanted::Typed(text.clone()));
            }
            Request::Behind(cell, number) => return self.beside.behind(sitting, request, cell, *number),
            Request::Calibrations => return self.beside.calibrations(sitting),
            Request::Todo(number) => return self.beside.todo(sitting, request, *number),
            Request::Agreement => return self.beside.agreement(sitting),
            Request::AgreementSoon => {
                self.beside.outdate();
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
            Request::Look(seqs, number) => {
                return self.beside.find(sitting, request, *number, Wanted::These(seqs.clone()));
            }
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
            Request::Runs => return self.beside.runs.list(sitting, &self.beside.tell),
            Request::Run(id) => return self.beside.runs.run(sitting, &self.beside.tell, *id),
            Request::CompareRuns(a, b) => return self.beside.runs.compare(sitting, &self.beside.tell, *a, *b),
            Request::UndoDecision { sure } => {
                if let Some((undone, true)) = sitting.next_undo_decision()?.filter(|_| !sure) {
                    return Ok(vec![Reply::WouldUndoDecision(undone.summary)]);
                }
                vec![Reply::Decided(format!("took back: {}", sitting.undo_decision()?.summary))]
            }
            Request::RedoDecision => vec![Reply::Decided(format!("did again: {}", sitting.redo_decision()?.summary))],
            Request::Trainings => return self.beside.trainings.list(sitting, &self.beside.tell),
            Request::Trainable => return self.beside.trainings.trainable(sitting, &self.beside.tell),
            Request::Train(asked) => return trainings::start(sitting, &self.project, &self.beside.tell, asked),
            Request::CancelTraining(number) => vec![Reply::Decided(sitting.cancel_training(*number)?)],
            Request::DismissTraining(number) => vec![Reply::Decided(sitting.dismiss_training(*number)?)],
            Request::Lineage => return self.beside.snapshots.list(sitting, &self.beside.tell),
            Request::Holds(id) => return self.beside.snapshots.holds(sitting, &self.beside.tell, *id),
            Request::DiffSnapshots(a, b) => return self.beside.snapshots.diff(sitting, &self.beside.tell, *a, *b),
            Request::KeepSnapshot(name) => vec![Reply::SnapshotKept(sitting.keep_snapshot(name.as_deref())?)],
            Request::Decide { run, decision, note } => {
                vec![Reply::Decided(sitting.decide(*run, *decision, note.as_deref())?)]
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
        replies.extend(self.beside.agreement_if_due(&self.sitting)?);
        replies.extend(self.beside.trainings.list_if_due(&self.sitting, &self.beside.tell)?);
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
        self.beside.stop();
        if let Err(error) = self.sitting.leave() {
            tracing::warn!("leaving: {error}");
        }
    }
}
