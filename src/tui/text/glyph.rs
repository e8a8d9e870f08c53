//! One grapheme cluster as a terminal may be sent it.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The most code points of one cluster that are sent: a family of emoji with skin tones needs ten.
const LONGEST_CLUSTER: usize = 16;

/// A grapheme cluster made harmless.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glyph<'t> {
    /// Where it starts in the source, bytes.
    pub at: usize,
    /// How many bytes of the source it is.
    pub len: usize,
    /// What is sent to the terminal; empty for what has no shape.
    pub shown: Cow<'t, str>,
    /// Cells.
    pub width: u16,
    /// Whether it is white space.
    pub blank: bool,
    /// Whether it ends a line.
    pub newline: bool,
}

/// Splits a text into clusters made harmless: control characters become their symbols (`␛`), characters that
/// reorder text become `␦`, invisible ones vanish, and a mark with nothing to sit on gets a dotted circle.
pub fn glyphs(text: &str) -> impl Iterator<Item = Glyph<'_>> {
    text.grapheme_indices(true).map(|(at, cluster)| {
        let newline = matches!(cluster, "\n" | "\r\n");
        let blank = cluster.chars().all(char::is_whitespace);
        let shown = harmless(cluster, blank);
        let width = u16::try_from(shown.width()).unwrap_or(u16::MAX);
        Glyph { at, len: cluster.len(), shown, width, blank, newline }
    })
}

/// How many cells a text takes on one line once it is made harmless.
pub fn width(text: &str) -> usize {
    if text.bytes().all(|b| (b' '..0x7f).contains(&b)) {
        return text.len();
    }
    glyphs(text).map(|g| usize::from(g.width)).sum()
}

/// Whether a text has letters that some terminals write from right to left, moving everything on their row.
pub fn has_right_to_left(text: &str) -> bool {
    text.chars().any(|c| {
        matches!(c as u32, 0x590..=0x8FF | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFC | 0x1_0800..=0x1_0FFF | 0x1_E800..=0x1_EFFF)
    })
}

fn harmless(cluster: &str, blank: bool) -> Cow<'_, str> {
    let Some(first) = cluster.chars().next() else { return Cow::Borrowed("") };
    match first {
        '\n' | '\t' => return Cow::Borrowed(" "),
        '\r' if cluster == "\r\n" => return Cow::Borrowed(" "),
        '\u{0}'..='\u{1f}' => return symbol(first),
        '\u{7f}' => return Cow::Borrowed("␡"),
        '\u{80}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => return Cow::Borrowed("␦"),
        '\u{2028}' | '\u{2029}' => return Cow::Borrowed("␤"),
        // Two letters that make a flag are two cells to one terminal and four to the next.
        '\u{1f1e6}'..='\u{1f1ff}' => return letters_of_flag(cluster),
        _ if blank && cluster != " " => {
            return if first == '\u{3000}' { Cow::Borrowed("\u{3000}") } else { Cow::Borrowed(" ") };
        }
        _ => {}
    }
    if cluster.width() == 0 {
        let invisible = matches!(first as u32, 0xAD | 0x34F | 0x61C | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F
            | 0x200B..=0x200F | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFB
            | 0x1_BCA0..=0x1_BCA3 | 0x1_D173..=0x1_D17A | 0xE_0000..=0xE_0FFF);
        let seated = format!("◌{first}");
        return match (invisible, seated.graphemes(true).count()) {
            (true, _) => Cow::Borrowed(""),
            (false, 1) => Cow::Owned(seated),
            (false, _) => Cow::Borrowed("◌"),
        };
    }
    match cluster.char_indices().nth(LONGEST_CLUSTER) {
        Some((end, _)) => Cow::Borrowed(&cluster[..end]),
        None => Cow::Borrowed(cluster),
    }
}

/// The letters that a flag is made of: `[DE]`.
fn letters_of_flag(cluster: &str) -> Cow<'static, str> {
    let letter =
        |c: char| char::from_u32((c as u32).wrapping_sub(0x1_F1E6) + u32::from('A')).filter(char::is_ascii_uppercase);
    Cow::Owned(format!("[{}]", cluster.chars().filter_map(letter).collect::<String>()))
}

fn symbol(control: char) -> Cow<'static, str> {
    Cow::Owned(char::from_u32(0x2400 + control as u32).unwrap_or('␦').to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> String {
        glyphs(text).map(|g| g.shown).collect()
    }

    #[test]
    fn what_could_command_the_terminal_is_shown_as_a_symbol() {
        assert_eq!(shown("a\u{1b}[2Jb\u{7}\u{7f}\u{9b}"), "a␛[2Jb␇␡␦");
        assert_eq!(shown("x\u{202e}y\u{200b}z"), "x␦yz");
        assert_eq!(shown("\u{301}a"), "◌\u{301}a");
    }

    #[test]
    fn a_flag_is_shown_as_its_letters_which_every_terminal_draws_alike() {
        assert_eq!(shown("a🇩🇪🇫🇷 🇩b"), "a[DE][FR] [D]b");
        assert_eq!(width("🇩🇪"), 4);
        assert_eq!(shown("🇩\u{fe0f}x"), "[D]x");
    }

    #[test]
    fn clusters_are_measured_in_cells() {
        assert_eq!(width("日本"), 4);
        assert_eq!(width("👩‍👩‍👧‍👦"), 2);
        assert_eq!(width("e\u{301}"), 1);
        assert_eq!(width("plain"), 5);
        assert!(has_right_to_left("שלום") && !has_right_to_left("salut"));
    }

    proptest! {
        #[test]
        fn glyphs_cover_the_text_and_never_carry_a_control(text in "[\\s\\S]{0,60}") {
            let mut end = 0;
            for glyph in glyphs(&text) {
                prop_assert_eq!(glyph.at, end);
                prop_assert!(!glyph.shown.chars().any(char::is_control));
                prop_assert_eq!(usize::from(glyph.width), glyph.shown.width());
                end += glyph.len;
            }
            prop_assert_eq!(end, text.len());
        }
    }
}
