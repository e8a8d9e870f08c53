//! Curves and points between two axes: in braille dots where the terminal draws them, else one sign a cell.

use super::Piece;
use crate::tui::look::{Look, Symbols};
use crate::tui::text;
use crate::tui::theme::Role;

/// How a series is told from the others, whatever the colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stroke {
    /// An unbroken line.
    Solid,
    /// A line with gaps.
    Dashed,
    /// A line of single dots.
    Dotted,
    /// The points alone.
    Points,
}

impl Stroke {
    /// Whether the dot in this column is drawn; every point is, wherever it lies.
    fn draws(self, column: usize) -> bool {
        match self {
            Self::Solid => true,
            Self::Dashed => column % 6 < 4,
            Self::Dotted => column.is_multiple_of(3),
            Self::Points => false,
        }
    }

    /// Its sign where there are no dots.
    fn sign(self) -> char {
        match self {
            Self::Solid => '*',
            Self::Dashed => 'o',
            Self::Dotted => '.',
            Self::Points => '#',
        }
    }

    /// A sample of it for the legend.
    pub fn sample(self, symbols: &Symbols) -> String {
        match (symbols.braille, self) {
            (true, Self::Solid) => "⠒⠒⠒".to_owned(),
            (true, Self::Dashed) => "⠒⠂⠒".to_owned(),
            (true, Self::Dotted) => "⠂⠂⠂".to_owned(),
            (true, Self::Points) => "⠂".to_owned(),
            (false, stroke) => stroke.sign().to_string(),
        }
    }
}

/// Some points, from left to right.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// The points.
    pub points: Vec<(f64, f64)>,
    /// How they are drawn.
    pub stroke: Stroke,
    /// Their colour.
    pub role: Role,
}

/// What the axes span.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Axes {
    /// From left to right.
    pub x: (f64, f64),
    /// From the bottom to the top.
    pub y: (f64, f64),
    /// Whether equal steps to the right multiply.
    pub log_x: bool,
}

impl Axes {
    /// Between 0 and 1 both ways.
    pub const UNIT: Self = Self { x: (0.0, 1.0), y: (0.0, 1.0), log_x: false };

    /// Where a value lies along the x axis, 0 to 1.
    fn along(&self, x: f64) -> f64 {
        let scaled = |v: f64| if self.log_x { v.max(f64::MIN_POSITIVE).ln() } else { v };
        share(scaled(x), scaled(self.x.0), scaled(self.x.1))
    }

    fn up(&self, y: f64) -> f64 {
        share(y, self.y.0, self.y.1)
    }
}

fn share(value: f64, low: f64, high: f64) -> f64 {
    if high > low { (value - low) / (high - low) } else { 0.5 }
}

/// A cell of a plot: its sign, and the series whose colour it has.
type Cell = (char, Option<usize>);

/// Draws series into so many cells, the top row first; a later series lies above an earlier one.
fn cells(symbols: &Symbols, axes: &Axes, series: &[Series], width: usize, rows: usize) -> Vec<Vec<Cell>> {
    // A braille cell has two dots across and four down.
    let (across, down) = if symbols.braille { (2, 4) } else { (1, 1) };
    let (columns, lines) = (width * across, rows * down);
    let mut grid = vec![vec![(0u8, None::<usize>); width]; rows];
    if columns == 0 || lines == 0 {
        return Vec::new();
    }
    let mut dot = |place: usize, x: f64, y: f64| {
        let inside = |v: f64, most: usize| (0.0..=most as f64).contains(&v).then_some(v as usize);
        if let (Some(x), Some(y)) = (inside(x.round(), columns - 1), inside(y.round(), lines - 1)) {
            const BITS: [[u8; 4]; 2] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]];
            let cell = &mut grid[y / down][x / across];
            *cell = (cell.0 | BITS[x % across][y % down], Some(place));
        }
    };
    let at = |(x, y): (f64, f64)| (axes.along(x) * (columns - 1) as f64, (1.0 - axes.up(y)) * (lines - 1) as f64);
    for (place, one) in series.iter().enumerate() {
        let points: Vec<(f64, f64)> =
            one.points.iter().filter(|(x, y)| x.is_finite() && y.is_finite()).map(|p| at(*p)).collect();
        for pair in points.windows(2) {
            let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
            let steps = (x1 - x0).abs().max((y1 - y0).abs()).ceil().clamp(1.0, 4096.0);
            for step in 0..=steps as usize {
                let part = step as f64 / steps;
                let x = x0 + part * (x1 - x0);
                if one.stroke.draws(x.round().max(0.0) as usize) {
                    dot(place, x, y0 + part * (y1 - y0));
                }
            }
        }
        if one.stroke == Stroke::Points || points.len() == 1 {
            points.iter().for_each(|(x, y)| dot(place, *x, *y));
        }
    }
    let sign = |(bits, of): (u8, Option<usize>)| match (bits, of) {
        (0, _) => (' ', None),
        (bits, of) if symbols.braille => (char::from_u32(0x2800 + u32::from(bits)).unwrap_or('*'), of),
        (_, of) => (of.and_then(|place| series.get(place)).map_or('*', |s| s.stroke.sign()), of),
    };
    grid.into_iter().map(|row| row.into_iter().map(sign).collect()).collect()
}

