//! The Label screen in a terminal of 24 rows and 80 columns: start to first frame, key press to painted next item.

use crate::Figures;
use crate::harness::{Terminal, TestEnv};
use crate::measure::{ms, peak_mib, percentile};
use rusqlite::Connection;
use std::error::Error;
use std::time::{Duration, Instant};

const STARTS: usize = 20;
const KEYS: usize = 400;
/// Between an item's painting and the next key: quicker than anybody reads, slow enough that rounds of the ranker, five
/// seconds apart at least, run beside.
const PAUSE: Duration = Duration::from_millis(40);

/// Starts the screen again and again, then answers one item after the other.
#[expect(clippy::disallowed_methods, reason = "people pause; nothing is waited for")]
pub fn measure(env: &TestEnv) -> Result<Figures, Box<dyn Error>> {
    env.configure("[label]\nmin_look_ms = 0\n");
    let (mut frames, mut items): (Vec<Duration>, Vec<Duration>) = (0..STARTS).map(|_| start(env)).unzip();
    let mut terminal = Terminal::start(env, &["rows.karat"]);
    let mut painted = item(&mut terminal, "");
    let (mut waits, mut bytes) = (Vec::with_capacity(KEYS), Vec::with_capacity(KEYS));
    let (mut sent, rounds_before) = (terminal.bytes(), rounds(env)?);
    for press in 0..KEYS {
        std::thread::sleep(PAUSE);
        let pressed = Instant::now();
        // The same key so soon again would count as held down.
        terminal.keys(["1", "2", "3"][press % 3]);
        painted = item(&mut terminal, &painted);
        waits.push(pressed.elapsed());
        // Up to here, so that what is painted after the item, "saved", counts too.
        let so_far = terminal.bytes();
        bytes.push(so_far - sent);
        sent = so_far;
    }
    let beside = rounds(env)? - rounds_before;
    let peak = peak_mib(terminal.pid().as_raw_nonzero().get().unsigned_abs());
    terminal.keys("\x11").wait_end();
    Ok(vec![
        ("start to first frame, median", ms(percentile(&mut frames, 0.5))),
        ("start to first frame, slowest of 20", ms(percentile(&mut frames, 1.0))),
        ("start to first item, median", ms(percentile(&mut items, 0.5))),
        ("key press to painted next item, median", ms(percentile(&mut waits, 0.5))),
        ("key press to painted next item, 99%", ms(percentile(&mut waits, 0.99))),
        ("rounds of the ranker beside", beside.to_string()),
        ("bytes to the terminal for one answer, median", percentile(&mut bytes, 0.5).to_string()),
        ("bytes to the terminal for one answer, 99%", percentile(&mut bytes, 0.99).to_string()),
        ("peak memory of the screen", format!("{peak} MiB")),
    ])
}

/// The time to the first frame and to the first item.
fn start(env: &TestEnv) -> (Duration, Duration) {
    let started = Instant::now();
    let mut terminal = Terminal::start(env, &["rows.karat"]);
    terminal.wait_frame("the first frame", |frame| frame.contains("karat"));
    let frame = started.elapsed();
    item(&mut terminal, "");
    let first = started.elapsed();
    terminal.keys("\x11").wait_end();
    (frame, first)
}

/// How many rounds the project has.
fn rounds(env: &TestEnv) -> rusqlite::Result<u32> {
    Connection::open(env.path("rows.karat"))?.query_row("SELECT count(*) FROM round", [], |row| row.get(0))
}

/// Waits for a whole frame with another item at hand than the last one, and gives what is shown of it.
fn item(terminal: &mut Terminal, last: &str) -> String {
    terminal.wait_frame("the next item", |frame| item_of(frame).is_some_and(|item| item != last));
    item_of(&terminal.frame()).expect("an item that stays until it is answered")
}

/// What stands between header and status line: the text, the answers, and what was answered before, which tells apart
/// two items of one text. While the next item is looked for, a line over the former one says so: then there is none.
fn item_of(frame: &str) -> Option<String> {
    let mut lines = frame.lines().map(str::trim_end).skip(3);
    let over = lines.next()?;
    let item = lines.take(18).collect::<Vec<_>>().join("\n");
    (over.is_empty() && item.contains("─ answer")).then_some(item)
}
