//! What goes over the line.

use ratatui::backend::Backend;
use ratatui::buffer::Buffer;

use super::bench::{Bench, served};
use crate::tui::msg::{Effect, Request};
use crate::tui::terminal::Careful;

const SIZES: [(u16, u16); 2] = [(80, 24), (120, 40)];

fn sent(before: &Buffer, after: &Buffer) -> Vec<u8> {
    let mut out = Vec::new();
    let mut line = Careful::new(&mut out);
    line.draw(before.diff_iter(after)).unwrap();
    Backend::flush(&mut line).unwrap();
    out
}

fn forty_words(seq: u32) -> crate::workflow::labelling::Served {
    let text = "A review of the usual forty words, which says what was bought, why, and how it went. ";
    served(seq, &text.repeat(3))
}

/// Bytes for all frames, the first one not counted.
fn bytes(frames: &[Buffer]) -> usize {
    frames.windows(2).map(|two| sent(&two[0], &two[1]).len()).sum()
}

#[test]
fn one_answer_sends_less_than_two_kilobytes() {
    for (width, height) in SIZES {
        let mut bench = Bench::seated(&["negative", "neutral", "positive"]);
        bench.serve(forty_words(3));
        bench.keys("1");
        let mut frames = vec![bench.draw(width, height)];
        bench.keys("2");
        frames.push(bench.draw(width, height));
        bench.saved(2);
        frames.push(bench.draw(width, height));
        assert!(bytes(&frames) < 2 * 1024, "{} bytes at {width}x{height}", bytes(&frames));
    }
}

#[test]
fn an_answer_before_the_next_item_has_come_sends_less_than_two_kilobytes() {
    for (width, height) in SIZES {
        let mut bench = Bench::seated(&["negative", "neutral", "positive"]);
        bench.keys("1");
        let mut frames = vec![bench.draw(width, height)];
        let effects = bench.keys("2");
        assert!(!effects.contains(&Effect::Ask(Request::Serve)), "it was asked for before");
        frames.push(bench.draw(width, height));
        bench.saved(2);
        frames.push(bench.draw(width, height));
        bench.serve(forty_words(3));
        frames.push(bench.draw(width, height));
        assert!(bytes(&frames) < 2 * 1024, "{} bytes at {width}x{height}", bytes(&frames));
    }
}

#[test]
fn nothing_changed_is_nothing_sent() {
    let bench = Bench::seated(&["a", "b"]);
    assert_eq!(sent(&bench.draw(120, 40), &bench.draw(120, 40)), b"");
}
