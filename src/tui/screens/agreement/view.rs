//! Draws the Agreement screen: the coefficient, three boxes (pairs, labels, people), and the disputes below them. On a
//! narrow screen the box that has the keys stands alone.

use ratatui::layout::Position;

use super::{Pane, judging_view, sessions_view};
use crate::agreement::{Name, Undefined, Value, krippendorff};
use crate::domain::{FEW, Question, Value as Said};
use crate::tui::app::{App, Hit};
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widgets::{Canvas, Piece, gauge, sparkline};
use crate::workflow::agreement::{Dispute, Overview, Pair, Who};

type Line = Vec<Piece>;

/// From this many columns on, the three boxes stand side by side.
pub const WIDE: u16 = 100;
/// A κ below this is marked: fair at best (Landis & Koch 1977).
const LOW: f64 = 0.4;
/// Cells of one value in the map of pairs: at least, and where there is room.
const CELL: (usize, usize) = (6, 11);
/// Cells of a name beside the map.
const NAME: usize = 8;

/// Draws the screen.
pub fn view(app: &App, canvas: &mut Canvas<'_>) -> Option<Position> {
    if let Some(judging) = &app.agreement.judging {
        return judging_view::view(app, judging, canvas);
    }
    if let Some(sessions) = &app.agreement.sessions {
        sessions_view::view(app, sessions, canvas);
        return None;
    }
    let look = &app.look;
    let Some(overview) = &app.agreement.shown else {
        canvas.put(2, 1, &format!("measuring {}", look.symbols.ellipsis), look.style(Role::Muted));
        return None;
    };
    if overview.panel.pairable == 0 {
        empty(app, overview, canvas);
        return None;
    }
    let (width, height) = (canvas.width(), canvas.height());
    let room = usize::from(width.saturating_sub(2));
    for (y, line) in (0..).zip(head(app, overview, width >= WIDE)) {
        canvas.line(1, y, &Piece::fit(&line, room, look.symbols.ellipsis));
    }
    let top = 2;
    let panel = &overview.panel;
    let rows = [panel.people.len() + 1, panel.labels.len(), panel.pairs.len().min(6)].into_iter().max().unwrap_or(1);
    let wanted = u16::try_from(rows + 2).unwrap_or(u16::MAX);
    let boxes = wanted.min((height.saturating_sub(top) / 2).clamp(4, 14)).min(height.saturating_sub(top + 3));
    let shown: Vec<Pane> = match (width >= WIDE, app.agreement.pane) {
        (true, _) => vec![Pane::Pairs, Pane::Labels, Pane::People],
        (false, Pane::Disputes) => vec![Pane::Pairs],
        (false, pane) => vec![pane],
    };
    // The map of pairs needs the most room.
    let ends: &[u16] = if shown.len() > 1 { &[0, 40, 69, 100] } else { &[0, 100] };
    for (pane, ends) in shown.iter().zip(ends.windows(2)) {
        let [from, to] = [ends[0], ends[1]].map(|share| (u32::from(width) * u32::from(share) / 100) as u16);
        part(app, overview, *pane, &mut canvas.part(from, top, to - from, boxes));
    }
    let below = height.saturating_sub(top + boxes);
    disputes(app, overview, &mut canvas.part(0, top + boxes, width, below));
    None
}

fn empty(app: &App, overview: &Overview, canvas: &mut Canvas<'_>) {
    let panel = &overview.panel;
    let why = panel.headline().and_then(|c| c.outcome.err()).map_or_else(String::new, |why| why.to_string());
    let lines = [
        (format!("Nobody can be compared yet: {why}."), Role::Title),
        ("This screen shows whether people say the same of the same items.".into(), Role::Text),
        ("The overlap lane asks for that: karat lanes --set learn=65,overlap=20".into(), Role::Text),
        (format!("{} opens the Label screen", app.keymap.label("label")), Role::Muted),
    ];
    canvas.say(&app.look, &lines);
}

