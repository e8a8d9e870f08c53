//! Draws the snapshots: the list with what came of the chosen one, what one holds, what changed between two.

use super::snapshots::{Open, Snapshots};
use crate::domain::Split;
use crate::project::{Snapshot, SnapshotId};
use crate::tui::app::App;
use crate::tui::screens::runs::{standing, with_interval};
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widgets::Piece;
use crate::workflow::lineage::{Differs, Line as Kept};
use crate::workflow::snapshots::{Change, Holds};

type Line = Vec<Piece>;

/// The lines of the open part, and the one that has to be in view.
pub fn lines(app: &App, width: usize) -> (Vec<Line>, usize) {
    let look = &app.look;
    let snapshots = &app.data.snapshots;
    let wait =
        |what: &str| (vec![vec![Piece::new(format!("{what} {}", look.symbols.ellipsis), look.style(Role::Muted))]], 0);
    match (&snapshots.open, &snapshots.shown) {
        (_, None) => wait("reading"),
        (Some(Open::Held(_, None)), _) => wait("counting"),
        (Some(Open::Changed { said: None, .. }), _) => wait("comparing"),
        (Some(Open::Held(id, Some(holds))), _) => (held(app, *id, holds, width), 0),
        (Some(Open::Changed { a, b, said: Some(said), chosen }), _) => {
            (changed(app, (*a, *b), said, *chosen, width), 0)
        }
        (None, Some(shown)) if shown.is_empty() => (empty(app), 0),
        (None, Some(shown)) => list(app, snapshots, shown, width),
    }
}

fn empty(app: &App) -> Vec<Line> {
    let key = app.keymap.label("keep snapshot");
    let lines = [
        ("No snapshot yet.".to_owned(), Role::Title),
        ("A snapshot is the items with their settled values and splits as they stand, hashed.".to_owned(), Role::Text),
        (format!("{key} keeps one; every training keeps the state that it learned from."), Role::Text),
    ];
    lines.map(|(line, role)| vec![Piece::new(line, app.look.style(role))]).into()
}

/// `3 before the rename`.
fn titled(snapshot: &Snapshot) -> String {
    let name = snapshot.name.as_ref().map_or_else(String::new, |name| format!(" {}", text::one_line(name)));
    format!("{}{name}", snapshot.number)
}

fn list(app: &App, snapshots: &Snapshots, shown: &[Kept], width: usize) -> (Vec<Line>, usize) {
    let look = &app.look;
    let (muted, cut) = (look.style(Role::Muted), look.symbols.ellipsis);
    let name = shown.iter().map(|line| text::width(&titled(&line.snapshot))).max().unwrap_or(0);
    let name = name.clamp(8, width.saturating_sub(54).max(8));
    let head = format!(
        "    {} {:>9} {:>9} {:>5}  {:<8}  ",
        text::pad("snapshot", name, cut),
        "items",
        "settled",
        "runs",
        "hash"
    );
    let mut lines = vec![vec![Piece::new(head, muted), Piece::new("kept", muted)]];
    let mut seen = 0;
    for (place, line) in shown.iter().enumerate() {
        let s = &line.snapshot;
        let is_chosen = place == snapshots.chosen;
        let pointer = if is_chosen { look.symbols.pointer } else { " " };
        let marked = if snapshots.marked.contains(&s.id) { look.symbols.marked } else { " " };
        let [items, settled] = [s.items, s.settled].map(|n| text::count(n.into()));
        let hash = &s.hash.to_string()[..8];
        let when = look.day_and_time(s.at, app.now.wall);
        let mut row = vec![
            Piece::new(format!("{pointer} {marked} "), look.style(Role::Accent)),
            Piece::new(text::pad(&titled(s), name, cut), look.style(Role::Text)),
            Piece::new(format!(" {items:>9} {settled:>9} {:>5}  {hash}  ", line.runs.len()), muted),
            Piece::new(format!("{when} by {}", line.by), muted),
        ];
        if is_chosen {
            let selected = look.style(Role::Selected);
            row.iter_mut().for_each(|piece| piece.style = piece.style.patch(selected));
        }
        lines.push(row);
        if is_chosen {
            lines.extend(came_of(app, line));
            seen = lines.len() - 1;
        }
    }
    (lines, seen)
}

/// What came of a snapshot: what it stands on, its runs, and what they predict.
fn came_of(app: &App, line: &Kept) -> Vec<Line> {
    let look = &app.look;
    let (muted, text_style, to) = (look.style(Role::Muted), look.style(Role::Text), look.symbols.branch);
    let before = line.parent.map_or_else(|| "the first".to_owned(), |n| format!("after snapshot {n}"));
    let mut lines = vec![vec![Piece::new(format!("      {before}"), muted)]];
    for (run, predictions) in &line.runs {
        let worth = run.metric.as_ref().map_or_else(String::new, |metric| format!("  {}", with_interval(metric)));
        let stands = standing(app, run);
        let gap = if stands.text.is_empty() { "" } else { "  " };
        lines.push(vec![
            Piece::new(format!("      {to} run {} ", run.number), look.style(Role::Accent)),
            Piece::new(run.name.clone(), text_style),
            Piece::new(worth, look.style(Role::Accent)),
            Piece::new(gap, muted),
            stands,
            Piece::new(format!("  {to} {} predictions", text::count(*predictions)), muted),
        ]);
    }
    if line.runs.is_empty() {
        lines.push(vec![Piece::new("      nothing was trained on it", muted)]);
    }
    lines
}

