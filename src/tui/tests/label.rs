//! The Label screen by keys.

use super::bench::{Bench, guideline_news, label_id, question, said, served, shown, submissions};
use crate::config::{Config, LabelConfig};
use crate::domain::{Kind, Lane, Origin, Said, SkipReason, Suggestion};
use crate::error::Error;
use crate::jobs::Progress;
use crate::tui::keys::Key;
use crate::tui::msg::{Effect, Msg, Reply, Request, Undone};
use crate::workflow::labelling::{Counts, News, Suggestions};

const THREE: [&str; 3] = ["negative", "neutral", "positive"];

#[test]
fn one_key_answers_and_the_next_item_is_there_at_once() {
    let mut bench = Bench::seated(&THREE);
    let effects = bench.keys("3");
    let [given] = submissions(&effects).try_into().unwrap();
    assert_eq!((given.seq, given.said, given.origin), (1, said(2), Origin::Key));
    assert_eq!(given.active_ms, Some(1_000));
    assert!(given.shown_at.is_some());
    assert!(effects.contains(&Effect::Ask(Request::Serve)), "the one after the next is asked for");
    assert_eq!(bench.app.label.current().map(|item| item.served.seq), Some(2));
}

#[test]
fn keys_that_piled_up_answer_one_item_at_most() {
    let mut bench = Bench::seated(&THREE);
    bench.paint();
    bench.wait(1_000);
    assert_eq!(submissions(&bench.burst("3 3 3 3 3 3 3 3 3 3")).len(), 1);
    assert!(bench.message().contains("too quick"), "{}", bench.message());
    bench.paint();
    bench.wait(100);
    assert_eq!(submissions(&bench.burst("2")), [], "too soon after the frame");
    bench.wait(400);
    assert_eq!(submissions(&bench.burst("2")).len(), 1);
}

#[test]
fn a_key_that_is_held_never_answers() {
    let mut bench = Bench::seated(&THREE);
    bench.paint();
    bench.wait(1_000);
    let key: Key = "3".parse().unwrap();
    bench.send(Msg::Key(key, true));
    assert_eq!(submissions(&bench.effects), []);
    bench.keys("U");
    bench.wait(1_000);
    bench.send(Msg::Key("U".parse().unwrap(), true));
    assert_eq!(bench.effects, [], "a held U takes back one act");
}

#[test]
fn the_least_look_is_the_persons_choice() {
    let config = Config { label: LabelConfig { min_look_ms: 5_000, ..Config::default().label }, ..Config::default() };
    let mut bench = Bench::with(config, "dark").sit(&THREE);
    assert_eq!(submissions(&bench.keys("3")), []);
    bench.wait(5_000);
    assert_eq!(submissions(&bench.burst("3")).len(), 1);
}

#[test]
fn a_digit_is_an_answer_and_full_width_digits_are_digits() {
    let mut bench = Bench::seated(&THREE);
    assert_eq!(submissions(&bench.keys("３"))[0].said, said(2));
    assert_eq!(submissions(&bench.keys("7")), []);
    assert!(bench.message().contains("no label is on 7"));
}

#[test]
fn skipping_may_have_a_reason() {
    let mut bench = Bench::seated(&THREE);
    assert_eq!(submissions(&bench.keys("S esc")), []);
    assert_eq!(submissions(&bench.keys("S 2"))[0].said, Said::Skipped(Some(SkipReason::NoLabelFits)));
    assert!(bench.app.overlays.is_empty());
    assert_eq!(submissions(&bench.keys("s enter"))[0].said, Said::Skipped(None), "lower case works where it is free");
}

#[test]
fn a_flag_and_a_note_go_with_the_answer_and_are_kept_meanwhile() {
    let mut bench = Bench::seated(&THREE);
    let effects = bench.keys("F N o d d ! enter");
    let drafts: Vec<_> = effects.iter().filter(|e| matches!(e, Effect::Ask(Request::Draft(1, Some(_))))).collect();
    assert_eq!(drafts.len(), 2);
    let given = submissions(&bench.keys("1")).remove(0);
    assert_eq!((given.flag, given.note.as_deref()), (true, Some("odd!")));
}

#[test]
fn a_draft_comes_back() {
    let mut bench = Bench::seated(&THREE);
    bench.keys("1");
    let mut item = served(3, "half-made");
    item.draft = Some(serde_json::json!({"flag": true, "note": "hm"}));
    bench.serve(item);
    bench.keys("1");
    let current = bench.app.label.current().unwrap();
    assert_eq!((current.flag, current.note.as_deref()), (true, Some("hm")));
}