/// The coefficient with its interval and what it stands on; below it the weeks and what was accepted.
fn head(app: &App, overview: &Overview, wide: bool) -> Vec<Line> {
    let (look, panel) = (&app.look, &overview.panel);
    let (text, muted, dot) = (look.style(Role::Text), look.style(Role::Muted), look.symbols.dot);
    let mut first = vec![Piece::new(if wide { "Krippendorff α " } else { "α " }, look.style(Role::Title))];
    match panel.headline().map(|c| (c.outcome, c.weights)) {
        Some((Ok(_), _)) | None if panel.pairable < FEW => {
            first.push(Piece::new(format!("no estimate (n={})", panel.pairable), muted));
        }
        Some((Ok(v), weights)) => {
            first.push(Piece::new(with_interval(&v), look.style(Role::Accent)));
            first.push(Piece::new(format!(" {weights}, {}", krippendorff(v.value)), text));
        }
        Some((Err(why), _)) => first.push(Piece::new(format!("undefined: {why}"), look.style(Role::Warning))),
        None => {
            let percent = panel.coefficients.iter().find(|c| c.name == Name::PercentAgreement);
            first[0] = Piece::new("agree ", look.style(Role::Title));
            first.extend(
                percent.and_then(|c| c.outcome.ok()).map(|v| Piece::new(with_interval(&v), look.style(Role::Accent))),
            );
        }
    }
    let (pairable, units) = (text::count(panel.pairable as u64), text::count(panel.units as u64));
    first.push(Piece::new(format!(" {dot} {pairable} of {units} items have ≥2 answers"), muted));
    let (answers, people) = (text::count(panel.answers as u64), panel.people.len() + overview.hidden);
    let mut second = Vec::new();
    if wide {
        second.push(Piece::new(format!("{answers} answers of {people} people   "), muted));
    }
    let weeks: Vec<f64> = overview.panel.groups.iter().map(|g| alpha_of(g).unwrap_or(f64::NAN)).collect();
    if weeks.iter().filter(|w| w.is_finite()).count() > 1 {
        let known: Vec<f64> = weeks.iter().copied().filter(|w| w.is_finite()).collect();
        let (low, high) = (known.iter().copied().fold(1.0, f64::min), known.iter().copied().fold(-1.0, f64::max));
        second.push(Piece::new("by week ", muted));
        second.push(Piece::new(sparkline(look.symbols, &weeks, low, high), look.style(Role::Accent)));
        let ends = (short(known[0]), known.last().copied().map_or_else(String::new, short));
        second.push(Piece::new(format!(" {} to {}   ", ends.0, ends.1), muted));
    }
    if overview.todos > 0 {
        let key = app.keymap.label("guideline todos");
        second.push(Piece::new(format!("{} to-dos ({key})   ", text::count(overview.todos as u64)), text));
    }
    if let Some(e) = overview.accepted {
        let told = match e.n < FEW {
            true => format!("accepted by a method: no estimate (n={})", e.n),
            false => {
                let [rate, low, high] = [e.value, e.low, e.high].map(|x| 100.0 * x);
                let method = if wide { " by a method" } else { "" };
                format!("accepted{method}: {rate:.0}% [{low:.0}, {high:.0}] wrong (n={})", e.n)
            }
        };
        second.push(Piece::new(told, text));
    }
    if app.agreement.waiting {
        second.push(Piece::new(format!("  measuring again {}", look.symbols.ellipsis), muted));
    }
    vec![first, second]
}

fn alpha_of(group: &crate::workflow::agreement::Group) -> Option<f64> {
    let alpha = group.coefficients.iter().find(|c| c.name == Name::KrippendorffAlpha)?;
    alpha.outcome.ok().filter(|_| group.pairable >= FEW).map(|v| v.value)
}

