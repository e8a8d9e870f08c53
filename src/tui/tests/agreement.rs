//! The Agreement screen: moving, opening what is behind a cell, settling a dispute.

use super::bench::{Bench, label_id, question, served};
use crate::agreement::{Coefficient, LabelAgreement, Name, Undefined, Value, Weights};
use crate::domain::{Calibration, CalibrationStep, Estimate, Id, LabelId, Presence, Span, Step, Value as Said};
use crate::tui::app::ScreenName;
use crate::tui::msg::{Effect, Msg, Reply, Request};
use crate::workflow::agreement::{
    AgreementPanel, Behind, Dispute, Group, GroupName, Overview, Pair, PersonAgreement, Vote, Who,
};
use crate::workflow::calibration::{Kept, Report, Share};
use crate::workflow::labelling::{Hit, Hits, News};
use crate::workflow::settle::Settling;

const THREE: [&str; 3] = ["negative", "neutral", "positive"];

fn who(place: usize) -> Who {
    const NAMES: [&str; 4] = ["ana", "ben", "chi", "dee"];
    let name = NAMES.get(place).map_or_else(|| format!("annotator-{place}"), |name| (*name).to_owned());
    Who { id: Id::from_bytes([u8::try_from(place).unwrap() + 1; 16]), name }
}

fn value(value: f64) -> Result<Value, Undefined> {
    Ok(Value { value, ci95: Some((value - 0.03, value + 0.03)), standard_error: None })
}

fn alpha(outcome: Result<Value, Undefined>) -> Coefficient {
    Coefficient { name: Name::KrippendorffAlpha, weights: Weights::Nominal, outcome, units: 4_012, of: 22_970 }
}

pub fn dispute(seq: u32, text: &str, said: &[usize]) -> Dispute {
    let vote = |(person, place): (usize, &usize)| Vote {
        who: who(person),
        value: Said::Choice(label_id(*place)),
        note: (person == 1).then(|| "depends on the tone".to_owned()),
    };
    let votes = said.iter().enumerate().map(vote).collect();
    let probabilities: Vec<(LabelId, f64)> = vec![(label_id(2), 0.71), (label_id(1), 0.29)];
    Dispute { seq, id: format!("r-{seq}"), text: text.into(), votes, ruled: None, probabilities, doubt: 0.9 }
}

/// So many people, every two of whom answered the same items.
pub fn overview(people: usize) -> Overview {
    let mut pairs = Vec::new();
    for a in 0..people {
        for b in a + 1..people {
            let kappa = 0.3 + 0.07 * (a + b) as f64;
            let units = if (a, b) == (0, 1) { 7 } else { 400 };
            pairs.push(Pair { a: who(a), b: who(b), units, observed: 0.7, kappa: value(kappa.min(0.95)) });
        }
    }
    let label = |(place, kappa): (u32, f64)| {
        let name = THREE[place as usize].to_owned();
        let agreement = LabelAgreement {
            label: place,
            answers: 1_000,
            observed: value(0.9),
            positive: value(0.6),
            alpha: value(kappa),
        };
        (name, agreement)
    };
    let person = |place: usize| PersonAgreement {
        who: who(place),
        answers: 2_310 / (place + 1),
        units: 800,
        observed: Ok(0.8),
        kappa: if place == 3 { value(0.21) } else { value(0.83 - 0.1 * place as f64) },
        bias: vec![("negative".into(), 0.1)],
        habit: Some(("positive".into(), 0.5, 0.4)),
    };
    let week = |(name, kappa): (&str, f64)| Group {
        name: GroupName::Said(name.into()),
        units: 900,
        pairable: 300,
        coefficients: vec![alpha(value(kappa))],
    };
    let panel = AgreementPanel {
        units: 22_970,
        answered: 9_000,
        pairable: 4_012,
        answers: 13_000,
        coefficients: vec![alpha(value(0.61))],
        spans: None,
        pairs,
        labels: [(0, 0.71), (1, 0.32), (2, 0.82)].map(label).to_vec(),
        people: (0..people).map(person).collect(),
        groups: [("2026-11-02", 0.52), ("2026-11-09", 0.58), ("2026-11-16", 0.66)].map(week).to_vec(),
        groups_left_out: 0,
    };
    let disputes = vec![
        dispute(11, "It's fine I guess, for what it costs.", &[2, 1, 1]),
        dispute(12, "電池は一日中持ちますが、画面は傷がつきます。", &[0, 1, 2]),
        dispute(13, "I would not call this great.", &[0, 2]),
    ];
    Overview { panel, hidden: 0, accepted: Estimate::wilson(2, 30), todos: 3, disputed: 128, disputes, withheld: 0 }
}