#[test]
fn only_the_disk_says_saved() {
    let mut bench = Bench::seated(&THREE);
    bench.keys("1");
    assert!(bench.text(80, 24).contains("saving"), "{}", bench.text(80, 24));
    bench.saved(1);
    assert!(bench.text(80, 24).contains("saved 14:02:11"), "{}", bench.text(80, 24));
}

#[test]
fn an_answer_that_failed_comes_back() {
    let mut bench = Bench::seated(&THREE);
    let given = submissions(&bench.keys("1")).remove(0);
    bench.reply(Reply::Failed(Box::new(Request::Submit(given)), Error::io("the disk is full").hint("make room")));
    assert!(bench.message().starts_with("not saved: the disk is full"), "{}", bench.message());
    assert_eq!(bench.app.label.current().map(|item| item.served.seq), Some(1));
    assert_eq!(submissions(&bench.keys("2"))[0].seq, 1);
    assert_eq!(bench.app.label.current().map(|item| item.served.seq), Some(2));
}

fn undone(seq: u32, shown_only: bool) -> Reply {
    let mut item = served(seq, "an older text");
    item.mine = Some(said(0));
    Reply::Undone(Box::new(Undone {
        summary: "negative to r-1".into(),
        item: Some(Box::new(item)),
        shown_only,
        redo: false,
        history: Vec::new(),
        counts: Counts::default(),
    }))
}

#[test]
fn undo_says_what_it_was_goes_there_and_comes_back() {
    let mut bench = Bench::seated(&THREE);
    bench.keys("1");
    assert_eq!(bench.keys("U"), [Effect::Ask(Request::Undo { sure: false })]);
    bench.reply(undone(1, false));
    assert!(bench.message().contains("taken back: negative to r-1"));
    assert_eq!(bench.app.label.current().map(|item| item.served.seq), Some(1));
    assert_eq!(submissions(&bench.keys("3"))[0].seq, 1);
    assert_eq!(bench.app.label.current().map(|item| item.served.seq), Some(2), "the queue goes on where it was");
}

#[test]
fn an_act_from_an_earlier_sitting_is_undone_on_the_second_press() {
    let mut bench = Bench::seated(&THREE);
    bench.keys("U");
    bench.reply(undone(77, true));
    assert!(bench.message().contains("earlier sitting"));
    assert_eq!(bench.keys("U"), [Effect::Ask(Request::Undo { sure: true })]);
    bench.reply(undone(77, true));
    bench.keys("esc");
    assert_eq!(bench.keys("U"), [Effect::Ask(Request::Undo { sure: false })], "leaving forgets what was shown");
}

#[test]
fn own_answers_are_walked_and_revised() {
    let mut bench = Bench::seated(&THREE);
    assert_eq!(bench.keys("<"), [Effect::Ask(Request::Open(101))]);
    let mut item = served(101, "Great sound for the money.");
    item.mine = Some(said(2));
    bench.reply(Reply::Opened(Box::new(item)));
    assert!(bench.text(100, 30).contains("your answer 1 of 2: positive"), "{}", bench.text(100, 30));
    let given = submissions(&bench.keys("1")).remove(0);
    assert_eq!((given.seq, given.said), (101, said(0)));
    assert!(bench.message().contains("revised: now negative"));
    assert_eq!(bench.keys("<"), [Effect::Ask(Request::Open(100))]);
    bench.keys("esc");
    assert_eq!(bench.app.label.current().map(|item| item.served.seq), Some(1));
}