fn held(app: &App, id: SnapshotId, holds: &Holds, width: usize) -> Vec<Line> {
    let look = &app.look;
    let (muted, text_style) = (look.style(Role::Muted), look.style(Role::Text));
    let name = holds.values.keys().map(|value| text::width(value)).max().unwrap_or(0).clamp(8, (width / 2).max(8));
    let row = |what: &str, of: [usize; 3], style| {
        let told: String = of.map(|n| format!("{:>12}", text::count(n as u64))).concat();
        vec![Piece::new(text::pad(what, name, look.symbols.ellipsis), style), Piece::new(told, text_style)]
    };
    let mut lines = Vec::new();
    if let Some(line) = app.data.snapshots.line(id) {
        lines.push(vec![
            Piece::new(format!("snapshot {}", titled(&line.snapshot)), look.style(Role::Title)),
            Piece::new(format!("  {}", line.snapshot.hash), muted),
        ]);
        lines.push(Vec::new());
    }
    let splits: String = Split::ALL.iter().map(|split| format!("{:>12}", split.as_str())).collect();
    lines.push(vec![Piece::new(format!("{}{splits}", " ".repeat(name)), muted)]);
    lines.push(row("items", holds.items, text_style));
    lines.push(row("settled", holds.settled, text_style));
    lines.extend(holds.values.iter().map(|(value, of)| row(value, *of, muted)));
    let origins: Vec<String> =
        holds.origins.iter().map(|(origin, n)| format!("{} {origin}", text::count(*n as u64))).collect();
    if !origins.is_empty() {
        lines.extend([Vec::new(), vec![Piece::new(format!("settled values: {}", origins.join(", ")), muted)]]);
    }
    lines
}

fn changed(app: &App, (a, b): (SnapshotId, SnapshotId), said: &Differs, chosen: usize, width: usize) -> Vec<Line> {
    let look = &app.look;
    let (muted, cut) = (look.style(Role::Muted), look.symbols.ellipsis);
    let name = |id| app.data.snapshots.line(id).map_or_else(String::new, |line| titled(&line.snapshot));
    let mut lines = vec![vec![
        Piece::new(format!("snapshot {}", name(a)), look.style(Role::Title)),
        Piece::new(" to ", muted),
        Piece::new(format!("snapshot {}", name(b)), look.style(Role::Title)),
    ]];
    lines.push(Vec::new());
    if said.is_empty() {
        lines.push(vec![Piece::new("They hold the same.", look.style(Role::Text))]);
        return lines;
    }
    for (place, change) in Change::ALL.iter().enumerate() {
        let n = said.of(*change).len();
        let pointer = if place == chosen { look.symbols.pointer } else { " " };
        let role = if n == 0 { Role::Muted } else { Role::Text };
        lines.push(vec![
            Piece::new(format!("{pointer} "), look.style(Role::Accent)),
            Piece::new(format!("{:<12}{:>8}", change.as_str(), text::count(n as u64)), look.style(role)),
            Piece::new(format!("  {}", about(*change)), muted),
        ]);
    }
    if said.withheld > 0 {
        let told = format!("{} changes are of items that you have not answered yet", text::count(said.withheld as u64));
        lines.push(vec![Piece::new(told, muted)]);
    }
    lines.push(Vec::new());
    let Some(change) = Change::ALL.get(chosen) else { return lines };
    for one in said.of(*change) {
        let Some((item, said)) = said.items.get(&one.seq) else { break };
        let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "–".to_owned());
        let told = format!("{} {} {}", shown(&one.before), look.symbols.branch, shown(&one.after));
        let room = width.saturating_sub(16 + 30 + 4);
        lines.push(vec![
            Piece::new(format!("{}  ", text::pad(item, 16, cut)), muted),
            Piece::new(format!("{}  ", text::pad(&told, 30, cut)), look.style(Role::Accent)),
            Piece::new(text::fit(said, room, cut), look.style(Role::Text)),
        ]);
    }
    lines
}

fn about(change: Change) -> &'static str {
    match change {
        Change::Added => "items that came",
        Change::Removed => "items that went",
        Change::Edited => "text or fields changed",
        Change::Relabelled => "the settled value changed, came or went",
        Change::Reanswered => "answered anew, the settled value is as it was",
        Change::Moved => "in another split now",
    }
}
