//! What goes over the line.

use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::Buffer;

use super::bench::{Bench, served};
use crate::tui::terminal::Careful;

fn sent(before: &Buffer, after: &Buffer) -> usize {
    let mut out = Vec::new();
    Careful(CrosstermBackend::new(&mut out)).draw(before.diff(after).into_iter()).unwrap();
    out.len()
}

#[test]
fn one_answer_sends_less_than_four_kilobytes() {
    for (width, height) in [(80, 24), (120, 40)] {
        let mut bench = Bench::seated(&["negative", "neutral", "positive"]);
        bench.serve(served(
            3,
            &"A review of the usual forty words, which says what was bought, why, and how it went. ".repeat(3),
        ));
        bench.keys("1");
        let before = bench.draw(width, height);
        bench.keys("2");
        let answered = bench.draw(width, height);
        bench.saved(2);
        let saved = bench.draw(width, height);
        let bytes = sent(&before, &answered) + sent(&answered, &saved);
        assert!(bytes < 4 * 1024, "{bytes} bytes at {width}x{height}");
    }
}

#[test]
fn nothing_changed_is_nothing_sent() {
    let bench = Bench::seated(&["a", "b"]);
    let frame = bench.draw(120, 40);
    let mut out = Vec::new();
    Careful(CrosstermBackend::new(&mut out)).draw(frame.diff(&bench.draw(120, 40)).into_iter()).unwrap();
    assert!(!String::from_utf8(out).unwrap().contains('H'), "no cursor is moved");
}