fn part(app: &App, overview: &Overview, pane: Pane, canvas: &mut Canvas<'_>) {
    let has_keys = app.agreement.pane == pane;
    let mark = if has_keys { format!("{} ", app.look.symbols.pointer) } else { String::new() };
    let title = match pane {
        Pane::Pairs if overview.panel.spans.is_some() => "pairs, F1 of whole spans",
        Pane::Pairs => "pairs, κ",
        Pane::Labels => "labels, α against the others",
        Pane::People => "people, κ with the rest",
        Pane::Disputes => "disputes",
    };
    let mut inside = canvas.frame(&app.look, &format!("{mark}{title}"));
    let width = usize::from(inside.width());
    let (lines, chosen) = match pane {
        Pane::Pairs => pairs(app, overview, width, usize::from(inside.height())),
        Pane::Labels => (labels(app, overview, width), app.agreement.chosen(pane)),
        _ => (people(app, overview, width), app.agreement.chosen(pane)),
    };
    if matches!(pane, Pane::Pairs | Pane::People) && overview.hidden > 0 && lines.iter().all(Vec::is_empty) {
        let told = "shown to the leads (people.performance)";
        inside.put(0, 0, &text::fit(told, width, app.look.symbols.ellipsis), app.look.style(Role::Muted));
        return;
    }
    let height = usize::from(inside.height());
    let top = chosen.saturating_sub(height.saturating_sub(1));
    for (y, line) in (0..inside.height()).zip(lines.iter().skip(top)) {
        inside.line(0, y, &Piece::fit(line, width, app.look.symbols.ellipsis));
    }
}

/// The map of all pairs where it fits, else the pairs in a list, the worst first; and the line to keep in view.
fn pairs(app: &App, overview: &Overview, width: usize, height: usize) -> (Vec<Line>, usize) {
    let people: Vec<&Who> = overview.panel.people.iter().map(|p| &p.who).collect();
    if overview.panel.pairs.is_empty() {
        return (Vec::new(), 0);
    }
    let chosen = app.agreement.chosen(Pane::Pairs);
    if overview.hidden == 0 && NAME + CELL.0 * people.len() <= width && people.len() < height {
        let cell = ((width - NAME) / people.len().max(1)).clamp(CELL.0, CELL.1);
        return (map(app, overview, &people, cell), 0);
    }
    let look = &app.look;
    let line = |(i, pair): (usize, &Pair)| {
        let names = format!("{} {} {}", pair.a.name, look.symbols.dot, pair.b.name);
        let room = width.saturating_sub(17);
        vec![
            pointer(app, Pane::Pairs, i),
            Piece::new(text::pad(&names, room, look.symbols.ellipsis), look.style(Role::Text)),
            Piece::new(format!(" {:>7} ", text::count(pair.units as u64)), look.style(Role::Muted)),
            Piece::new(value_of_pair(pair), style_of(app, pair)),
        ]
    };
    (overview.panel.pairs.iter().enumerate().map(line).collect(), chosen)
}

fn map(app: &App, overview: &Overview, people: &[&Who], cell: usize) -> Vec<Line> {
    let look = &app.look;
    let muted = look.style(Role::Muted);
    let name = |who: &Who, cells: usize| text::pad(&who.name, cells, look.symbols.ellipsis);
    let mut head = vec![Piece::new(" ".repeat(NAME), muted)];
    head.extend(people.iter().map(|who| Piece::new(format!(" {}", name(who, cell - 1)), muted)));
    let mut lines = vec![head];
    let chosen = app.agreement.pair().filter(|_| app.agreement.pane == Pane::Pairs);
    for row in people {
        let mut line = vec![Piece::new(format!("{} ", name(row, NAME - 1)), look.style(Role::Text))];
        for column in people {
            let is = |p: &&Pair| (&p.a, &p.b) == (*row, *column) || (&p.a, &p.b) == (*column, *row);
            line.push(match overview.panel.pairs.iter().find(is) {
                Some(pair) => {
                    let mark = if chosen == Some(pair) { look.symbols.pointer } else { " " };
                    Piece::new(format!("{mark}{:<1$}", value_of_pair(pair), cell - 1), style_of(app, pair))
                }
                None => Piece::new(format!(" {:<1$}", format!("{:>4}", look.symbols.dot), cell - 1), muted),
            });
        }
        lines.push(line);
    }
    lines
}

