//! Sends frames with few bytes: over a slow line every one of them is waited for.
//!
//! A frame is gathered and goes out at once, between the marks of a synchronized update; one that changes nothing
//! sends nothing. No misjudged cluster moves the rest of its row.

use std::io::{self, Write};

use crossterm::terminal;
use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use unicode_width::UnicodeWidthStr;

use super::pen::Pen;

const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

/// Draws on a terminal behind a writer.
pub struct Careful<W> {
    out: W,
    frame: Vec<u8>,
    /// Whether the cursor is shown, once it was said.
    shown: Option<bool>,
    /// Where the cursor was put, while nothing has been drawn since.
    put: Option<Position>,
}

impl<W> Careful<W> {
    /// Starts on a terminal of which nothing is known.
    pub fn new(out: W) -> Self {
        Self { out, frame: Vec::new(), shown: None, put: None }
    }

    fn show(&mut self, shown: bool) {
        if self.shown.replace(shown) != Some(shown) {
            self.frame.extend_from_slice(if shown { b"\x1b[?25h" } else { b"\x1b[?25l" });
        }
    }
}

impl<W: Write> Backend for Careful<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut pen = Pen::default();
        let mut at: Option<Position> = None;
        for (x, y, cell) in content {
            match at {
                Some(at) if at.y == y && at.x == x => {}
                Some(at) if at.y == y && at.x + 1 == x => self.frame.extend_from_slice(b"\x1b[C"),
                Some(at) if at.y == y && at.x < x => write!(self.frame, "\x1b[{}C", x - at.x)?,
                _ => write!(self.frame, "\x1b[{};{}H", y + 1, x + 1)?,
            }
            pen.dip(cell, &mut self.frame);
            self.frame.extend_from_slice(cell.symbol().as_bytes());
            // After all but plain letters the cursor is set anew: terminals differ in how far it has moved.
            let sure = cell.symbol().chars().nth(1).is_none() && cell.symbol().width() == 1;
            at = sure.then(|| Position::new(x + 1, y));
            self.put = None;
        }
        pen.dip(&Cell::EMPTY, &mut self.frame);
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.show(false);
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.show(true);
        Ok(())
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        crossterm::cursor::position().map(|(x, y)| Position { x, y })
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        if self.put.replace(position) != Some(position) {
            write!(self.frame, "\x1b[{};{}H", position.y + 1, position.x + 1)?;
        }
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, region: ClearType) -> io::Result<()> {
        self.frame.extend_from_slice(match region {
            ClearType::All => b"\x1b[2J",
            ClearType::AfterCursor => b"\x1b[J",
            ClearType::BeforeCursor => b"\x1b[1J",
            ClearType::CurrentLine => b"\x1b[2K",
            ClearType::UntilNewLine => b"\x1b[K",
        });
        Ok(())
    }

    fn size(&self) -> io::Result<Size> {
        terminal::size().map(|(width, height)| Size { width, height })
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        let terminal::WindowSize { columns, rows, width, height } = terminal::window_size()?;
        Ok(WindowSize { columns_rows: Size::new(columns, rows), pixels: Size { width, height } })
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.frame.is_empty() {
            return Ok(());
        }
        let frame = [BEGIN, &self.frame, END].concat();
        self.frame.clear();
        self.out.write_all(&frame)?;
        self.out.flush()
    }
}

/// Bytes that are no part of a frame.
impl<W: Write> Write for Careful<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::buffer::Buffer;
    use ratatui::style::{Color, Style};

    fn sent(out: &mut Careful<Vec<u8>>, before: &Buffer, after: &Buffer) -> String {
        out.draw(before.diff_iter(after)).unwrap();
        Backend::flush(out).unwrap();
        String::from_utf8(std::mem::take(&mut out.out)).unwrap()
    }

    fn frame(lines: &[&str]) -> Buffer {
        Buffer::with_lines(lines.iter().copied())
    }

    #[test]
    fn the_cursor_is_set_anew_after_a_cluster_of_several_code_points() {
        let (before, after) = (frame(&["    "]), frame(&["e\u{301}ab "]));
        let sent = sent(&mut Careful::new(Vec::new()), &before, &after);
        assert_eq!(sent, "\x1b[?2026h\x1b[1;1He\u{301}\x1b[1;2Hab\x1b[?2026l");
    }

    #[test]
    fn a_frame_that_changes_nothing_sends_nothing() {
        let (mut out, lines) = (Careful::new(Vec::new()), frame(&["abc"]));
        out.hide_cursor().unwrap();
        assert!(sent(&mut out, &lines, &lines).contains("?25l"));
        out.hide_cursor().unwrap();
        assert_eq!(sent(&mut out, &lines, &lines), "");
        for wanted in ["\x1b[?2026h\x1b[?25h\x1b[1;3H\x1b[?2026l", ""] {
            out.show_cursor().unwrap();
            out.set_cursor_position((2, 0)).unwrap();
            assert_eq!(sent(&mut out, &lines, &lines), wanted);
        }
    }

    #[test]
    fn short_ways_on_a_row_are_short() {
        let (before, after) = (frame(&["abcdefgh", "ij"]), frame(&["Abc.efgH", "i."]));
        let sent = sent(&mut Careful::new(Vec::new()), &before, &after);
        assert_eq!(sent, "\x1b[?2026h\x1b[1;1HA\x1b[2C.\x1b[3CH\x1b[2;2H.\x1b[?2026l");
    }

    #[test]
    fn a_style_is_said_once_and_taken_back_at_the_end() {
        let (before, mut after) = (frame(&["abc"]), frame(&["xyz"]));
        after.set_style(*after.area(), Style::new().fg(Color::Rgb(1, 2, 3)));
        let sent = sent(&mut Careful::new(Vec::new()), &before, &after);
        assert_eq!(sent, "\x1b[?2026h\x1b[1;1H\x1b[38;2;1;2;3mxyz\x1b[m\x1b[?2026l");
    }
}