/// Draws series between labelled axes, in lines of so many cells. `ends` are the labels of the y axis, from the bottom to
/// the top, and of the x axis, from left to right.
pub fn plot(
    look: &Look,
    axes: &Axes,
    series: &[Series],
    (width, rows): (usize, usize),
    ends: [[String; 2]; 2],
) -> Vec<Vec<Piece>> {
    let [y_ends, x_ends] = ends;
    let left = y_ends.iter().map(|end| text::width(end)).max().unwrap_or(0);
    let room = width.saturating_sub(left + 1);
    let (muted, frame) = (look.style(Role::Muted), &look.symbols.frame);
    let drawn = cells(look.symbols, axes, series, room, rows);
    let last = drawn.len().saturating_sub(1);
    let mut lines: Vec<Vec<Piece>> = Vec::with_capacity(rows + 2);
    for (y, row) in drawn.into_iter().enumerate() {
        let end = match y {
            0 => y_ends[1].as_str(),
            y if y == last => y_ends[0].as_str(),
            _ => "",
        };
        let mut line = vec![Piece::new(format!("{end:>left$}{}", frame.vertical_left), muted)];
        for same in row.chunk_by(|a, b| a.1 == b.1) {
            let style = same[0].1.and_then(|place| series.get(place)).map_or(muted, |s| look.style(s.role));
            line.push(Piece::new(same.iter().map(|cell| cell.0).collect::<String>(), style));
        }
        lines.push(line);
    }
    let rule = look.symbols.rule.repeat(room);
    lines.push(vec![Piece::new(format!("{}{}{rule}", " ".repeat(left), frame.bottom_left), muted)]);
    let between = room.saturating_sub(text::width(&x_ends[0]) + text::width(&x_ends[1]));
    let under = format!("{}{}{}{}", " ".repeat(left + 1), x_ends[0], " ".repeat(between), x_ends[1]);
    lines.push(vec![Piece::new(under, muted)]);
    lines
}

/// What each series is: a sample of its stroke, and its name.
pub fn legend(look: &Look, of: &[(Stroke, Role, &str)]) -> Vec<Piece> {
    of.iter()
        .flat_map(|(stroke, role, name)| {
            [
                Piece::new(format!("{} ", stroke.sample(look.symbols)), look.style(*role)),
                Piece::new(format!("{name}  "), look.style(Role::Muted)),
            ]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::look::{ASCII, LINES};

    fn drawn(symbols: &Symbols, series: &[Series], width: usize, rows: usize) -> Vec<String> {
        let rows = cells(symbols, &Axes::UNIT, series, width, rows);
        rows.iter().map(|row| row.iter().map(|cell| cell.0).collect()).collect()
    }

    fn series(points: &[(f64, f64)], stroke: Stroke) -> Series {
        Series { points: points.to_vec(), stroke, role: Role::Accent }
    }

    #[test]
    fn a_line_goes_from_corner_to_corner_in_dots_and_in_signs() {
        let diagonal = [series(&[(0.0, 0.0), (1.0, 1.0)], Stroke::Solid)];
        assert_eq!(drawn(&LINES, &diagonal, 4, 2), ["  ⡠⠊", "⡠⠊  "]);
        assert_eq!(drawn(&ASCII, &diagonal, 3, 3), ["  *", " * ", "*  "]);
    }

    #[test]
    fn points_stand_alone_and_what_is_outside_or_no_number_is_left_out() {
        let points = [(0.0, 0.0), (0.5, f64::NAN), (2.0, 0.5), (1.0, 1.0)];
        assert_eq!(drawn(&ASCII, &[series(&points, Stroke::Points)], 3, 2), ["  #", "#  "]);
        assert_eq!(drawn(&ASCII, &[series(&[(0.5, 0.0)], Stroke::Solid)], 3, 1), [" * "], "a lone point is seen");
    }

    #[test]
    fn strokes_differ_without_colours() {
        let flat = |stroke| drawn(&ASCII, &[series(&[(0.0, 0.0), (1.0, 0.0)], stroke)], 12, 1);
        let all = [Stroke::Solid, Stroke::Dashed, Stroke::Dotted].map(flat);
        assert_eq!(all, [["************"], ["oooo  oooo  "], [".  .  .  .  "]]);
    }

    #[test]
    fn steps_that_multiply_are_equally_wide() {
        let axes = Axes { x: (10.0, 1000.0), y: (0.0, 1.0), log_x: true };
        assert!((axes.along(100.0) - 0.5).abs() < 1e-12);
        assert!(cells(&LINES, &axes, &[], 0, 3).is_empty());
    }
}