/// Five cells: `.68 ` or `.33!`, and no number of too few items.
fn value_of_pair(pair: &Pair) -> String {
    match &pair.kappa {
        Ok(v) if pair.units >= FEW => format!("{:>4}{}", short(v.value), if v.value < LOW { "!" } else { " " }),
        _ => format!("{:>4} ", "–"),
    }
}

fn style_of(app: &App, pair: &Pair) -> ratatui::style::Style {
    let role = match &pair.kappa {
        Ok(v) if pair.units >= FEW && v.value < LOW => Role::Warning,
        Ok(v) if pair.units >= FEW && v.value >= 0.8 => Role::Good,
        Ok(_) if pair.units >= FEW => Role::Text,
        _ => Role::Muted,
    };
    app.look.style(role)
}

fn labels(app: &App, overview: &Overview, width: usize) -> Vec<Line> {
    let look = &app.look;
    let names = (width / 3).clamp(6, 20);
    let line = |(i, (name, label)): (usize, &(String, crate::agreement::LabelAgreement))| {
        let place = app.seat.as_ref().and_then(|seat| seat.question.labels.iter().position(|l| l.name == *name));
        let mut line = vec![
            pointer(app, Pane::Labels, i),
            Piece::new(
                text::pad(name, names, look.symbols.ellipsis),
                look.style(place.map_or(Role::Text, Role::label)),
            ),
        ];
        line.extend(number(app, &label.alpha, label.answers));
        if let (Ok(v), true) = (&label.alpha, label.answers >= FEW) {
            line.push(Piece::new(
                gauge(look.symbols, v.value, width.saturating_sub(names + 12).min(10)),
                look.style(Role::Accent),
            ));
        }
        line
    };
    overview.panel.labels.iter().enumerate().map(line).collect()
}

fn people(app: &App, overview: &Overview, width: usize) -> Vec<Line> {
    let look = &app.look;
    let names = (width / 4).clamp(5, 16);
    let rows = overview.panel.people.iter().enumerate();
    rows.map(|(i, p)| {
        let mut line = vec![
            pointer(app, Pane::People, i),
            Piece::new(text::pad(&p.who.name, names, look.symbols.ellipsis), look.style(Role::Text)),
            Piece::new(format!("{:>7} ", text::count(p.answers as u64)), look.style(Role::Muted)),
        ];
        line.extend(number(app, &p.kappa, p.units));
        if let (Ok(v), true) = (&p.kappa, p.units >= FEW) {
            let interval = v.ci95.map_or_else(String::new, |(low, high)| format!("[{},{}]", short(low), short(high)));
            line.push(Piece::new(interval, look.style(Role::Muted)));
        }
        line
    })
    .collect()
}

/// A value with its mark, or why there is none.
fn number(app: &App, outcome: &Result<Value, Undefined>, n: usize) -> Vec<Piece> {
    let look = &app.look;
    match outcome {
        _ if n < FEW => vec![Piece::new(format!(" no estimate (n={n})"), look.style(Role::Muted))],
        Ok(v) if v.value < LOW => vec![Piece::new(format!(" {:>4}! ", short(v.value)), look.style(Role::Warning))],
        Ok(v) => vec![Piece::new(format!(" {:>4}  ", short(v.value)), look.style(Role::Text))],
        Err(why) => vec![Piece::new(format!(" – {why}"), look.style(Role::Muted))],
    }
}

fn pointer(app: &App, pane: Pane, row: usize) -> Piece {
    let chosen = app.agreement.pane == pane && app.agreement.chosen(pane) == row;
    let mark = if chosen { format!("{} ", app.look.symbols.pointer) } else { "  ".to_owned() };
    Piece::new(mark, app.look.style(Role::Accent))
}

