//! Asks the terminal what it is, once, after the first frame: whether it speaks kitty's keyboard protocol and how
//! wide it draws characters whose width is ambiguous.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::super::keys::Key;
use crossterm::event::KeyCode;

/// Keyboard flags; an ambiguous character and where the cursor is after it; what every terminal answers.
const QUESTIONS: &[u8] = b"\x1b[?u\x1b[1;1H\xc2\xb7\x1b[6n\x1b[c";

/// What the terminal said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Probe {
    /// Whether it speaks kitty's keyboard protocol.
    pub kitty: bool,
    /// How many cells an ambiguous character took; unknown where it did not say.
    pub ambiguous: Option<u16>,
    /// Keys that were pressed meanwhile.
    pub typed: Vec<Key>,
}

impl Probe {
    /// Whether frames of lines and blocks may be drawn: one cell each, or no answer from a UTF-8 terminal outside
    /// East Asia.
    pub fn draws_lines(&self, locale: &str) -> bool {
        let lower = locale.to_ascii_lowercase();
        let utf8 = lower.contains("utf-8") || lower.contains("utf8");
        match self.ambiguous {
            Some(cells) => cells == 1 && utf8,
            None => utf8 && !["zh", "ja", "ko"].iter().any(|l| lower.starts_with(l)),
        }
    }
}

/// Asks, and waits for the answers no longer than `patience`. The terminal must be in raw mode, and nobody else
/// may be reading it. It leaves a mark in the first cell.
pub fn probe(patience: Duration) -> io::Result<Probe> {
    let mut out = io::stdout();
    out.write_all(QUESTIONS)?;
    out.flush()?;
    let stdin = io::stdin();
    let (start, mut bytes) = (Instant::now(), Vec::new());
    while !complete(&bytes) {
        let left = patience.saturating_sub(start.elapsed());
        let timeout = Timespec { tv_sec: 0, tv_nsec: i64::from(left.subsec_nanos()) };
        let mut fds = [PollFd::new(&stdin, PollFlags::IN)];
        if left.is_zero() || poll(&mut fds, Some(&timeout))? == 0 {
            break;
        }
        let mut buffer = [0; 256];
        match rustix::io::read(&stdin, &mut buffer)? {
            0 => break,
            n => bytes.extend_from_slice(&buffer[..n]),
        }
    }
    Ok(understand(&bytes))
}

fn complete(bytes: &[u8]) -> bool {
    sequences(bytes).any(|piece| matches!(piece, Piece::Reply(body, b'c') if body.starts_with('?')))
}

/// One thing that came in.
enum Piece<'b> {
    /// `ESC [ body final`.
    Reply(&'b str, u8),
    /// A byte of typing.
    Byte(u8),
}

fn sequences(mut bytes: &[u8]) -> impl Iterator<Item = Piece<'_>> {
    std::iter::from_fn(move || {
        let (&first, rest) = bytes.split_first()?;
        if let (0x1b, Some(b'[')) = (first, rest.first()) {
            let body = &rest[1..];
            if let Some(end) = body.iter().position(|b| (0x40..=0x7e).contains(b)) {
                bytes = &body[end + 1..];
                return Some(Piece::Reply(std::str::from_utf8(&body[..end]).unwrap_or_default(), body[end]));
            }
        }
        bytes = rest;
        Some(Piece::Byte(first))
    })
}

fn understand(bytes: &[u8]) -> Probe {
    let mut probe = Probe::default();
    let mut typed = Vec::new();
    for piece in sequences(bytes) {
        match piece {
            Piece::Reply(body, b'u') if body.starts_with('?') => probe.kitty = true,
            Piece::Reply(body, b'R') => {
                let column = body.split_once(';').and_then(|(_, column)| column.parse::<u16>().ok());
                probe.ambiguous = column.map(|c| c.saturating_sub(1));
            }
            Piece::Reply(..) => {}
            Piece::Byte(byte) => typed.push(byte),
        }
    }
    let key = |c: char| match c {
        '\r' | '\n' => Key { code: KeyCode::Enter, ..Key::char(c) },
        '\t' => Key { code: KeyCode::Tab, ..Key::char(c) },
        '\u{1b}' => Key { code: KeyCode::Esc, ..Key::char(c) },
        '\u{7f}' => Key { code: KeyCode::Backspace, ..Key::char(c) },
        '\u{1}'..='\u{1a}' => Key {
            code: KeyCode::Char(char::from(b'a' + (c as u8) - 1)),
            modifiers: crossterm::event::KeyModifiers::CONTROL,
        },
        _ => Key::char(c),
    };
    probe.typed = String::from_utf8_lossy(&typed).chars().map(key).collect();
    probe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_told_from_typing() {
        let probe = understand(b"3\x1b[?1u\x1b[1;2R\x11q\x1b[?62;4c");
        assert_eq!((probe.kitty, probe.ambiguous), (true, Some(1)));
        let typed: Vec<_> = probe.typed.iter().map(ToString::to_string).collect();
        assert_eq!(typed, ["3", "ctrl-q", "q"]);
        assert!(complete(b"\x1b[?62;4c") && !complete(b"\x1b[?1u\x1b[1;2R"));
    }

    #[test]
    fn lines_are_drawn_where_nothing_speaks_against_it() {
        let said = |ambiguous| Probe { ambiguous, ..Probe::default() };
        assert!(said(Some(1)).draws_lines("C.UTF-8") && said(None).draws_lines("en_US.UTF-8"));
        assert!(!said(Some(2)).draws_lines("en_US.UTF-8") && !said(None).draws_lines("ja_JP.UTF-8"));
        assert!(!said(None).draws_lines("C"));
    }
}
