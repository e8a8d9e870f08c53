//! Draws the Data screen: a row of parts, and the open one as lines that scroll.

use ratatui::layout::Position;

use super::{Pane, snapshots_view};
use crate::domain::FEW;
use crate::tui::app::App;
use crate::tui::screens::label::view::{round, share};
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widgets::{Canvas, Piece, curve, gauge, sparkline};
use crate::workflow::overview::{FieldSummary, Overview, Shape};

type Line = Vec<Piece>;

/// Rows of the ranker's curve.
const CURVE_ROWS: usize = 5;

/// The keys that matter now.
pub fn footer(app: &App) -> Vec<&'static str> {
    match app.data.pane {
        Pane::Snapshots => {
            vec!["open snapshot", "compare snapshots", "mark snapshot", "keep snapshot", "next pane", "help"]
        }
        _ => vec!["next pane", "page down", "retrain", "label", "help", "palette"],
    }
}

/// Draws the screen.
pub fn view(app: &App, canvas: &mut Canvas<'_>) -> Option<Position> {
    let look = &app.look;
    let (width, height) = (canvas.width(), canvas.height());
    let mut canvas =
        canvas.part(1, u16::from(height > 12), width.saturating_sub(2), height.saturating_sub(u16::from(height > 12)));
    let mut x = 0;
    for (pane, title) in Pane::ALL {
        let open = app.data.pane == pane;
        let mark = if open { format!("{} ", look.symbols.pointer) } else { "  ".to_owned() };
        x = canvas.put(x, 0, &format!("{mark}{title}   "), look.style(if open { Role::Accent } else { Role::Muted }));
    }
    let columns = usize::from(canvas.width());
    if app.data.pane == Pane::Snapshots {
        let (lines, seen) = snapshots_view::lines(app, columns);
        let room = usize::from(canvas.height().saturating_sub(2));
        app.data.last.set(lines.len().saturating_sub(room));
        let top = match app.data.snapshots.chooses() {
            true => (seen + 1).saturating_sub(room),
            false => app.data.top.min(app.data.last.get()),
        };
        for (y, line) in (2..canvas.height()).zip(lines.iter().skip(top)) {
            canvas.line(0, y, &Piece::fit(line, columns, look.symbols.ellipsis));
        }
        return None;
    }
    let Some(overview) = &app.data.overview else {
        canvas.put(0, 2, &format!("counting {}", look.symbols.ellipsis), look.style(Role::Muted));
        return None;
    };
    let lines = match app.data.pane {
        Pane::Project => project(app, overview, columns),
        Pane::Fields => fields(app, overview, columns),
        Pane::Rounds => rounds(app, overview, columns),
        Pane::Snapshots => Vec::new(),
    };
    let room = usize::from(canvas.height().saturating_sub(2));
    app.data.last.set(lines.len().saturating_sub(room));
    let top = app.data.top.min(app.data.last.get());
    for (y, line) in (2..canvas.height()).zip(lines.iter().skip(top)) {
        canvas.line(0, y, &Piece::fit(line, columns, look.symbols.ellipsis));
    }
    None
}

fn project(app: &App, o: &Overview, width: usize) -> Vec<Line> {
    let look = &app.look;
    let n = |count: usize| text::count(count as u64);
    let row = |name: &str, value: String, more: String| {
        vec![
            Piece::new(format!("{name:<12}"), look.style(Role::Muted)),
            Piece::new(format!("{value:>9}  "), look.style(Role::Text)),
            Piece::new(more, look.style(Role::Muted)),
        ]
    };
    let title = |text: &str| vec![Piece::new(text, look.style(Role::Title))];
    let counts = &app.label.counts;
    let mut lines = vec![
        row(
            "items",
            n(o.items),
            format!("{} of them in the evaluation set, served blind, trained on by nothing", n(o.evaluation)),
        ),
        row("answered", n(counts.answered), format!("{} by you", n(counts.mine))),
        row("settled", n(o.settled), "items with one value that holds".into()),
        row("gold", n(o.gold), "items whose hidden truth is known".into()),
        Vec::new(),
        title("texts"),
        row(
            "words",
            n(o.text.median),
            format!(
                "in the median; {} to {}, nine of ten up to {}",
                n(o.text.shortest),
                n(o.text.longest),
                n(o.text.ninth)
            ),
        ),
        row("empty", n(o.text.empty), "without any word".into()),
        vec![
            Piece::new(format!("{:<12}", "lengths"), look.style(Role::Muted)),
            Piece::new(heights(app, &o.text.histogram), look.style(Role::Accent)),
            Piece::new(format!("  0 to {} words, then longer", n(o.text.ninth)), look.style(Role::Muted)),
        ],
        Vec::new(),
        title("labels"),
    ];
    let most = o.labels.iter().map(|l| l.answers).max().unwrap_or_default().max(1);
    let total: usize = o.labels.iter().map(|l| l.answers).sum();
    for (place, label) in o.labels.iter().enumerate() {
        let share = label.answers as f64 / most as f64;
        let percent =
            if total >= FEW { format!("{:>3.0}%", 100.0 * label.answers as f64 / total as f64) } else { "    ".into() };
        lines.push(vec![
            Piece::new(
                text::pad(&label.name, 24.min(width / 3), look.symbols.ellipsis),
                look.style(Role::label(place)),
            ),
            Piece::new(format!("{:>9} {percent} ", n(label.answers)), look.style(Role::Text)),
            Piece::new(gauge(look.symbols, share, 20.min(width / 5)), look.style(Role::label(place))),
            Piece::new(format!(" {} settled", n(label.settled)), look.style(Role::Muted)),
        ]);
    }
    if o.labels.is_empty() {
        let key = app.keymap.label("palette");
        lines.push(vec![Piece::new(format!("none yet: press {key} and type: label add NAME"), look.style(Role::Text))]);
    }
    lines.extend([Vec::new(), title("people")]);
    for person in &o.people {
        lines.push(row(
            &text::pad(&person.name, 12, look.symbols.ellipsis),
            n(person.answers),
            format!("answers, {} skipped {} {}", n(person.skips), look.symbols.dot, person.role),
        ));
    }
    lines.extend([Vec::new(), title("sources")]);
    lines.extend(
        o.sources
            .iter()
            .map(|(name, items)| row(&text::pad(name, 12, look.symbols.ellipsis), n(*items), "items".into())),
    );
    lines
}