/// The screen with four people and three disputes.
pub fn agreement() -> Bench {
    with(overview(4))
}

pub fn with(overview: Overview) -> Bench {
    let mut bench = Bench::seated(&THREE);
    assert_eq!(bench.keys("f2"), [Effect::Ask(Request::Agreement)]);
    bench.reply(Reply::Agreement(question(&THREE).id, Box::new(overview)));
    bench
}

#[test]
fn nobody_to_compare_is_said_with_what_to_do() {
    let mut empty = overview(1);
    (empty.panel.pairable, empty.panel.coefficients) = (0, vec![alpha(Err(Undefined::NoPairs))]);
    let bench = with(empty);
    let text = bench.text(80, 24);
    assert!(text.contains("no unit has two answers") && text.contains("karat lanes"), "{text}");
}

#[test]
fn enter_on_a_cell_lists_the_items_behind_it() {
    let mut bench = agreement();
    let asked = bench.keys("tab enter");
    let [Effect::Ask(Request::Behind(cell, number))] = asked.as_slice() else { panic!("{asked:?}") };
    assert_eq!(*cell, Behind::Pair(who(0).id, who(1).id));
    assert!(bench.text(80, 24).contains("where these two differ"));
    bench.reply(Reply::Found(*number, Box::default()));
    let behind = |bench: &mut Bench, keys: &str| match bench.keys(keys).pop() {
        Some(Effect::Ask(Request::Behind(cell, _))) => cell,
        other => panic!("{other:?}"),
    };
    assert_eq!(behind(&mut bench, "esc tab down enter"), Behind::Label("neutral".into()));
    assert_eq!(behind(&mut bench, "esc tab down down enter"), Behind::Person(who(2).id));
    bench.keys("esc esc");
    assert_eq!(bench.app.screen, ScreenName::Label);
}

#[test]
fn an_item_behind_a_cell_opens_on_the_label_screen_and_escape_comes_back_to_the_list() {
    let mut bench = agreement();
    let asked = bench.keys("tab enter");
    let [Effect::Ask(Request::Behind(_, number))] = asked.as_slice() else { panic!("{asked:?}") };
    let row = Hit { seq: 77, id: "r-77".into(), text: "odd".into(), mine: None, answers: 2 };
    bench.reply(Reply::Found(*number, Box::new(Hits { total: 1, rows: vec![row], predicate: false })));
    assert_eq!(bench.keys("enter"), [Effect::Ask(Request::Open(77))]);
    bench.reply(Reply::Opened(Box::new(served(77, "An item behind a cell."))));
    assert_eq!(bench.app.screen, ScreenName::Label);
    assert!(bench.text(80, 24).contains("An item behind a cell."), "{}", bench.text(80, 24));
    bench.keys("esc");
    assert!(bench.text(80, 24).contains("where these two differ"), "{}", bench.text(80, 24));
    bench.keys("esc");
    assert_eq!(bench.app.screen, ScreenName::Agreement);
    assert!(bench.app.overlays.is_empty() && bench.text(80, 24).contains("disputes"));
}

