//! Wrapping at the width of a pane, as far as somebody has looked: an item of a megabyte costs no more to show
//! than one of a line.

use std::ops::Range;

use super::{Glyph, glyphs};

/// Cells between tab stops.
const TAB: u16 = 4;

/// The rows of one text at one width, found so far.
#[derive(Debug, Clone, Default)]
pub struct Wrapped {
    width: u16,
    rows: Vec<Range<usize>>,
    next: usize,
    done: bool,
}

impl Wrapped {
    /// Starts on a text at a width in cells.
    pub fn new(width: u16) -> Self {
        Self { width: width.max(2), ..Self::default() }
    }

    /// The width it wraps at.
    pub fn width(&self) -> u16 {
        self.width
    }

    /// Finds rows until there are `wanted` or the text is at its end; gives how many there are.
    pub fn reach(&mut self, text: &str, wanted: usize) -> usize {
        while self.rows.len() < wanted && !self.done {
            let (row, next) = row_from(text, self.next, self.width);
            self.rows.push(row);
            match next {
                Some(next) => self.next = next,
                None => self.done = true,
            }
        }
        self.rows.len()
    }

    /// The bytes of a row.
    pub fn row(&self, index: usize) -> Option<Range<usize>> {
        self.rows.get(index).cloned()
    }

    /// The glyphs of a row with the column each starts at; tabs reach to their stops.
    pub fn glyphs<'t>(&self, text: &'t str, index: usize) -> Vec<(u16, Glyph<'t>)> {
        let Some(range) = self.row(index) else { return Vec::new() };
        let Some(slice) = text.get(range.clone()) else { return Vec::new() };
        let mut column = 0;
        let place = |glyph: Glyph<'t>| {
            let at = column;
            column += cells(&glyph, column, text.as_bytes().get(range.start + glyph.at) == Some(&b'\t'));
            (at, Glyph { at: range.start + glyph.at, ..glyph })
        };
        glyphs(slice).map(place).collect()
    }
}

fn cells(glyph: &Glyph<'_>, column: u16, tab: bool) -> u16 {
    if tab { TAB - column % TAB } else { glyph.width }
}

/// The row that starts at a byte, and where the next one starts if there is one.
fn row_from(text: &str, start: usize, width: u16) -> (Range<usize>, Option<usize>) {
    let Some(rest) = text.get(start..) else { return (text.len()..text.len(), None) };
    let (mut column, mut end) = (0_u16, start);
    let mut chance: Option<(usize, usize)> = None;
    let mut previous_wide = false;
    let mut seen_word = false;
    for glyph in glyphs(rest) {
        let at = start + glyph.at;
        if glyph.newline {
            return (start..end, Some(at + glyph.len));
        }
        let needed = cells(&glyph, column, rest.as_bytes().get(glyph.at) == Some(&b'\t'));
        let wide = glyph.width == 2 && !glyph.blank;
        if (wide || previous_wide) && !glyph.blank && seen_word && !closes(&glyph.shown) {
            chance = Some((at, at));
        }
        if column + needed > width && column > 0 {
            if glyph.blank {
                return (start..end, Some(after_blanks(text, at)));
            }
            let (end, next) = chance.unwrap_or((at, at));
            return (start..end, Some(next));
        }
        column += needed;
        if glyph.blank {
            if seen_word {
                chance = Some((end, at + glyph.len));
            }
        } else {
            seen_word = true;
        }
        if !glyph.blank || !seen_word {
            end = at + glyph.len;
        }
        previous_wide = wide;
        if glyph.shown == "-" && seen_word {
            chance = Some((end, end));
        }
    }
    (start..text.len().max(end), None)
}

/// The first byte after a run of blanks on the same line; a line break right after it belongs to it.
fn after_blanks(text: &str, start: usize) -> usize {
    let mut at = start;
    for glyph in glyphs(&text[start..]) {
        if glyph.newline {
            return start + glyph.at + glyph.len;
        }
        if !glyph.blank {
            return start + glyph.at;
        }
        at = start + glyph.at + glyph.len;
    }
    at
}

/// Whether a wide character may not start a row.
fn closes(shown: &str) -> bool {
    matches!(
        shown,
        "、" | "。" | "，" | "．" | "！" | "？" | "）" | "」" | "』" | "】" | "：" | "；" | "ー" | "》" | "〉"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(text: &str, width: u16) -> Vec<&str> {
        let mut wrapped = Wrapped::new(width);
        let n = wrapped.reach(text, usize::MAX);
        (0..n).map(|i| &text[wrapped.row(i).unwrap()]).collect()
    }

    #[test]
    fn words_stay_whole_where_they_can() {
        assert_eq!(rows("the battery lasts", 11), ["the battery", "lasts"]);
        assert_eq!(rows("unbelievable", 5), ["unbel", "ievab", "le"]);
        assert_eq!(rows("a\n\n  b", 5), ["a", "", "  b"]);
        assert_eq!(rows("well-known", 7), ["well-", "known"]);
        assert_eq!(rows("", 5), [""]);
    }

    #[test]
    fn wide_characters_wrap_between_one_another_and_never_start_with_a_full_stop() {
        assert_eq!(rows("電池は長持ちする。", 8), ["電池は長", "持ちす", "る。"]);
    }

    #[test]
    fn a_tab_reaches_to_its_stop() {
        let mut wrapped = Wrapped::new(20);
        wrapped.reach("a\tb", 9);
        let columns: Vec<_> = wrapped.glyphs("a\tb", 0).iter().map(|(x, _)| *x).collect();
        assert_eq!(columns, [0, 1, 4]);
    }

    proptest! {
        #[test]
        fn every_row_fits_and_no_letter_is_lost(text in "([a-z]{1,9}|[ \\n\\t-]|日本|👩‍👧|é|\\u{1b}){0,60}", width in 2u16..24) {
            let mut wrapped = Wrapped::new(width);
            let n = wrapped.reach(&text, usize::MAX);
            let mut kept = String::new();
            for i in 0..n {
                let row = wrapped.glyphs(&text, i);
                if let Some((x, last)) = row.last().filter(|(_, g)| !g.blank) {
                    prop_assert!(x + last.width <= width.max(2));
                }
                kept.push_str(&text[wrapped.row(i).unwrap()]);
            }
            let letters = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(letters(&kept), letters(&text));
        }
    }
}
