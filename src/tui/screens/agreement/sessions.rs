//! The calibration sessions on the Agreement screen: a list, and of one of them how far everybody has come, the agreement
//! before and after, and what is disputed.

use super::Judging;
use crate::domain::{CalibrationId, Deed};
use crate::tui::app::App;
use crate::tui::commands::{Command, Scope, Usable, allowed};
use crate::tui::msg::{Effect, Request};
use crate::tui::overlays::moved;
use crate::workflow::agreement::Dispute;
use crate::workflow::calibration::Report;

/// The sessions, and which of them is open.
#[derive(Debug, Default)]
pub struct Sessions {
    /// What the store told last.
    pub shown: Option<Vec<Report>>,
    /// The chosen session of the list.
    pub chosen: usize,
    /// The session that is open, and its chosen dispute.
    pub open: Option<(CalibrationId, usize)>,
}

impl Sessions {
    /// Takes what the store told; what was chosen stays chosen.
    pub fn take(&mut self, new: Vec<Report>) {
        let before = self.listed().map(|report| report.session.id);
        let place = before.and_then(|id| new.iter().position(|report| report.session.id == id));
        self.chosen = place.unwrap_or(self.chosen).min(new.len().saturating_sub(1));
        self.shown = Some(new);
        let disputes = self.report().map_or(0, |report| report.disputes.len());
        if let Some((_, chosen)) = &mut self.open {
            *chosen = (*chosen).min(disputes.saturating_sub(1));
        }
    }

    /// The chosen session of the list.
    pub fn listed(&self) -> Option<&Report> {
        self.shown.as_ref()?.get(self.chosen)
    }

    /// The session that is open.
    pub fn report(&self) -> Option<&Report> {
        let (id, _) = self.open?;
        self.shown.as_ref()?.iter().find(|report| report.session.id == id)
    }

    /// The chosen dispute of the open session.
    pub fn dispute(&self) -> Option<&Dispute> {
        let (_, chosen) = self.open?;
        self.report()?.disputes.get(chosen)
    }

    /// Moves in the list, or among the disputes of the open session.
    pub fn scroll(&mut self, rows: i32) {
        let sessions = self.shown.as_ref().map_or(0, Vec::len);
        let disputes = self.report().map_or(0, |report| report.disputes.len());
        match &mut self.open {
            Some((_, chosen)) => *chosen = moved(*chosen, rows, disputes),
            None => self.chosen = moved(self.chosen, rows, sessions),
        }
    }

    /// Chooses a row, as a click does.
    pub fn choose(&mut self, row: usize) {
        match &mut self.open {
            Some((_, chosen)) => *chosen = row,
            None => self.chosen = row,
        }
        self.scroll(0);
    }

    /// A dispute was settled: it leaves the list at once.
    pub fn settled(&mut self, seq: u32) {
        for report in self.shown.iter_mut().flatten() {
            let before = report.disputes.len();
            report.disputes.retain(|dispute| dispute.seq != seq);
            report.disputed -= before - report.disputes.len();
        }
        self.scroll(0);
    }
}

/// What can be done there.
pub const SESSIONS: &[Command] = &[Command {
    id: "open session",
    title: "open",
    doc: "opens the chosen calibration session; there it settles the chosen dispute",
    scope: Scope::Sessions,
    keys: &["enter"],
    argument: None,
    when: something_to_open,
    run: |app, _| open(app),
}];

fn something_to_open(app: &App) -> Usable {
    let Some(sessions) = &app.agreement.sessions else { return Err("no session is shown".into()) };
    match (sessions.open, sessions.listed(), sessions.dispute()) {
        (None, None, _) => Err("there is no session yet: karat calibration start NAME".into()),
        (Some(_), _, None) => Err("nothing is disputed that was compared".into()),
        (Some(_), ..) => allowed(app, Deed::Settle),
        _ => Ok(()),
    }
}

fn open(app: &mut App) -> Vec<Effect> {
    let now = app.now.steady;
    let Some(sessions) = &mut app.agreement.sessions else { return Vec::new() };
    match sessions.open {
        None => sessions.open = sessions.listed().map(|report| (report.session.id, 0)),
        Some(_) => {
            let dispute = sessions.dispute().cloned();
            app.agreement.judging = dispute.map(|dispute| Judging::new(dispute, now));
        }
    }
    Vec::new()
}

/// Opens the list.
pub fn show(app: &mut App) -> Vec<Effect> {
    app.agreement.sessions = Some(Sessions::default());
    vec![Effect::Ask(Request::Calibrations)]
}
