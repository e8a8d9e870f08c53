//! What is taken for what: a matrix where it fits, else its largest cells.

use super::Piece;
use crate::tui::look::Look;
use crate::tui::text;
use crate::tui::theme::Role;

/// Cells of a row's name: at least, and where there is room.
const NAME: (usize, usize) = (6, 20);
/// Cells of a number with its mark: at least, and where there is room.
const CELL: (usize, usize) = (6, 11);
/// From this share of its row on, a mistake is marked.
const MANY: f64 = 0.2;

/// The matrix in lines of so many cells, true classes down and predicted ones across; none where it does not fit.
pub fn matrix(look: &Look, labels: &[String], counts: &[Vec<u32>], width: usize) -> Option<Vec<Vec<Piece>>> {
    let longest = labels.iter().map(|label| text::width(label)).max().unwrap_or(0);
    let name = longest.clamp(NAME.0, NAME.1);
    let digits = counts.iter().flatten().map(|n| text::width(&text::count(u64::from(*n)))).max().unwrap_or(1);
    let least = CELL.0.max(digits + 2);
    let columns = labels.len().max(1);
    let name = name.min(width.saturating_sub(columns * least)).max(NAME.0);
    if labels.is_empty() || name + columns * least > width {
        return None;
    }
    let cell = ((width - name) / columns).clamp(least, CELL.1.max(least));
    let (muted, cut) = (look.style(Role::Muted), look.symbols.ellipsis);
    let mut head = vec![Piece::new(text::pad("", name, cut), muted)];
    // The last cell of a column is for the mark of its numbers.
    head.extend(labels.iter().map(|label| Piece::new(format!("{} ", right(label, cell - 1, cut)), muted)));
    let mut lines = vec![head];
    for (truth, (label, row)) in labels.iter().zip(counts).enumerate() {
        let mut line = vec![Piece::new(text::pad(label, name, cut), look.style(Role::label(truth)))];
        let all: u32 = row.iter().sum();
        for (guess, n) in row.iter().enumerate() {
            let many = guess != truth && f64::from(*n) >= MANY * f64::from(all.max(1)) && *n > 1;
            let (mark, role) = match (guess == truth, many, n) {
                (true, ..) => (" ", Role::Good),
                (_, true, _) => ("!", Role::Warning),
                (_, _, 0) => (" ", Role::Muted),
                _ => (" ", Role::Text),
            };
            let told = if *n == 0 { look.symbols.dot.to_owned() } else { text::count(u64::from(*n)) };
            line.push(Piece::new(format!("{}{mark}", right(&told, cell - 1, cut)), look.style(role)));
        }
        lines.push(line);
    }
    Some(lines)
}

/// The mistakes that are made most: so many of these cells, each (true class, predicted class, how often), with the share
/// of its row.
pub fn biggest(
    look: &Look,
    labels: &[String],
    counts: &[Vec<u32>],
    mistakes: &[(usize, usize, u32)],
    (width, most): (usize, usize),
) -> Vec<Vec<Piece>> {
    let cut = look.symbols.ellipsis;
    let name = (width.saturating_sub(22) / 2).clamp(NAME.0, 32);
    let of = |place: usize| labels.get(place).map_or("", String::as_str);
    let line = |(truth, guess, n): &(usize, usize, u32)| {
        let all: u32 = counts.get(*truth).map_or(0, |row| row.iter().sum());
        let share = 100.0 * f64::from(*n) / f64::from(all.max(1));
        vec![
            Piece::new(text::pad(of(*truth), name, cut), look.style(Role::label(*truth))),
            Piece::new(format!(" {} ", look.symbols.branch), look.style(Role::Muted)),
            Piece::new(text::pad(of(*guess), name, cut), look.style(Role::label(*guess))),
            Piece::new(format!("{:>7}", text::count(u64::from(*n))), look.style(Role::Text)),
            Piece::new(format!("  {share:>3.0}% of {}", text::count(u64::from(all))), look.style(Role::Muted)),
        ]
    };
    mistakes.iter().take(most).map(line).collect()
}

fn right(text: &str, cells: usize, cut: &str) -> String {
    let told = text::fit(text, cells.saturating_sub(1), cut);
    format!("{}{told}", " ".repeat(cells.saturating_sub(text::width(&told))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::look::LINES;
    use crate::tui::theme::{Depth, Theme};

    fn look() -> Look {
        let (theme, _) = Theme::load("dark", None, Depth::True).unwrap();
        Look { theme, depth: Depth::True, symbols: &LINES, zone: jiff::tz::TimeZone::UTC }
    }

    fn said(lines: &[Vec<Piece>]) -> Vec<String> {
        lines
            .iter()
            .map(|line| line.iter().map(|p| p.text.as_str()).collect::<String>().trim_end().to_owned())
            .collect()
    }

    #[test]
    fn a_matrix_marks_what_is_mistaken_often_and_fits_its_width() {
        let labels = ["no".to_owned(), "日本語のラベル".to_owned()];
        let lines = matrix(&look(), &labels, &[vec![90, 10], vec![0, 1_200]], 30).unwrap();
        assert_eq!(
            said(&lines)[1..],
            ["no                 90      10".to_owned(), "日本語のラベル".to_owned() + "      ·   1,200"]
        );
        assert!(lines.iter().all(|line| Piece::width(line) <= 30 && Piece::width(line) == Piece::width(&lines[0])));
        let often = matrix(&look(), &labels, &[vec![70, 30], vec![0, 5]], 30).unwrap();
        assert!(said(&often)[1].ends_with("30!"));
    }

    #[test]
    fn a_matrix_that_does_not_fit_is_none_and_its_largest_cells_are_a_list() {
        let labels: Vec<String> = (0..77).map(|i| format!("label_number_{i}")).collect();
        let mut counts = vec![vec![0; 77]; 77];
        counts[3] = vec![1; 77];
        assert_eq!(matrix(&look(), &labels, &counts, 120), None);
        assert_eq!(matrix(&look(), &[], &[], 120), None);
        let lines = biggest(&look(), &labels, &counts, &[(3, 4, 1), (3, 5, 1)], (60, 1));
        assert_eq!(said(&lines), ["label_number_3      › label_number_4           1    1% of 77"]);
    }
}
