//! No size makes it fall over.

use super::bench::{Bench, guideline_news, served};
use super::golden::{busy, cjk, data, listed, queue};
use super::inbox::filled;
use crate::tui::msg::Reply;
use crate::workflow::labelling::News;

/// Widths and heights: every small one, then in steps, the last ones too.
fn sizes() -> Vec<(u16, u16)> {
    let mut widths: Vec<u16> = (1..=44).chain((45..=200).step_by(7)).collect();
    widths.extend([79, 80, 99, 100, 101, 139, 140, 141, 200]);
    let mut heights: Vec<u16> = (1..=26).chain((27..=60).step_by(6)).collect();
    heights.push(60);
    widths.iter().flat_map(|w| heights.iter().map(|h| (*w, *h))).collect()
}

fn sweep(bench: &Bench) {
    for (width, height) in sizes() {
        bench.draw(width, height);
    }
}

fn after(keys: &str) -> Bench {
    let mut bench = Bench::seated(&["negative", "neutral", "positive"]);
    bench.keys(keys);
    bench
}

#[test]
fn the_label_screen_at_every_size() {
    sweep(&Bench::empty());
    sweep(&busy());
    sweep(&cjk());
    let mut announced = Bench::seated(&["a", "b"]);
    let news = News { guidelines: Some(guideline_news(4, "sarcasm is negative")), ..News::default() };
    announced.reply(Reply::News(Box::new(news)));
    announced.serve(served(3, &"long ".repeat(2_000)));
    announced.keys("1 1 space space");
    sweep(&announced);
}

#[test]
fn many_labels_at_every_size() {
    let names: Vec<String> = (0..77).map(|i| format!("label_number_{i}")).collect();
    let mut bench = Bench::seated(&names.iter().map(String::as_str).collect::<Vec<_>>());
    sweep(&bench);
    bench.keys("l a b");
    sweep(&bench);
    sweep(&Bench::seated(&["sport/ball/golf", "sport/ski", "arts"]));
}

#[test]
fn every_overlay_at_every_size() {
    for keys in [":", ": t h e m e space", "?", "N a b c", "S", "G", "/"] {
        sweep(&after(keys));
    }
    sweep(&listed());
    sweep(&queue());
    sweep(&filled());
    let mut reply = filled();
    reply.keys("down R y e s");
    sweep(&reply);
}

#[test]
fn the_data_screen_at_every_size() {
    for keys in ["", "tab", "tab tab"] {
        let mut bench = data();
        bench.keys(keys);
        sweep(&bench);
    }
    use super::snapshots::{compared, held, snapshots};
    [snapshots(), compared(), held()].iter().for_each(sweep);
}

#[test]
fn the_runs_screen_at_every_size() {
    sweep(&super::runs::with(Vec::new()));
    for keys in ["x", "P w h y", "V"] {
        let mut bench = super::runs::with(super::runs::some());
        bench.keys(keys);
        sweep(&bench);
    }
    sweep(&super::runs::comparing());
    use super::trainings::{form, live, under_way};
    [under_way(), live(), form()].iter().for_each(sweep);
    for keys in ["", "tab", "tab tab", "tab tab tab", "left"] {
        let mut bench = super::runs::opened(&super::runs::THREE);
        bench.keys(keys);
        sweep(&bench);
    }
}

#[test]
fn the_agreement_screen_at_every_size() {
    for keys in ["tab", "tab tab", "tab tab tab", "tab tab tab tab", "enter", "enter A B !"] {
        let mut bench = super::agreement::agreement();
        bench.keys(keys);
        sweep(&bench);
    }
    sweep(&super::agreement::with(super::agreement::overview(30)));
}