fn heights(app: &App, counts: &[usize]) -> String {
    let values: Vec<f64> = counts.iter().map(|n| *n as f64).collect();
    let most = values.iter().copied().fold(1.0, f64::max);
    sparkline(app.look.symbols, &values, 0.0, most)
}

fn fields(app: &App, o: &Overview, width: usize) -> Vec<Line> {
    let look = &app.look;
    if o.fields.is_empty() {
        return vec![vec![Piece::new("The items have a text and nothing else.", look.style(Role::Text))]];
    }
    let mut lines = vec![vec![Piece::new(
        format!("{:<18} {:<8} {:<18} {:>8}  {}", "field", "type", "used for", "missing", "values"),
        look.style(Role::Muted),
    )]];
    lines.extend(o.fields.iter().map(|field| field_line(app, field, o.items, width)));
    lines.push(Vec::new());
    let hint = "fields are for predicates alone unless `show` or `feature` says otherwise, because they leak answers";
    lines.push(vec![Piece::new(text::fit(hint, width, look.symbols.ellipsis), look.style(Role::Muted))]);
    lines
}

fn field_line(app: &App, summary: &FieldSummary, items: usize, width: usize) -> Line {
    let look = &app.look;
    let field = &summary.field;
    let flags = [(field.show, "show"), (field.feature, "feature"), (field.slice, "slice")];
    let used: Vec<&str> = flags.iter().filter(|(on, _)| *on).map(|(_, name)| *name).collect();
    let missing = match (summary.missing, items) {
        (0, _) => "none".to_owned(),
        (n, items) if items >= FEW => format!("{:.1}%", 100.0 * n as f64 / items as f64),
        (n, _) => text::count(n as u64),
    };
    let values = match &summary.shape {
        Shape::Nothing => "no value anywhere".to_owned(),
        Shape::Histogram { least, greatest, counts } => format!("{least} {} {greatest}", heights(app, counts)),
        Shape::Top { values, distinct } => {
            let top: Vec<String> = values
                .iter()
                .take(4)
                .map(|(value, n)| format!("{} {}", text::fit(value, 16, look.symbols.ellipsis), text::count(*n as u64)))
                .collect();
            format!("{} ({} different)", top.join(", "), text::count(*distinct as u64))
        }
    };
    let head = format!(
        "{} {:<8} {:<18} {missing:>8}  ",
        text::pad(&field.name, 18, look.symbols.ellipsis),
        field.kind.as_str(),
        used.join(" ")
    );
    let room = width.saturating_sub(text::width(&head));
    vec![
        Piece::new(head, look.style(Role::Text)),
        Piece::new(text::fit(&values, room, look.symbols.ellipsis), look.style(Role::Accent)),
    ]
}

fn rounds(app: &App, o: &Overview, width: usize) -> Vec<Line> {
    let look = &app.look;
    let Some(newest) = o.rounds.last() else {
        return vec![
            vec![Piece::new("No round yet.", look.style(Role::Title))],
            vec![Piece::new(
                format!("The ranker learns from the first answers on; {} trains it now.", app.keymap.label("retrain")),
                look.style(Role::Text),
            )],
        ];
    };
    let scores: Vec<f64> =
        o.rounds.iter().filter_map(|r| r.accuracy.filter(|(_, n)| *n >= FEW)).map(|(value, _)| value).collect();
    let mut lines = Vec::new();
    if let (Some(low), Some(high)) = (scores.iter().copied().reduce(f64::min), scores.iter().copied().reduce(f64::max))
    {
        let shown = scores.len().saturating_sub(width.saturating_sub(6));
        lines.push(vec![Piece::new("accuracy on the evaluation set, round by round", look.style(Role::Title))]);
        let ends = [share(high), share(low)];
        for (i, row) in curve(look.symbols, &scores[shown..], low, high, CURVE_ROWS).into_iter().enumerate() {
            let end = match i {
                0 => ends[0].as_str(),
                i if i + 1 == CURVE_ROWS => ends[1].as_str(),
                _ => "",
            };
            lines.push(vec![
                Piece::new(format!("{end:>4} "), look.style(Role::Muted)),
                Piece::new(row, look.style(Role::Accent)),
            ]);
        }
    } else {
        let n = newest.accuracy.map_or(0, |(_, n)| n);
        lines.push(vec![Piece::new(
            format!("no estimate (n={n}): the random lane has to be answered first"),
            look.style(Role::Muted),
        )]);
    }
    lines.push(Vec::new());
    for news in o.rounds.iter().rev() {
        let line = format!("round {}, {}, {:.1} s", round(app, news), news.strategy, news.took_ms as f64 / 1000.0);
        lines.push(vec![Piece::new(text::fit(&line, width, look.symbols.ellipsis), look.style(Role::Text))]);
    }
    lines
}
