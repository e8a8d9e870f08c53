//! What the store says, as the Label screen takes it in.

use super::list::List;
use super::{LabelScreen, OnScreen, Why, act};
use crate::domain::Lane;
use crate::tui::app::{App, ScreenName};
use crate::tui::msg::{Effect, Reply, Request, Undone};
use crate::tui::overlays::Overlay;
use crate::workflow::labelling::{Served, Suggestions};

/// Takes in a reply that is about items and answers.
pub fn take(app: &mut App, reply: Reply) -> Vec<Effect> {
    match reply {
        Reply::Served(served) => served_now(app, served),
        Reply::Nothing(nothing) => {
            (app.label.asked, app.label.nothing) = (false, Some(nothing));
            Vec::new()
        }
        Reply::Saved(seq, saved, counts) => {
            app.status.saved_at = Some(saved.at);
            app.label.saved(&[seq]);
            app.label.counts = counts;
            app.label.feedback = saved.feedback.or(app.label.feedback.take());
            Vec::new()
        }
        Reply::SavedMany(seqs, saved, counts, history) => {
            app.status.saved_at = Some(saved.at);
            app.label.counts = counts;
            app.label.remember(history);
            app.tell(format!("{} answered together; U takes them back", seqs.len()));
            Vec::new()
        }
        Reply::Counts(counts) => {
            app.label.counts = counts;
            Vec::new()
        }
        Reply::Undone(undone) => undone_now(app, *undone),
        Reply::Opened(served) => opened(app, served),
        Reply::Suggested(seq, suggestions) => {
            suggested(app, seq, suggestions);
            Vec::new()
        }
        _ => Vec::new(),
    }
}

fn served_now(app: &mut App, served: Box<Served>) -> Vec<Effect> {
    let Some(seat) = &app.seat else { return Vec::new() };
    (app.label.asked, app.label.nothing, app.label.stale) = (false, None, None);
    let wants_order = app.config.label.likeliest_first && served.lane == Lane::Learn && served.round.is_some();
    let seq = served.seq;
    let item = app.label.put(served, &seat.question);
    let place = if app.label.live.is_none() { &mut app.label.live } else { &mut app.label.next };
    *place = Some(item);
    let mut effects = act::highlight(app);
    if wants_order {
        effects.push(Effect::Ask(Request::Suggest(seq)));
    }
    effects.extend(app.label.ask());
    effects
}

fn undone_now(app: &mut App, undone: Undone) -> Vec<Effect> {
    let Undone { summary, item, shown_only, redo, history, counts } = undone;
    app.label.undo_shown = shown_only;
    app.label.counts = counts;
    let again = match (item, &app.seat) {
        (Some(served), Some(seat)) => Some(app.label.put_again(served, &seat.question)),
        _ => None,
    };
    app.label.remember(history);
    app.tell(match (shown_only, redo) {
        (true, _) => format!("from an earlier sitting: {summary}. U again takes it back, Esc leaves it"),
        (false, true) => format!("done again: {summary}"),
        (false, false) => format!("taken back: {summary}"),
    });
    if let Some(item) = again {
        app.label.forget(item.served.seq);
        app.label.visit(item, Why::Undo, app.now);
    }
    let mut effects = act::highlight(app);
    let list = app.overlays.iter_mut().find_map(Overlay::as_list);
    effects.extend(list.and_then(List::look_again));
    effects.extend(app.label.ask());
    effects
}

fn opened(app: &mut App, served: Box<Served>) -> Vec<Effect> {
    let Some(seat) = &app.seat else { return Vec::new() };
    let place = app.label.history.iter().position(|recent| recent.seq == served.seq);
    let walking = app.overlays.is_empty();
    let why = place.filter(|_| walking).map_or(Why::Picked, Why::Walk);
    let list = app.overlays.pop_if(|overlay| matches!(overlay, Overlay::List(_)));
    if let Some(Overlay::List(list)) = list {
        app.label.parked = Some(list);
    }
    app.screen = ScreenName::Label;
    let item = app.label.put_again(served, &seat.question);
    app.label.visit(item, why, app.now);
    act::highlight(app)
}

fn suggested(app: &mut App, seq: u32, suggestions: Box<Suggestions>) {
    let likeliest_first = app.config.label.likeliest_first;
    let screen = &mut app.label;
    let item = screen.find(seq).filter(|item| item.served.lane == Lane::Learn);
    let Some(item) = item else { return };
    if suggestions.labels.is_empty() {
        item.suggesting = false;
        return app.tell("suggestions: none for this item");
    }
    if likeliest_first && item.painted.is_none() {
        item.answers = item.answers.clone().in_order(&suggestions.labels);
        item.suggested = true;
    }
    item.suggested |= item.suggesting;
    item.suggestions = Some(suggestions);
}

impl LabelScreen {
    /// Answers reached the disk.
    fn saved(&mut self, seqs: &[u32]) {
        for seq in seqs {
            if let Some(place) = self.pending.iter().position(|item| item.served.seq == *seq) {
                self.stale = Some(self.pending.remove(place));
            }
        }
    }

    /// Drops an item from the queue's two places, because it is shown otherwise.
    fn forget(&mut self, seq: u32) {
        let is = |item: &Option<OnScreen>| item.as_ref().is_some_and(|item| item.served.seq == seq);
        if is(&self.next) {
            self.next = None;
        }
        if is(&self.live) {
            self.live = self.next.take();
        }
    }
}
