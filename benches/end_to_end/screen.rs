//! The Label screen in a terminal of 24 rows and 80 columns: start to first frame, key press to painted next item.

use crate::Figures;
use crate::harness::{Terminal, TestEnv};
use crate::measure::{ms, peak_mib, percentile};
use std::error::Error;
use std::time::{Duration, Instant};

const STARTS: usize = 20;
const KEYS: usize = 400;

/// Starts the screen again and again, then answers one item after the other.
pub fn measure(env: &TestEnv) -> Result<Figures, Box<dyn Error>> {
    env.configure("[label]\nmin_look_ms = 0\n");
    let (mut frames, mut items): (Vec<Duration>, Vec<Duration>) = (0..STARTS).map(|_| start(env)).unzip();
    let mut terminal = Terminal::start(env, &["rows.karat"]);
    let mut painted = item(&mut terminal, "");
    let (mut waits, mut bytes) = (Vec::with_capacity(KEYS), Vec::with_capacity(KEYS));
    for press in 0..KEYS {
        let before = terminal.bytes();
        let pressed = Instant::now();
        // The same key so soon again would count as held down.
        terminal.keys(["1", "2", "3"][press % 3]);
        painted = item(&mut terminal, &painted);
        waits.push(pressed.elapsed());
        bytes.push(terminal.bytes() - before);
    }
    let peak = peak_mib(terminal.pid().as_raw_nonzero().get().unsigned_abs());
    terminal.keys("\x11").wait_end();
    Ok(vec![
        ("start to first frame, median", ms(percentile(&mut frames, 0.5))),
        ("start to first frame, slowest of 20", ms(percentile(&mut frames, 1.0))),
        ("start to first item, median", ms(percentile(&mut items, 0.5))),
        ("key press to painted next item, median", ms(percentile(&mut waits, 0.5))),
        ("key press to painted next item, 99%", ms(percentile(&mut waits, 0.99))),
        ("bytes to the terminal for one answer, median", percentile(&mut bytes, 0.5).to_string()),
        ("bytes to the terminal for one answer, 99%", percentile(&mut bytes, 0.99).to_string()),
        ("peak memory of the screen", format!("{peak} MiB")),
    ])
}

/// The time to the first frame and to the first item.
fn start(env: &TestEnv) -> (Duration, Duration) {
    let started = Instant::now();
    let mut terminal = Terminal::start(env, &["rows.karat"]);
    terminal.wait_for("karat");
    let frame = started.elapsed();
    item(&mut terminal, "");
    let first = started.elapsed();
    terminal.keys("\x11").wait_end();
    (frame, first)
}

/// Waits until another text than the last one stands under the header, and gives it.
fn item(terminal: &mut Terminal, last: &str) -> String {
    terminal.wait_until("the next item", |screen| {
        let text = text_of(screen);
        text != last && text.split_whitespace().count() > 5
    });
    terminal.screen(text_of)
}

/// The rows that an item's text begins on.
fn text_of(screen: &vt100::Screen) -> String {
    screen.rows(0, 80).skip(3).take(4).collect::<Vec<_>>().join("\n")
}
