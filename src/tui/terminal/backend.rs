//! A backend that never lets one misjudged cluster move the rest of its row.

use std::io;

use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};

/// Sets the cursor anew after every cell whose width a terminal may see differently: all but plain letters.
pub struct Careful<B>(pub B);

impl<B: Backend> Backend for Careful<B> {
    type Error = B::Error;

    fn draw<'a, I>(&mut self, content: I) -> Result<(), B::Error>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut run: Vec<(u16, u16, &'a Cell)> = Vec::new();
        for cell in content {
            let doubtful = cell.2.symbol().chars().nth(1).is_some();
            run.push(cell);
            if doubtful {
                self.0.draw(run.drain(..))?;
            }
        }
        self.0.draw(run.into_iter())
    }

    fn hide_cursor(&mut self) -> Result<(), B::Error> {
        self.0.hide_cursor()
    }
    fn show_cursor(&mut self) -> Result<(), B::Error> {
        self.0.show_cursor()
    }
    fn get_cursor_position(&mut self) -> Result<Position, B::Error> {
        self.0.get_cursor_position()
    }
    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> Result<(), B::Error> {
        self.0.set_cursor_position(position)
    }
    fn clear(&mut self) -> Result<(), B::Error> {
        self.0.clear()
    }
    fn clear_region(&mut self, region: ClearType) -> Result<(), B::Error> {
        self.0.clear_region(region)
    }
    fn size(&self) -> Result<Size, B::Error> {
        self.0.size()
    }
    fn window_size(&mut self) -> Result<WindowSize, B::Error> {
        self.0.window_size()
    }
    fn flush(&mut self) -> Result<(), B::Error> {
        Backend::flush(&mut self.0)
    }
}

impl<B: io::Write> io::Write for Careful<B> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::backend::CrosstermBackend;
    use ratatui::buffer::Buffer;

    #[test]
    fn the_cursor_is_set_anew_after_a_cluster_of_several_code_points() {
        let buffer = Buffer::with_lines(["e\u{301}ab"]);
        let mut out = Vec::new();
        let cells = (0..3).filter_map(|x| Some((x, 0, buffer.cell((x, 0))?)));
        Careful(CrosstermBackend::new(&mut out)).draw(cells).unwrap();
        let sent = String::from_utf8(out).unwrap();
        assert_eq!(sent.matches("\x1b[1;2H").count(), 1, "{sent:?}");
        assert!(sent.contains("ab"), "{sent:?}");
    }
}