#[test]
fn many_labels_are_filtered_by_typing() {
    let names: Vec<String> = (0..77).map(|i| format!("{}_{i}", ["card", "cash", "top_up"][i % 3])).collect();
    let mut bench = Bench::seated(&names.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(submissions(&bench.keys("enter")), [], "Enter on an empty filter does nothing");
    assert_eq!(bench.message(), "");
    let text = bench.keys("c a s h").len();
    assert_eq!(text, 0);
    assert!(bench.text(80, 24).contains("cash_1"), "{}", bench.text(80, 24));
    assert_eq!(submissions(&bench.keys("enter"))[0].said, said(1));
    bench.keys("c a backspace backspace backspace");
    assert_eq!(bench.app.label.current().map(|item| item.answers.filter()), Some(""));
    assert_eq!(submissions(&bench.keys("c o esc S enter")).len(), 1, "capitals are commands, Esc empties the filter");
}

#[test]
fn suggestions_are_for_the_learn_lane_and_are_recorded() {
    let mut bench = Bench::seated(&THREE);
    assert_eq!(bench.keys("B"), [Effect::Ask(Request::Suggest(1))]);
    let labels = vec![(label_id(2), 0.7), (label_id(0), 0.2), (label_id(1), 0.1)];
    bench.reply(Reply::Suggested(1, Box::new(Suggestions { round: 12, labels, pushes: Vec::new() })));
    assert!(bench.text(100, 30).contains(".70"), "{}", bench.text(100, 30));
    let effects = bench.keys("3 1");
    let given = submissions(&effects);
    assert!(shown(Suggestion::Shown)(&given[0]) && shown(Suggestion::Offered)(&given[1]), "{given:?}");
    let mut blind = served(4, "blind");
    blind.lane = Lane::Random;
    bench.serve(blind);
    bench.effects.clear();
    assert_eq!(bench.keys("B"), []);
    assert!(bench.message().contains("none for this item"));
    assert!(shown(Suggestion::Hidden)(&submissions(&bench.keys("1"))[0]));
}

#[test]
fn likeliest_first_orders_before_the_item_is_painted_and_is_recorded() {
    let config =
        Config { label: LabelConfig { likeliest_first: true, ..Config::default().label }, ..Config::default() };
    let mut bench = Bench::with(config, "dark").sit(&THREE);
    bench.paint();
    let suggested = |seq| {
        let labels = vec![(label_id(2), 0.7), (label_id(0), 0.2), (label_id(1), 0.1)];
        Reply::Suggested(seq, Box::new(Suggestions { round: 12, labels, pushes: Vec::new() }))
    };
    bench.reply(suggested(1));
    bench.reply(suggested(2));
    let given = submissions(&bench.keys("1 1"));
    assert_eq!((&given[0].said, given[0].suggestion), (&said(0), Suggestion::Offered), "painted: nothing moves");
    assert_eq!((&given[1].said, given[1].suggestion), (&said(2), Suggestion::Shown));
}

#[test]
fn new_guidelines_are_announced_on_the_next_item_and_reading_is_recorded() {
    let mut bench = Bench::seated(&THREE);
    let news = News { guidelines: Some(guideline_news(4, "sarcasm is negative")), ..News::default() };
    bench.reply(Reply::News(Box::new(news)));
    assert!(!bench.text(80, 24).contains("sarcasm"), "not over the item at hand");
    bench.keys("1");
    assert!(bench.text(100, 30).contains("v4: sarcasm is negative (chi, 13:02), Enter"), "{}", bench.text(100, 30));
    assert!(bench.keys("enter").contains(&Effect::Ask(Request::Read(3))));
    assert!(bench.text(100, 30).contains("Judge what is said"));
    assert_eq!(submissions(&bench.keys("esc 1")).len(), 1);
}

#[test]
fn a_new_label_moves_no_digit_and_its_look_alikes_are_offered() {
    let mut bench = Bench::seated(&THREE);
    let effects = bench.keys(": l a b e l space a d d space u r g e n t enter");
    assert_eq!(effects, [Effect::Ask(Request::AddLabel("urgent".into()))]);
    bench.reply(Reply::Question(Box::new(question(&["negative", "neutral", "positive", "urgent"]))));
    assert_eq!(bench.app.label.current().map(|item| item.answers.rows().len()), Some(4));
    bench.reply(Reply::News(Box::new(News { second_look: vec![100, 101], ..News::default() })));
    assert!(bench.message().contains("2 of the older answers"), "{}", bench.message());
    bench.keys("up");
    assert!(bench.text(80, 24).contains("Enter look"), "it can still be seen: {}", bench.text(80, 24));
    assert!(matches!(bench.keys("enter").as_slice(), [Effect::Ask(Request::Look(seqs, _))] if *seqs == [100, 101]));
}

#[test]
fn a_round_in_the_background_moves_nothing_under_the_eyes() {
    let mut bench = Bench::seated(&THREE);
    let progress = Progress { stage: "training".into(), done: 43, total: 100 };
    bench.reply(Reply::News(Box::new(News { progress: Some(progress), ..News::default() })));
    assert!(bench.text(100, 30).contains("training 43% ▕█▊  ▏"), "{}", bench.text(100, 30));
    assert_eq!(bench.keys("T"), []);
    assert!(bench.message().contains("train: training is under way"));
    assert_eq!(bench.keys("ctrl-x"), [Effect::Ask(Request::Cancel)]);
    assert_eq!(bench.app.label.current().map(|item| item.served.seq), Some(1));
}

#[test]
fn a_question_of_another_kind_says_what_takes_it() {
    let mut bench = Bench::seated(&THREE);
    bench.app.seat.as_mut().unwrap().question.kind = Kind::Rating;
    assert!(bench.text(80, 24).contains("sentiment is a question of kind rating"), "{}", bench.text(80, 24));
    let bench = Bench::seated(&[]);
    assert!(bench.text(80, 24).contains("label add NAME"), "{}", bench.text(80, 24));
}

#[test]
fn quitting_keeps_what_is_half_made() {
    let mut bench = Bench::seated(&THREE);
    let effects = bench.keys("N a ctrl-q");
    assert!(matches!(effects.as_slice(), [.., Effect::Ask(Request::Draft(1, Some(_))), Effect::Quit]), "{effects:?}");
    let mut bench = Bench::seated(&THREE);
    bench.send(Msg::Terminate);
    assert_eq!(bench.effects, [Effect::Quit]);
}

#[test]
fn an_item_that_has_no_room_is_not_answered() {
    let mut bench = Bench::seated(&THREE);
    bench.draw(80, 3);
    bench.paint();
    bench.wait(1_000);
    assert_eq!(submissions(&bench.keys("3")), []);
    assert!(bench.message().contains("no room"), "{}", bench.message());
    bench.draw(80, 24);
    bench.paint();
    bench.wait(1_000);
    assert_eq!(submissions(&bench.keys("3")).len(), 1);
}

#[test]
fn a_capital_is_a_command_or_says_so_until_a_filter_has_begun() {
    let names: Vec<String> = (0..20).map(|i| format!("Card_{i}")).collect();
    let mut bench = Bench::seated(&names.iter().map(String::as_str).collect::<Vec<_>>());
    bench.keys("C");
    assert_eq!(bench.message(), "C is no command; small letters find a label");
    let filter = |bench: &Bench| bench.app.label.current().map(|item| item.answers.filter().to_owned());
    assert_eq!(filter(&bench).as_deref(), Some(""));
    bench.keys("c A S");
    assert_eq!((filter(&bench).as_deref(), bench.app.overlays.len()), (Some("cAS"), 0), "S is a letter of it now");
    bench.keys("esc S");
    assert_eq!(bench.app.overlays.len(), 1, "and a command again");
}

#[test]
fn a_note_that_is_left_stays_as_a_draft_and_says_that_it_is_no_part_of_the_answer() {
    let mut bench = Bench::seated(&THREE);
    let effects = bench.keys("N o d d esc");
    let kept = serde_json::json!({"flag": false, "note": null, "unkept": "odd"});
    assert!(effects.contains(&Effect::Ask(Request::Draft(1, Some(kept)))), "{effects:?}");
    assert_eq!(bench.message(), "draft kept, not part of the answer; N goes on with it");
    let text = bench.text(80, 24);
    assert!(text.contains("draft, not part of the answer (N goes on): odd"), "{text}");
    bench.keys("N ! enter");
    assert!(!bench.text(80, 24).contains("draft"), "{}", bench.text(80, 24));
    bench.keys("N ? esc");
    assert_eq!(submissions(&bench.keys("1"))[0].note.as_deref(), Some("odd!"), "what was kept stays kept");
    let effects = bench.keys("N esc");
    assert_eq!((effects, bench.message()), (vec![], ""), "nothing written is nothing kept");
}

#[test]
fn a_key_that_means_nothing_here_says_so() {
    let mut bench = Bench::seated(&THREE);
    for (keys, told) in [
        ("J", "nothing is on J here; ? lists what works"),
        ("alt-3", "no screen is on Alt-3; there are F1 Label, F2 Agreement, F4 Runs, F6 Data"),
        ("f3", "no screen is on F3; there are F1 Label, F2 Agreement, F4 Runs, F6 Data"),
        ("z", "nothing is on z here; ? lists what works"),
        ("f6 U", "undo: works on the Label screen (F1)"),
        ("s", "skip: works on the Label screen (F1)"),
        ("left up enter backspace", ""),
    ] {
        bench.keys(keys);
        assert_eq!(bench.message(), told, "{keys}");
    }
}
