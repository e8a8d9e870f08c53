//! The terminal while the program has it: what is switched on is switched off again, once, in the reverse order,
//! every step best-effort, whatever happens: quitting, an error, a panic of the UI thread, a signal, a hang-up.

mod backend;
mod guard;
mod pen;
mod probe;

pub use backend::Careful;
pub use guard::Guard;
pub use probe::{Probe, probe};

use std::io::{self, Stdout, Write};

use ratatui::{Frame, Terminal};

type Output = Terminal<Careful<Stdout>>;

/// Where frames go.
pub struct Screen {
    terminal: Output,
}

impl Screen {
    /// Starts drawing on standard output.
    pub fn new() -> io::Result<Self> {
        Ok(Self { terminal: output()? })
    }

    /// Draws one frame, as one update where the terminal can do that.
    pub fn draw(&mut self, view: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        self.terminal.draw(view).map(drop)
    }

    /// Forgets what is on the screen, so that the next frame is drawn whole. (`Terminal::clear` asks the terminal where
    /// its cursor is, and the answer would go to whoever waits for keys.)
    pub fn forget(&mut self) -> io::Result<()> {
        self.send(b"\x1b[2J")?;
        self.terminal = output()?;
        Ok(())
    }

    /// Sends bytes that are no part of a frame.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let writer = self.terminal.backend_mut();
        writer.write_all(bytes)?;
        Write::flush(writer)
    }
}

fn output() -> io::Result<Output> {
    Terminal::new(Careful::new(io::stdout()))
}

/// The sequence that hands a text to the clipboard of whoever sits before the terminal (OSC 52), over SSH too.
pub fn copy_sequence(text: &str) -> Vec<u8> {
    format!("\x1b]52;c;{}\x1b\\", base64(text.as_bytes())).into_bytes()
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut written = String::new();
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().enumerate().fold(0_u32, |group, (i, b)| group | u32::from(*b) << (16 - 8 * i));
        for i in 0..4 {
            let letter = ALPHABET[(group >> (18 - 6 * i) & 63) as usize];
            written.push(if i <= chunk.len() { letter.into() } else { '=' });
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_rfc_4648() {
        let cases = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")];
        for (plain, coded) in cases {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
        assert_eq!(copy_sequence("f"), b"\x1b]52;c;Zg==\x1b\\");
    }
}
