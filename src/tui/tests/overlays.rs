//! Palette, help, lists, paste and mouse.

use super::bench::{Bench, said, served, submissions};
use crate::domain::Origin;
use crate::tui::app::{Hit, ScreenName};
use crate::tui::msg::{Effect, Msg, Reply, Request};
use crate::workflow::labelling::{Hit as Found, Hits};

const THREE: [&str; 3] = ["negative", "neutral", "positive"];

fn hits(seqs: &[u32]) -> Hits {
    let row = |seq: &u32| Found { seq: *seq, id: seq.to_string(), text: format!("item {seq}"), mine: None, answers: 0 };
    Hits { total: seqs.len(), rows: seqs.iter().map(row).collect(), predicate: false }
}

fn searched(bench: &mut Bench, seqs: &[u32]) {
    let effects = bench.keys("/ b o x enter");
    let [Effect::Ask(Request::Search(text, number))] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(text, "box");
    bench.reply(Reply::Found(number - 1, Box::new(hits(&[99]))));
    bench.reply(Reply::Found(*number, Box::new(hits(seqs))));
}

#[test]
fn the_palette_finds_a_command_by_a_few_letters() {
    let mut bench = Bench::seated(&THREE);
    assert_eq!(bench.keys(": enter"), [], "Enter on an empty palette does nothing");
    bench.keys("d a t a enter");
    assert_eq!(bench.app.screen, ScreenName::Data);
    assert_eq!(bench.keys("ctrl-p t h e m e space l i g enter"), [Effect::Theme("light".into())]);
    assert!(bench.app.overlays.is_empty());
}

#[test]
fn a_command_that_is_off_says_why() {
    let mut bench = Bench::seated(&THREE);
    bench.keys(": c a n c e l enter");
    assert_eq!(bench.message(), "cancel: nothing runs in the background");
    bench.keys(": c a n c e l");
    assert!(bench.text(80, 24).contains("nothing runs in the background"), "{}", bench.text(80, 24));
}

#[test]
fn a_command_that_takes_something_waits_for_it() {
    let mut bench = Bench::seated(&THREE);
    assert_eq!(bench.keys(": l a b e l space r e t enter"), []);
    assert!(bench.text(80, 24).contains("label retire neutral"), "{}", bench.text(80, 24));
    assert_eq!(bench.keys("n e u enter"), [Effect::Ask(Request::RetireLabel("neutral".into()))]);
    let renamed = bench.keys(": l a b e l space r e n a m e space a = b enter");
    assert_eq!(renamed, [Effect::Ask(Request::RenameLabel("a".into(), "b".into()))]);
}

#[test]
fn the_help_lists_what_works_here_and_filters() {
    let mut bench = Bench::seated(&THREE);
    bench.keys("?");
    assert!(bench.text(80, 24).contains("skips the item"), "{}", bench.text(80, 24));
    bench.keys("u n d o");
    let text = bench.text(80, 24);
    assert!(text.contains("takes back my last act") && !text.contains("skips the item"), "{text}");
    bench.keys("esc");
    assert!(bench.app.overlays.is_empty());
}

#[test]
fn marked_rows_are_answered_together_as_one_act() {
    let mut bench = Bench::seated(&THREE);
    searched(&mut bench, &[5, 6, 7]);
    let effects = bench.keys("x down x 2");
    assert!(matches!(effects.as_slice(), [Effect::Ask(Request::SubmitMany(_))]));
    let given = submissions(&effects);
    assert_eq!(given.iter().map(|g| (g.seq, g.origin)).collect::<Vec<_>>(), [(5, Origin::Bulk), (7, Origin::Bulk)]);
    assert!(given.iter().all(|g| g.said == said(1)));
    assert_eq!(submissions(&bench.keys("up up 1"))[0].origin, Origin::Search);
    bench.keys("esc");
    assert_eq!(bench.app.label.current().map(|item| item.served.seq), Some(1), "the place in the queue is kept");
}

#[test]
fn an_item_of_a_list_is_opened_and_answered_and_the_list_comes_back() {
    let mut bench = Bench::seated(&THREE);
    searched(&mut bench, &[5, 6]);
    assert_eq!(bench.keys("enter"), [Effect::Ask(Request::Open(5))]);
    bench.reply(Reply::Opened(Box::new(served(5, "the whole text"))));
    assert!(bench.text(80, 24).contains("the whole text"), "{}", bench.text(80, 24));
    let given = submissions(&bench.keys("1"));
    assert_eq!((given[0].seq, given[0].origin), (5, Origin::Search));
    assert!(bench.text(80, 24).contains("item 6"), "{}", bench.text(80, 24));
    bench.keys("/ esc");
    assert!(bench.app.overlays.is_empty());
}

#[test]
fn paste_is_text_and_never_a_command() {
    let mut bench = Bench::seated(&THREE);
    bench.paint();
    bench.wait(1_000);
    bench.send(Msg::Paste("3\nU".into()));
    assert_eq!(bench.effects, []);
    bench.keys("N");
    bench.send(Msg::Paste("first\nsecond\u{1b}[2J".into()));
    bench.keys("enter");
    assert_eq!(bench.app.label.current().and_then(|item| item.note.clone()).as_deref(), Some("first\nsecond[2J"));
}

#[test]
fn a_click_answers_opens_screens_and_does_what_the_footer_says() {
    let mut bench = Bench::seated(&THREE);
    bench.paint();
    bench.wait(1_000);
    bench.draw(120, 40);
    let place = |bench: &Bench, wanted: &dyn Fn(&Hit) -> bool| {
        let hits = bench.app.hits.borrow();
        let (area, _) = hits.iter().find(|(_, hit)| wanted(hit)).unwrap();
        (area.x, area.y)
    };
    let (x, y) = place(&bench, &|hit| matches!(hit, Hit::Answer(row) if row.name == "neutral"));
    bench.send(Msg::Click(x, y));
    assert_eq!(submissions(&bench.effects)[0].said, said(1));
    let (x, y) = place(&bench, &|hit| *hit == Hit::Command("data"));
    bench.send(Msg::Click(x, y));
    assert_eq!(bench.app.screen, ScreenName::Data);
    bench.keys("f1 alt-6 alt-1");
    assert_eq!(bench.app.screen, ScreenName::Label);
}

#[test]
fn the_text_and_the_id_are_copied() {
    let mut bench = Bench::seated(&THREE);
    assert!(matches!(bench.keys("Y").as_slice(), [Effect::Copy(text)] if text.starts_with("The battery")));
    assert_eq!(bench.keys("ctrl-y"), [Effect::Copy("r-1".into())]);
}

#[test]
fn a_search_that_fails_says_why_and_can_be_mended() {
    let mut bench = Bench::seated(&THREE);
    let effects = bench.keys("/ a > enter");
    let [Effect::Ask(request)] = effects.as_slice() else { panic!("{effects:?}") };
    let request = request.clone();
    bench.reply(Reply::Failed(Box::new(request), crate::error::Error::usage("a > what?")));
    assert!(bench.text(80, 24).contains("a > what?"));
    assert_eq!(bench.keys("1 enter").len(), 1, "typing goes on");
}