#[test]
fn a_dispute_is_settled_with_one_key_and_the_next_comes_up() {
    let mut bench = agreement();
    assert_eq!(bench.keys("enter"), []);
    let text = bench.text(80, 24);
    assert!(text.contains("2 people say neutral") && text.contains("1 person says positive"), "{text}");
    assert!(!text.contains("ana:") && !text.contains("model:"), "names and model are hidden: {text}");
    bench.keys("A B");
    let text = bench.text(80, 24);
    assert!(text.contains("ana: positive") && text.contains("model: positive .71"), "{text}");
    let asked = bench.keys("! N b e c a u s e enter 2");
    let settling = Settling { item: 11, value: Said::Choice(label_id(1)), note: Some("because".into()), unclear: true };
    assert_eq!(asked, [Effect::Ask(Request::Settle(settling))]);
    bench.reply(Reply::Ruled(Some(11), "settled: neutral".into()));
    assert_eq!(bench.message(), "settled: neutral");
    let judging = bench.app.agreement.judging.as_ref().expect("the next one");
    assert_eq!(
        (judging.dispute.seq, judging.names, judging.unclear, &judging.note),
        (12, false, false, &None),
        "blind again"
    );
    bench.keys("esc");
    assert!(bench.app.agreement.judging.is_none());
    assert_eq!(bench.app.agreement.shown.as_ref().map(|o| (o.disputed, o.disputes.len())), Some((127, 2)));
}

#[test]
fn a_digit_on_a_scale_is_the_rating_whoever_gave_it() {
    let mut rated = overview(4);
    for (vote, said) in rated.disputes[0].votes.iter_mut().zip([5, 5, 2]) {
        vote.value = Said::Rating(said);
    }
    let mut bench = with(rated);
    bench.app.seat.as_mut().expect("a seat").question.kind = crate::domain::Kind::Rating;
    bench.keys("enter");
    let text = bench.text(80, 24);
    assert!(
        text.contains("5 5   2 people") && text.contains("2 2   1 person") && text.contains("1 to 5 give"),
        "{text}"
    );
    bench.keys("7");
    assert!(bench.message().contains("not on the scale"), "{}", bench.message());
    assert_eq!(bench.keys("3"), [Effect::Ask(Request::Settle(Settling::of(11, Said::Rating(3))))]);
}

#[test]
fn behind_the_page_that_says_why_it_was_closed_no_key_does_anything() {
    let mut bench = agreement();
    bench.keys("f1");
    bench.reply(Reply::Closed(crate::error::Error::conflict("ana has left this project")));
    for keys in ["1", "3", "f2", "enter", "U", ":"] {
        assert_eq!(bench.keys(keys), [], "{keys}");
    }
    assert!(bench.text(80, 24).contains("ana has left this project"));
    assert_eq!(bench.keys("ctrl-q"), [Effect::Quit]);
}

#[test]
fn the_first_press_settles_once_the_dispute_was_looked_at() {
    let mut bench = agreement();
    bench.keys("enter ?");
    assert!(bench.text(80, 24).contains("settles with the label"), "{}", bench.text(80, 24));
    bench.keys("esc");
    assert_eq!(bench.keys("1"), [Effect::Ask(Request::Settle(Settling::of(11, Said::Choice(label_id(0)))))]);
    bench.reply(Reply::Ruled(Some(11), "settled".into()));
    bench.effects.clear();
    assert_eq!(bench.keys("3"), [Effect::Ask(Request::Settle(Settling::of(12, Said::Choice(label_id(2)))))]);
}

#[test]
fn a_note_that_was_left_is_there_again_and_a_measure_of_another_question_is_dropped() {
    let mut bench = agreement();
    bench.keys("enter N o d d esc");
    assert!(bench.message().contains("not part of the ruling"), "{}", bench.message());
    let asked = bench.keys("N ! enter 1");
    assert!(matches!(&asked[..], [Effect::Ask(Request::Settle(s))] if s.note.as_deref() == Some("odd!")), "{asked:?}");
    bench.keys("esc");
    bench.reply(Reply::Agreement(Id::from_bytes([77; 16]), Box::new(overview(2))));
    assert_eq!(bench.app.agreement.shown.as_ref().map(|o| o.panel.people.len()), Some(4));
}

