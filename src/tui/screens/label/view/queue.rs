//! The queue as lines: strategy, lanes, what is next and why, when to stop.

use super::answers::share;
use crate::domain::{FEW, Lane};
use crate::tui::app::App;
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widgets::{Piece, gauge};
use crate::workflow::labelling::{QueuePanel, QueueRow, RoundNews};
use crate::workflow::ranking::By;

/// The lines of the queue panel at a width in cells.
pub fn queue_lines(app: &App, panel: &QueuePanel, width: usize) -> Vec<Vec<Piece>> {
    let look = &app.look;
    let plain = |text: String, role| vec![Piece::new(text, look.style(role))];
    let fitted = |text: &str| text::fit(text, width, look.symbols.ellipsis);
    let mut lines = vec![vec![
        Piece::new("strategy  ", look.style(Role::Muted)),
        Piece::new(panel.strategy.clone(), look.style(Role::Accent)),
        Piece::new(format!("  by {}", text::one_line(&panel.quantity)), look.style(Role::Muted)),
    ]];
    if let Some(instead) = &panel.instead {
        lines.push(plain(fitted(&format!("          {instead}")), Role::Warning));
    }
    lines.push(vec![
        Piece::new("round     ", look.style(Role::Muted)),
        Piece::new(
            fitted(&panel.round.as_ref().map_or_else(|| "none yet".to_owned(), |r| round(app, r))),
            look.style(Role::Text),
        ),
    ]);
    if let Some(by) = panel.by.as_ref().and_then(By::unusual) {
        lines.push(vec![
            Piece::new("model     ", look.style(Role::Muted)),
            Piece::new(fitted(&text::one_line(&by)), look.style(Role::Accent)),
        ]);
    }
    lines.push(vec![
        Piece::new("left      ", look.style(Role::Muted)),
        Piece::new(format!("{} items are open to you", text::count(panel.left as u64)), look.style(Role::Text)),
    ]);
    lines.push(vec![
        Piece::new("stop?     ", look.style(Role::Muted)),
        Piece::new(
            if panel.stop { "the curve says so: " } else { "not yet: " },
            look.style(if panel.stop { Role::Good } else { Role::Text }),
        ),
        Piece::new(text::fit(&panel.advice, width.saturating_sub(28), look.symbols.ellipsis), look.style(Role::Text)),
    ]);
    lines.push(Vec::new());
    lines.push(plain("lanes".into(), Role::Title));
    for lane in &panel.lanes {
        lines.push(vec![
            Piece::new(format!("{:<9} ", lane.lane.as_str()), look.style(Role::Text)),
            Piece::new(
                format!("{:>3}% {} ", lane.share, gauge(look.symbols, f64::from(lane.share) / 100.0, 10)),
                look.style(Role::Text),
            ),
            Piece::new(format!("{} left", text::count(lane.left as u64)), look.style(Role::Muted)),
        ]);
    }
    lines.push(Vec::new());
    lines.push(plain(what_is_next(panel).into(), Role::Title));
    if panel.next.is_empty() {
        lines.push(plain("nothing is left there".into(), Role::Muted));
    }
    lines.extend(panel.next.iter().map(|row| next(app, row, width)));
    lines
}

/// Of which lanes what is next is.
fn what_is_next(panel: &QueuePanel) -> &'static str {
    let (session, learn) =
        (panel.next.iter().any(|row| row.lane == Lane::Overlap), panel.next.iter().any(|row| row.lane == Lane::Learn));
    match (session, learn) {
        (false, _) => "next in the learn lane",
        (true, false) => "next, of a calibration session, in the overlap lane",
        (true, true) => "next: of a calibration session, in the overlap lane, then the learn lane",
    }
}

/// `12: 340 labels, accuracy .84 [.80, .87] n 400`.
pub fn round(app: &App, round: &RoundNews) -> String {
    let accuracy = match (round.accuracy, round.interval) {
        (Some((value, n)), Some((low, high))) if n >= FEW => {
            format!("accuracy {} [{}, {}] n {n}", share(value), share(low), share(high))
        }
        (Some((_, n)), _) => format!("no estimate (n={n})"),
        (None, _) => "no estimate (n=0)".to_owned(),
    };
    let when = app.look.day_and_time(round.at, app.now.wall);
    format!("{} from {} labels, {accuracy}, {when}", round.number, text::count(round.trained_on as u64))
}

fn next(app: &App, row: &QueueRow, width: usize) -> Vec<Piece> {
    let look = &app.look;
    let name = |label| app.seat.as_ref().and_then(|seat| seat.question.label(label)).map_or("?", |l| l.name.as_str());
    let likeliest = row
        .probabilities
        .iter()
        .map(|(label, p)| format!("{} {}", text::fit(name(*label), 12, look.symbols.ellipsis), share(*p)));
    let asked_again = (row.answers > 0).then(|| format!("{} answered", row.answers));
    let why: Vec<String> = asked_again.into_iter().chain(likeliest).take(2).collect();
    let score = row.score.map_or_else(|| "     ".to_owned(), |score| format!("{score:>5.2}"));
    let head = format!("{:>3} {score}  ", row.rank);
    let why = text::pad(&why.join(", "), 34.min(width / 3), look.symbols.ellipsis);
    let room = width.saturating_sub(text::width(&head) + text::width(&why) + 2);
    let glimpse: String = row.text.chars().take(300).collect();
    vec![
        Piece::new(head, look.style(Role::Muted)),
        Piece::new(format!("{why}  "), look.style(Role::Text)),
        Piece::new(text::fit(&glimpse, room, look.symbols.ellipsis), look.style(Role::Text)),
    ]
}
