//! Numbers as lengths and heights.

use crate::tui::look::Symbols;

/// A gauge of so many cells between its ends: `▕███▌ ▏`.
pub fn gauge(symbols: &Symbols, share: f64, cells: usize) -> String {
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    let eighths = (share * cells as f64 * 8.0).round() as usize;
    let (full, part) = (eighths / 8, eighths % 8);
    let mut drawn = symbols.gauge_cells[0].repeat(full);
    if part > 0 {
        drawn.push_str(symbols.eighths[part - 1]);
    }
    drawn.push_str(&symbols.gauge_cells[1].repeat(cells.saturating_sub(full + usize::from(part > 0))));
    format!("{}{drawn}{}", symbols.gauge[0], symbols.gauge[1])
}

/// One height a value, between the least and the greatest; values that are none stay blank.
pub fn sparkline(symbols: &Symbols, values: &[f64], floor: f64, ceiling: f64) -> String {
    let height = |value: &f64| {
        if !value.is_finite() {
            return " ";
        }
        let share = if ceiling > floor { (value - floor) / (ceiling - floor) } else { 0.5 };
        symbols.heights[(share.clamp(0.0, 1.0) * 7.0).round() as usize]
    };
    values.iter().map(height).collect()
}

/// A curve of several rows, highest first: one column a value between `floor` and `ceiling`.
pub fn curve(symbols: &Symbols, values: &[f64], floor: f64, ceiling: f64, rows: usize) -> Vec<String> {
    let eighths = |value: &f64| {
        let share = if ceiling > floor { (value - floor) / (ceiling - floor) } else { 0.5 };
        1 + (share.clamp(0.0, 1.0) * (rows * 8 - 1) as f64).round() as usize
    };
    let cell = |row: usize, filled: usize| match filled.saturating_sub(row * 8) {
        0 => " ",
        part => symbols.heights[part.min(8) - 1],
    };
    (0..rows).rev().map(|row| values.iter().map(|value| cell(row, eighths(value))).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::look::{ASCII, LINES};

    #[test]
    fn a_gauge_is_as_long_as_its_share() {
        assert_eq!(gauge(&LINES, 0.5, 4), "▕██  ▏");
        assert_eq!(gauge(&LINES, 0.55, 4), "▕██▎ ▏");
        assert_eq!(gauge(&ASCII, 1.0, 3), "[###]");
        assert_eq!(gauge(&LINES, f64::NAN, 2), "▕  ▏");
    }

    #[test]
    fn a_curve_is_as_high_as_its_values() {
        assert_eq!(curve(&LINES, &[0.0, 0.5, 1.0], 0.0, 1.0, 2), [" ▁█", "▁██"]);
    }

    #[test]
    fn a_sparkline_spans_its_range() {
        assert_eq!(sparkline(&LINES, &[0.0, f64::NAN, 1.0], 0.0, 1.0), "▁ █");
        assert_eq!(sparkline(&LINES, &[2.0, 2.0], 2.0, 2.0), "▅▅");
    }
}
