//! Palette, help, lists, paste and mouse.

use super::bench::{Bench, said, served, submissions};
use crate::domain::{Kind, Origin, Question};
use crate::tui::app::{Hit, ScreenName};
use crate::tui::msg::{Effect, Msg, Reply, Request, Seated, Undone};
use crate::workflow::labelling::{Asked, Hit as Found, Hits};

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
    bench.keys("f4 ?");
    let text = bench.text(120, 60);
    let of_t = text.lines().filter(|line| line.trim_start_matches(['│', ' ']).starts_with("T ")).count();
    assert_eq!(of_t, 1, "{text}");
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
    assert!(bench.text(80, 24).contains("opened from a list; Esc goes back to the list"), "{}", bench.text(80, 24));
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
    bench.send(Msg::Paste("first\r\nsecond\rthird\u{1b}[2J".into()));
    bench.keys("enter");
    assert_eq!(
        bench.app.label.current().and_then(|item| item.note.clone()).as_deref(),
        Some("first\nsecond\nthird[2J")
    );
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

#[test]
fn with_many_labels_x_marks_and_the_filter_is_opened_on_purpose() {
    let names: Vec<String> = (0..20).map(|i| format!("{}_{i}", ["xerox", "cash"][i % 2])).collect();
    let mut bench = Bench::seated(&names.iter().map(String::as_str).collect::<Vec<_>>());
    searched(&mut bench, &[5, 6, 7]);
    bench.keys("x space");
    assert!(bench.text(80, 24).contains("2 marked"), "{}", bench.text(80, 24));
    assert_eq!(bench.keys("c"), []);
    assert_eq!(bench.message(), "c is no command; Tab finds a label by its letters");
    bench.keys("tab x e r");
    let text = bench.text(80, 24);
    assert!(text.contains("2 marked") && text.contains("xerox_0") && text.contains("Enter give"), "{text}");
    bench.keys("esc");
    assert_eq!(submissions(&bench.keys("tab X U backspace c a enter")), [], "what fits nothing gives nothing");
    let given = submissions(&bench.keys("esc tab c a s h enter"));
    assert_eq!(given.iter().map(|g| g.seq).collect::<Vec<_>>(), [5, 6]);
    assert!(given.iter().all(|g| g.said == said(1)), "{given:?}");
    bench.keys("x");
    assert!(bench.text(80, 24).contains("1 marked"), "the rows have the keys again: {}", bench.text(80, 24));
}

#[test]
fn with_few_labels_there_is_nothing_to_find() {
    let mut bench = Bench::seated(&THREE);
    searched(&mut bench, &[5]);
    bench.keys("tab");
    assert_eq!(bench.message(), "find label: every label is on a digit");
}

fn asks(bench: &mut Bench, questions: &[(&str, Kind)]) {
    let questions = questions.iter().map(|&(name, kind)| Asked { name: name.into(), kind });
    bench.reply(Reply::Questions(questions.collect()));
}

#[test]
fn another_question_is_chosen_and_no_key_reaches_it_before_it_is_there() {
    let mut bench = Bench::seated(&THREE);
    assert!(!bench.text(80, 24).contains('▾'), "one question, nothing to choose");
    bench.keys("Q");
    assert_eq!(bench.message(), "question: this project asks one question only");
    asks(&mut bench, &[("sentiment", Kind::Choice), ("topic", Kind::Choice), ("quality", Kind::Rating)]);
    assert!(bench.text(80, 24).contains("reviews · sentiment ▾"), "{}", bench.text(80, 24));
    bench.keys("N h m esc");
    bench.keys("Q");
    let text = bench.text(80, 24);
    assert!(
        text.contains("is what is asked now") && text.contains("is of kind rating; `karat answer` takes"),
        "{text}"
    );
    bench.keys("down down enter");
    assert_eq!(bench.message(), "question: is of kind rating; `karat answer` takes that kind");
    let effects = bench.keys("Q down enter");
    assert!(
        matches!(&effects[..], [Effect::Ask(Request::Draft(1, Some(_))), Effect::Ask(Request::Sit(name))] if name == "topic"),
        "{effects:?}"
    );
    assert_eq!(bench.keys("1 S / enter"), [], "nobody sits");
    assert!(bench.text(80, 24).contains("opening the question topic"), "{}", bench.text(80, 24));
    let other = Bench::empty().sit(&["price", "sound"]);
    let seat = other.app.seat.as_ref().unwrap();
    bench.reply(Reply::Seated(Box::new(Seated {
        project: "reviews".into(),
        person: "ana".into(),
        role: crate::domain::Role::Lead,
        unread: 0,
        question: Question { name: "topic".into(), ..seat.question.clone() },
        questions: Vec::new(),
        counts: Default::default(),
        history: Vec::new(),
        guidelines: None,
        round: None,
    })));
    assert_eq!(bench.effects, [Effect::Ask(Request::Serve)]);
    bench.serve(served(9, "Not for the price."));
    assert_eq!(submissions(&bench.keys("2"))[0].said, said(1));
}

#[test]
fn a_click_on_the_header_chooses_a_question_but_not_while_an_answer_is_saved() {
    let mut bench = Bench::seated(&THREE);
    asks(&mut bench, &[("sentiment", Kind::Choice), ("topic", Kind::Choice)]);
    bench.draw(80, 24);
    bench.send(Msg::Click(20, 0));
    assert_eq!(bench.app.overlays.len(), 1);
    bench.keys("esc 1 Q");
    assert_eq!(bench.message(), "question: an answer is still being saved");
    bench.saved(1);
    assert!(matches!(&bench.keys(": q u e s t i o n space t o p enter")[..], [Effect::Ask(Request::Sit(_))]));
}

#[test]
fn what_is_taken_back_in_a_list_is_asked_anew_for_its_rows() {
    let mut bench = Bench::seated(&THREE);
    searched(&mut bench, &[5, 6]);
    bench.keys("x down 2 x");
    assert!(bench.text(80, 24).contains("neutral  "), "{}", bench.text(80, 24));
    assert_eq!(bench.keys("U"), [Effect::Ask(Request::Undo { sure: false })]);
    bench.reply(Reply::Undone(Box::new(Undone {
        summary: "2 answers".into(),
        item: None,
        shown_only: false,
        redo: false,
        history: Vec::new(),
        counts: Default::default(),
    })));
    let asked = std::mem::take(&mut bench.effects);
    assert!(matches!(&asked[..], [Effect::Ask(Request::Look(seqs, 1)), ..] if *seqs == [5, 6]), "{asked:?}");
    bench.reply(Reply::Found(1, Box::new(hits(&[5, 6]))));
    let text = bench.text(80, 24);
    assert!(text.contains("1 marked") && !text.contains("neutral   "), "marks stay: {text}");
}
