//! Drawing in a rectangle that nothing leaves: every text is measured and made harmless on its way.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::Widget;

use crate::tui::look::Look;
use crate::tui::text;
use crate::tui::theme::Role;

/// A text with its style.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// Its style.
    pub style: Style,
}

impl Piece {
    /// A text in a style.
    pub fn new(text: impl Into<String>, style: Style) -> Self {
        Self { text: text.into(), style }
    }

    /// Cuts pieces to a number of cells together, ending in `ellipsis` where something was cut.
    pub fn fit(pieces: &[Self], cells: usize, ellipsis: &str) -> Vec<Self> {
        if Self::width(pieces) <= cells {
            return pieces.to_vec();
        }
        let (mut fitted, mut left) = (Vec::new(), cells);
        for piece in pieces {
            let width = text::width(&piece.text);
            if width >= left {
                fitted.push(Self::new(text::fit(&format!("{}{ellipsis}", piece.text), left, ellipsis), piece.style));
                break;
            }
            left -= width;
            fitted.push(piece.clone());
        }
        fitted
    }

    /// How many cells pieces take together.
    pub fn width(pieces: &[Self]) -> usize {
        pieces.iter().map(|piece| text::width(&piece.text)).sum()
    }
}

/// A rectangle to draw in; columns and rows count from its corner.
pub struct Canvas<'b> {
    buffer: &'b mut Buffer,
    area: Rect,
}

impl<'b> Canvas<'b> {
    /// Draws in a part of a buffer.
    pub fn new(buffer: &'b mut Buffer, area: Rect) -> Self {
        let area = area.intersection(buffer.area);
        Self { buffer, area }
    }

    /// Cells across.
    pub fn width(&self) -> u16 {
        self.area.width
    }

    /// Rows.
    pub fn height(&self) -> u16 {
        self.area.height
    }

    /// The whole rectangle.
    pub fn area(&self) -> Rect {
        self.area
    }

    /// A rectangle inside, as the screen counts.
    pub fn place(&self, x: u16, y: u16, width: u16, height: u16) -> Rect {
        Rect::new(self.area.x.saturating_add(x), self.area.y.saturating_add(y), width, height).intersection(self.area)
    }

    /// A part of it.
    pub fn part(&mut self, x: u16, y: u16, width: u16, height: u16) -> Canvas<'_> {
        let area = self.place(x, y, width, height);
        Canvas { buffer: self.buffer, area }
    }

    /// Writes a text as far as there is room; gives the column after it.
    pub fn put(&mut self, x: u16, y: u16, text: &str, style: Style) -> u16 {
        text::glyphs(text).fold(x, |x, glyph| self.put_glyph(x, y, &glyph.shown, glyph.width, style))
    }

    /// Writes one harmless cluster; gives the column after it.
    pub fn put_glyph(&mut self, x: u16, y: u16, shown: &str, width: u16, style: Style) -> u16 {
        let after = x.saturating_add(width);
        if y >= self.area.height || after > self.area.width || width == 0 {
            return if width == 0 { x } else { u16::MAX };
        }
        let (left, top) = (self.area.x + x, self.area.y + y);
        for column in 0..width {
            if let Some(cell) = self.buffer.cell_mut((left + column, top)) {
                cell.reset();
                cell.set_style(style);
                cell.set_symbol(if column == 0 { shown } else { " " });
            }
        }
        after
    }

    /// Writes pieces one after the other; gives the column after them.
    pub fn line(&mut self, x: u16, y: u16, pieces: &[Piece]) -> u16 {
        pieces.iter().fold(x, |x, piece| self.put(x, y, &piece.text, piece.style))
    }

    /// Writes a text that ends at the right edge.
    pub fn put_right(&mut self, y: u16, pieces: &[Piece]) {
        let width = u16::try_from(Piece::width(pieces)).unwrap_or(u16::MAX);
        self.line(self.area.width.saturating_sub(width), y, pieces);
    }

    /// Gives every cell of a row a style.
    pub fn fill(&mut self, y: u16, style: Style) {
        for x in 0..self.area.width {
            self.put(x, y, " ", style);
        }
    }

    /// Empties it.
    pub fn clear(&mut self) {
        for y in 0..self.area.height {
            self.fill(y, Style::default());
        }
    }

    /// Says something in the upper third, a line each.
    pub fn say(&mut self, look: &Look, lines: &[(String, Role)]) {
        let room = usize::from(self.area.width.saturating_sub(4));
        for (y, (line, role)) in (self.area.height / 3..).zip(lines) {
            self.put(2, y, &text::fit(line, room, look.symbols.ellipsis), look.style(*role));
        }
    }

    /// Draws a widget of ratatui's in a rectangle of the screen.
    pub fn widget(&mut self, widget: impl Widget, area: Rect) {
        widget.render(area.intersection(self.area), self.buffer);
    }

    /// Draws a frame with a title; gives what is inside.
    pub fn frame(&mut self, look: &Look, title: &str) -> Canvas<'_> {
        let (width, height) = (self.area.width, self.area.height);
        if width < 2 || height < 2 {
            return self.part(0, 0, 0, 0);
        }
        let (border, lines) = (look.style(Role::Border), &look.symbols.frame);
        for x in 1..width - 1 {
            self.put(x, 0, lines.horizontal_top, border);
            self.put(x, height - 1, lines.horizontal_bottom, border);
        }
        for y in 1..height - 1 {
            self.put(0, y, lines.vertical_left, border);
            self.put(width - 1, y, lines.vertical_right, border);
        }
        self.put(0, 0, lines.top_left, border);
        self.put(width - 1, 0, lines.top_right, border);
        self.put(0, height - 1, lines.bottom_left, border);
        self.put(width - 1, height - 1, lines.bottom_right, border);
        self.title(look, 0, title);
        self.part(2, 1, width.saturating_sub(4), height - 2)
    }

    /// Writes a title into a horizontal line of a frame.
    pub fn title(&mut self, look: &Look, y: u16, title: &str) {
        let room = usize::from(self.area.width.saturating_sub(4));
        if room > 2 && !title.is_empty() {
            let title = text::fit(title, room - 1, look.symbols.ellipsis);
            self.put(1, y, &format!(" {title} "), look.style(Role::Title));
        }
    }

    /// Draws a line across a frame, with a title.
    pub fn divide(&mut self, look: &Look, y: u16, title: &str) {
        let (width, border) = (self.area.width, look.style(Role::Border));
        if width < 2 {
            return;
        }
        let [left, right] = if look.symbols.rule == "─" { ["├", "┤"] } else { ["+", "+"] };
        for x in 1..width - 1 {
            self.put(x, y, look.symbols.rule, border);
        }
        self.put(0, y, left, border);
        self.put(width - 1, y, right, border);
        self.title(look, y, title);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn nothing_leaves_its_rectangle(text in "([a-z ]|日本|👩‍👧|é|\\u{1b}|\\t){0,30}", x in 0u16..12, width in 0u16..12) {
            let mut buffer = Buffer::filled(Rect::new(0, 0, 20, 1), ratatui::buffer::Cell::new("#"));
            Canvas::new(&mut buffer, Rect::new(4, 0, width, 1)).put(x, 0, &text, Style::default());
            for column in (0..4).chain(4 + width..20) {
                prop_assert_eq!(buffer[(column, 0)].symbol(), "#");
            }
        }
    }
}