#[test]
fn a_key_that_is_held_or_too_quick_settles_nothing() {
    let mut bench = agreement();
    bench.keys("enter");
    bench.send(Msg::Key("1".parse().unwrap(), false));
    assert_eq!(std::mem::take(&mut bench.effects), [], "it came up just now");
    bench.wait(1_000);
    bench.send(Msg::Key("1".parse().unwrap(), true));
    assert_eq!(std::mem::take(&mut bench.effects), [], "the key is held down");
}

#[test]
fn what_is_chosen_stays_chosen_wherever_it_moves_to() {
    let mut bench = agreement();
    bench.keys("down down");
    assert_eq!(bench.app.agreement.dispute().map(|d| d.seq), Some(13));
    let mut newer = overview(4);
    newer.disputes.insert(0, dispute(14, "new", &[0, 1]));
    newer.disputes.swap(1, 3);
    bench.reply(Reply::News(Box::new(News { answers: 3, ..News::default() })));
    assert_eq!(std::mem::take(&mut bench.effects).last(), Some(&Effect::Ask(Request::AgreementSoon)));
    assert_eq!(bench.keys("f5"), [Effect::Ask(Request::Agreement)]);
    assert_eq!(bench.keys("f5"), [], "it is asked already");
    bench.reply(Reply::Agreement(question(&THREE).id, Box::new(newer)));
    assert_eq!(bench.app.agreement.dispute().map(|d| d.seq), Some(13));
    assert_eq!(std::mem::take(&mut bench.effects), [Effect::Ask(Request::Agreement)], "more came in meanwhile");
}

#[test]
fn rulings_are_taken_back() {
    let mut bench = agreement();
    assert_eq!(bench.keys("U"), [Effect::Ask(Request::UndoRuling { sure: false })]);
    bench.reply(Reply::WouldUndoRuling("neutral to r-11".into()));
    assert!(bench.message().contains("U again takes it back"), "{}", bench.message());
    assert_eq!(bench.keys("U"), [Effect::Ask(Request::UndoRuling { sure: true })]);
    bench.reply(Reply::WouldUndoRuling("neutral to r-11".into()));
    assert_eq!(bench.keys("down U"), [Effect::Ask(Request::UndoRuling { sure: false })], "something else came between");
    assert_eq!(bench.keys("ctrl-r"), [Effect::Ask(Request::RedoRuling)]);
    bench.reply(Reply::Ruled(Some(11), "took back: neutral to r-11".into()));
    assert_eq!(std::mem::take(&mut bench.effects), [Effect::Ask(Request::Agreement)]);
}

#[test]
fn answers_of_other_kinds_are_numbered_and_a_digit_settles_on_one() {
    let mut spans = overview(4);
    let stretch = |start, end, place| Said::Spans(vec![Span { start, end, label: label_id(place) }]);
    for (vote, said) in spans.disputes[0].votes.iter_mut().zip([stretch(0, 9, 2), stretch(5, 9, 1), stretch(5, 9, 1)]) {
        vote.value = said;
    }
    let mut bench = with(spans);
    bench.app.seat.as_mut().expect("a seat").question.kind = crate::domain::Kind::Spans;
    bench.keys("enter");
    let text = bench.text(80, 24);
    assert!(text.contains("1 neutral \"fine\"   2 people"), "{text}");
    assert!(text.contains("2 positive \"It's fine\"   1 person") && text.contains("karat settle r-11 VALUE"), "{text}");
    bench.keys("7");
    assert!(bench.message().contains("karat settle ITEM VALUE"), "{}", bench.message());
    assert_eq!(bench.keys("2"), [Effect::Ask(Request::Settle(Settling::of(11, stretch(0, 9, 2))))]);
}

#[test]
fn what_the_guidelines_do_not_settle_is_a_list_whose_items_open() {
    let mut bench = agreement();
    assert!(bench.text(120, 40).contains("3 to-dos (T)"), "{}", bench.text(120, 40));
    let asked = bench.keys("T");
    let [Effect::Ask(Request::Todo(number))] = asked.as_slice() else { panic!("{asked:?}") };
    let row = Hit { seq: 77, id: "r-77".into(), text: "chi: sarcasm?: \"odd\"".into(), mine: None, answers: 2 };
    bench.reply(Reply::Found(*number, Box::new(Hits { total: 1, rows: vec![row], predicate: false })));
    assert!(bench.text(80, 24).contains("chi: sarcasm?"), "{}", bench.text(80, 24));
    assert_eq!(bench.keys("enter"), [Effect::Ask(Request::Open(77))]);
}