fn disputes(app: &App, overview: &Overview, canvas: &mut Canvas<'_>) {
    let look = &app.look;
    let mark = if app.agreement.pane == Pane::Disputes { format!("{} ", look.symbols.pointer) } else { String::new() };
    let title = match overview.disputed {
        0 => "nothing is disputed".to_owned(),
        n if overview.withheld == 0 => format!("{} disputes, most telling first", text::count(n as u64)),
        n => {
            let [n, withheld] = [n, overview.withheld].map(|n| text::count(n as u64));
            format!("{n} disputes, {withheld} of them about items that you have not answered yet")
        }
    };
    let mut inside = canvas.frame(look, &format!("{mark}{title}"));
    let Some(question) = app.seat.as_ref().map(|seat| &seat.question) else { return };
    let (width, height) = (usize::from(inside.width()), usize::from(inside.height()));
    let chosen = app.agreement.chosen(Pane::Disputes);
    let top = chosen.saturating_sub(height.saturating_sub(1));
    for (y, (i, dispute)) in (0..inside.height()).zip(overview.disputes.iter().enumerate().skip(top)) {
        let is_chosen = app.agreement.pane == Pane::Disputes && i == chosen;
        let pointer = pointer(app, Pane::Disputes, i);
        let line = dispute_line(app, question, dispute, width.saturating_sub(2));
        let mut line: Line = std::iter::once(pointer).chain(line).collect();
        if is_chosen {
            let selected = look.style(Role::Selected);
            line.iter_mut().for_each(|piece| piece.style = piece.style.patch(selected));
        }
        inside.line(0, y, &Piece::fit(&line, width, look.symbols.ellipsis));
        app.clickable(inside.place(0, y, inside.width(), 1), Hit::ListRow(i));
    }
}

/// What was said about a dispute, and its text.
pub fn dispute_line(app: &App, question: &Question, dispute: &Dispute, width: usize) -> Line {
    let look = &app.look;
    let mut line = Line::new();
    let votes = (width / 2).min(44);
    let mut said: Line = Vec::new();
    for (value, n) in tally(question, dispute) {
        let between = if said.is_empty() { String::new() } else { format!(" {} ", look.symbols.dot) };
        let times = if n > 1 { format!(" ×{n}") } else { String::new() };
        said.push(Piece::new(between, look.style(Role::Muted)));
        said.push(Piece::new(
            format!("{}{times}", question.tell(&value, &dispute.text)),
            look.style(role_of(question, &value)),
        ));
    }
    if let Some(value) = &dispute.ruled {
        let told = format!("settled as {}, which was split", question.spell(value));
        said.push(Piece::new(told, look.style(Role::Muted)));
    }
    let said = Piece::fit(&said, votes, look.symbols.ellipsis);
    let pad = votes.saturating_sub(Piece::width(&said));
    line.extend(said);
    line.push(Piece::new(format!("{}  ", " ".repeat(pad)), look.style(Role::Text)));
    let room = width.saturating_sub(votes + 4);
    line.push(Piece::new(
        format!("\"{}\"", text::fit(&dispute.text, room, look.symbols.ellipsis)),
        look.style(Role::Text),
    ));
    line
}

/// The different answers with how many gave each, the most frequent first.
pub fn tally(question: &Question, dispute: &Dispute) -> Vec<(Said, usize)> {
    let mut tally: Vec<(Said, usize)> = Vec::new();
    for vote in &dispute.votes {
        match tally.iter_mut().find(|(value, _)| *value == vote.value) {
            Some((_, n)) => *n += 1,
            None => tally.push((vote.value.clone(), 1)),
        }
    }
    tally.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| question.spell(&a.0).cmp(&question.spell(&b.0))));
    tally
}

/// The colour of a label; other values have none.
pub fn role_of(question: &Question, value: &Said) -> Role {
    let place = value.as_choice().and_then(|id| question.labels.iter().position(|l| l.id == id));
    place.map_or(Role::Text, Role::label)
}

/// `.61`, `-.02`, `1.00`: two places, no zero before the point.
pub fn short(value: f64) -> String {
    let told = format!("{value:.2}");
    let bare = told.strip_prefix("-0").map(|rest| format!("-{rest}"));
    bare.or_else(|| told.strip_prefix('0').map(str::to_owned)).unwrap_or(told)
}

fn with_interval(v: &Value) -> String {
    let interval = v.ci95.map_or_else(String::new, |(low, high)| format!(" [{}, {}]", short(low), short(high)));
    format!("{}{interval}", short(v.value))
}
