//! Text in a grid of cells: measuring, making harmless, wrapping, cutting.
//!
//! Everything that comes from data passes through [`glyphs`], which is the only place that decides what is sent
//! to the terminal and how many cells it takes. Nothing else measures text.

mod glyph;
mod wrap;

pub use glyph::{Glyph, glyphs, has_right_to_left, width};
pub use wrap::Wrapped;

/// Cuts a text to a number of cells on one line, ending in `ellipsis` where something was cut; line breaks and
/// runs of blanks become one blank.
pub fn fit(text: &str, cells: usize, ellipsis: &str) -> String {
    let mut line = String::new();
    let (mut used, mut kept, mut kept_cells) = (0, 0, 0);
    let room = cells.saturating_sub(width(ellipsis));
    let mut blank = true;
    for glyph in glyphs(text) {
        let (shown, cells_of) = if glyph.blank { (" ", 1) } else { (&*glyph.shown, usize::from(glyph.width)) };
        if glyph.blank && std::mem::replace(&mut blank, true) {
            continue;
        }
        blank = glyph.blank;
        if used + cells_of > cells {
            line.truncate(kept);
            if kept_cells + width(ellipsis) <= cells {
                line.push_str(ellipsis);
            }
            return line;
        }
        line.push_str(shown);
        used += cells_of;
        if used <= room {
            (kept, kept_cells) = (line.len(), used);
        }
    }
    line
}

/// Makes a text harmless on one line without cutting it.
pub fn one_line(text: &str) -> String {
    fit(text, usize::MAX, "")
}

/// Cuts or fills a text to exactly this many cells.
pub fn pad(text: &str, cells: usize, ellipsis: &str) -> String {
    let mut line = fit(text, cells, ellipsis);
    let missing = cells.saturating_sub(width(&line));
    line.extend(std::iter::repeat_n(' ', missing));
    line
}

/// Writes a count with its thousands apart: `22,970`.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut written = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            written.push(',');
        }
        written.push(digit);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_cut_never_splits_a_cluster_nor_overflows() {
        assert_eq!(fit("日本語のテキスト", 7, "…"), "日本語…");
        assert_eq!(fit("ab", 2, "…"), "ab");
        assert_eq!(fit("a\n\n  b", 9, "…"), "a b");
        assert_eq!(fit("abc", 0, "…"), "");
        assert_eq!(pad("né", 4, "…"), "né  ");
    }

    #[test]
    fn counts_have_their_thousands_apart() {
        assert_eq!([count(7), count(1234), count(22_970), count(1_000_000)], ["7", "1,234", "22,970", "1,000,000"]);
    }

    proptest! {
        #[test]
        fn a_fitted_text_fits(text in "\\PC*|[\\s\\S]{0,40}", cells in 0usize..30) {
            let line = fit(&text, cells, "…");
            prop_assert!(width(&line) <= cells);
            prop_assert!(!line.chars().any(char::is_control));
            prop_assert_eq!(width(&pad(&text, cells, "…")), cells);
        }
    }
}