fn kept(alpha: f64) -> Kept {
    Kept {
        alpha: Some(alpha),
        ci95: Some((alpha - 0.2, alpha + 0.2)),
        reason: None,
        weights: "nominal".into(),
        percent: Some(0.8),
        items: 20,
        pairable: 20,
        answers: 80,
        people: 4,
        guidelines: 3,
    }
}

/// A session of four people whose second half is under way.
pub fn session() -> Report {
    let step = |step| Step { step, kept: None, by: who(0).id, at: 0 };
    let session = Calibration {
        id: Id::from_bytes([8; 16]),
        name: "monday".into(),
        seed: 0,
        people: (0..4).map(|place| who(place).id).collect(),
        halves: [(1..=20).collect(), (21..=40).collect()],
        steps: vec![step(CalibrationStep::Compared), step(CalibrationStep::Continued)],
        by: who(0).id,
        at: 0,
    };
    let shares = (0..4)
        .map(|place| Share { who: who(place), presence: Presence::Here, done: [(20, 20), (5 * place, 20)] })
        .collect();
    let disputes = vec![dispute(11, "It's fine I guess.", &[2, 1]), dispute(12, "Not great.", &[0, 1])];
    Report { session, shares, before: Some(kept(0.5)), after: None, disputed: 2, disputes }
}

#[test]
fn a_calibration_session_opens_and_its_disputes_are_settled_there() {
    let mut bench = agreement();
    assert_eq!(bench.keys("K"), [Effect::Ask(Request::Calibrations)]);
    bench.reply(Reply::Calibrations(question(&THREE).id, vec![session()]));
    assert!(bench.text(80, 24).contains("monday"), "{}", bench.text(80, 24));
    bench.keys("enter");
    let text = bench.text(120, 40);
    assert!(text.contains("second half") && text.contains(".50 [.30, .70]") && text.contains("15 of 20"), "{text}");
    assert!(text.contains("karat calibration close monday"), "{text}");
    bench.keys("down enter");
    assert!(bench.text(80, 24).contains("r-12 · 2 of 2"), "{}", bench.text(80, 24));
    assert_eq!(bench.keys("1"), [Effect::Ask(Request::Settle(Settling::of(12, Said::Choice(label_id(0)))))]);
    bench.reply(Reply::Ruled(Some(12), "settled".into()));
    assert_eq!(
        std::mem::take(&mut bench.effects),
        [Effect::Ask(Request::Agreement), Effect::Ask(Request::Calibrations)]
    );
    assert_eq!(bench.app.agreement.judging.as_ref().map(|judging| judging.dispute.seq), Some(11));
    bench.keys("esc");
    assert!(bench.text(80, 24).contains("1 dispute among its people"), "{}", bench.text(80, 24));
    bench.keys("esc");
    assert!(bench.text(80, 24).contains("calibration sessions"), "{}", bench.text(80, 24));
    bench.keys("esc");
    assert!(bench.app.agreement.sessions.is_none() && bench.app.screen == ScreenName::Agreement);
}

#[test]
fn a_session_that_goes_a_step_further_elsewhere_is_read_again() {
    let mut bench = agreement();
    bench.keys("K");
    bench.reply(Reply::News(Box::new(News { calibration: true, ..News::default() })));
    assert!(std::mem::take(&mut bench.effects).contains(&Effect::Ask(Request::Calibrations)));
}

#[test]
fn more_people_than_fit_are_a_list_with_the_worst_pairs_first() {
    let mut many = overview(20);
    many.panel.people.truncate(20);
    let text = with(many).text(120, 40);
    assert!(text.contains("ana · ben") && text.contains("ana · chi"), "{text}");
}
