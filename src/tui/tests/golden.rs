//! What the screens look like: glyphs and styles, at three sizes.

use std::fmt::Write;

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier, Style};
use unicode_width::UnicodeWidthStr;

use super::bench::{Bench, NOON, label_id, question, served};
use super::inbox::{filled, opened};
use crate::domain::{Field, FieldType, ItemKey, Kind, Lane, Role, Value};
use crate::error::Error;
use crate::jobs::Progress;
use crate::tui::msg::{Reply, Request};
use crate::workflow::labelling::{
    Asked, Failed, Feedback, Hit, Hits, LaneRow, News, Nothing, Push, QueuePanel, QueueRow, RoundNews, Served,
    Suggestions,
};
use crate::workflow::overview::{FieldSummary, LabelCount, Overview, PersonCount, Shape, TextLengths};

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 60)];
const THREE: [&str; 3] = ["negative", "neutral", "positive"];

/// A frame as two grids, glyphs and a letter for each cell's style, and what the letters mean.
fn picture(buffer: &Buffer) -> String {
    let mut styles: Vec<Style> = Vec::new();
    let (mut glyphs, mut letters) = (String::new(), String::new());
    let area = buffer.area;
    for y in 0..area.height {
        let (mut row, mut marks, mut covered) = (String::new(), String::new(), 0);
        for x in 0..area.width {
            let cell = &buffer[(x, y)];
            if covered == 0 {
                row.push_str(cell.symbol());
                covered = cell.symbol().width().max(1);
            }
            covered -= 1;
            let style = Style::new().fg(cell.fg).bg(cell.bg).add_modifier(cell.modifier);
            let place = styles.iter().position(|s| *s == style).unwrap_or_else(|| {
                styles.push(style);
                styles.len() - 1
            });
            let plain = style == Style::new().fg(Color::Reset).bg(Color::Reset).add_modifier(Modifier::empty());
            marks.push(if plain { ' ' } else { char::from(b'a' + u8::try_from(place % 26).unwrap_or(0)) });
        }
        writeln!(glyphs, "{}", row.trim_end()).unwrap();
        writeln!(letters, "{}", marks.trim_end()).unwrap();
    }
    let mut picture = format!("{glyphs}{}\n{letters}", "=".repeat(usize::from(area.width)));
    for (place, style) in styles.iter().enumerate() {
        let letter = char::from(b'a' + u8::try_from(place % 26).unwrap_or(0));
        writeln!(picture, "{letter}: {:?} on {:?} {:?}", style.fg, style.bg, style.add_modifier).unwrap();
    }
    picture
}

pub fn check(name: &str, bench: &Bench) {
    for (width, height) in SIZES {
        let picture = picture(&bench.draw(width, height));
        insta::with_settings!({ snapshot_path => "golden", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(format!("{name}-{width}x{height}"), picture);
        });
    }
}

fn normal() -> Bench {
    let mut bench = Bench::seated(&THREE);
    bench.keys("3");
    bench.serve(served(3, "It came in a box."));
    bench.saved(1);
    bench.paint();
    bench
}

/// Training, suggestions shown, flag and note set.
pub fn busy() -> Bench {
    let mut bench = normal();
    bench.keys("F N l o o k enter B");
    let labels = vec![(label_id(2), 0.71), (label_id(1), 0.19), (label_id(0), 0.1)];
    let pushes = vec![Push { at: 0..5, label: label_id(2), weight: 1.2 }];
    bench.reply(Reply::Suggested(2, Box::new(Suggestions { round: 12, labels, pushes })));
    let progress = Progress { stage: "training".into(), done: 43_000, total: 100_000 };
    bench.reply(Reply::News(Box::new(News { progress: Some(progress), ..News::default() })));
    bench.wait(2_000);
    bench
}

fn item(text: &str, fields: &[(&str, &str)]) -> Served {
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Served { fields, ..served(2, text) }
}

fn on(labels: &[&str], item: Served) -> Bench {
    let mut bench = Bench::empty().sit(labels);
    bench.app.label.next = None;
    bench.serve(item);
    bench.keys("1");
    bench.saved(1);
    bench
}

/// Chinese, Japanese and Korean, in labels too.
pub fn cjk() -> Bench {
    let text = "電池は一日中持ちますが、画面は長く見つめているだけで傷がつきます。값은 싸지만 소리가 좋아요。屏幕很容易刮花，但是电池很耐用。";
    on(&["否定的", "中立", "肯定的"], item(text, &[("製品", "電話")]))
}

fn emoji() -> Bench {
    let text =
        "Love it 😍👍🏽 — bought two for the family 👩‍👩‍👧‍👦 🇫🇷!\tNaïve cafe\u{301}, \u{1b}[31mred\u{1b}[0m bell\u{7} शानदार";
    on(&["👎 no", "👍 yes"], item(text, &[("stars", "⭐⭐⭐⭐⭐")]))
}

/// What a search found, one row marked.
pub fn listed() -> Bench {
    let mut bench = Bench::seated(&THREE);
    bench.keys("/ b o x enter");
    let row =
        |(seq, text): (u32, &str)| Hit { seq, id: seq.to_string(), text: text.into(), mine: None, answers: seq % 3 };
    let rows =
        [(5, "It came in a box."), (6, "箱に入っていた。"), (7, "The box was wet 😩 and so was the phone.")].map(row);
    bench.reply(Reply::Found(1, Box::new(Hits { total: 1_204, rows: rows.into(), predicate: false })));
    bench.keys("x");
    bench
}

fn round(number: u32, accuracy: f64) -> RoundNews {
    RoundNews {
        number,
        strategy: "diverse-margin".into(),
        trained_on: 20 * number as usize,
        accuracy: Some((accuracy, 400)),
        interval: Some((accuracy - 0.04, accuracy + 0.03)),
        at: NOON - 60_000,
        took_ms: 420,
    }
}

/// The queue panel.
pub fn queue() -> Bench {
    let mut bench = Bench::seated(&THREE);
    bench.keys("O");
    let lane = |(lane, share, left)| LaneRow { lane, share, left };
    let row = |rank: u32| QueueRow {
        seq: rank,
        id: rank.to_string(),
        key: ItemKey([0; 32]),
        text: "Not exactly what I would call great".into(),
        lane: Lane::Learn,
        rank,
        score: Some(0.01 * f64::from(rank)),
        probabilities: vec![(label_id(2), 0.41), (label_id(0), 0.40)],
        answers: u32::from(rank == 1),
    };
    bench.reply(Reply::Queue(Box::new(QueuePanel {
        by: None,
        strategy: "diverse-margin".into(),
        quantity: "p1 - p2, smallest first".into(),
        instead: None,
        round: Some(round(12, 0.84)),
        lanes: [(Lane::Learn, 75, 20_000), (Lane::Random, 15, 1_500), (Lane::Overlap, 10, 200), (Lane::Gold, 0, 0)]
            .map(lane)
            .into(),
        next: (1..=5).map(row).collect(),
        left: 21_766,
        stop: false,
        advice: "the last three rounds agree only .93".into(),
    })));
    bench
}

fn overview() -> Overview {
    let field = |name: &str, kind, show, missing, shape| FieldSummary {
        field: Field { name: name.into(), kind, show, feature: false, slice: true },
        missing,
        shape,
    };
    Overview {
        items: 22_970,
        evaluation: 2_000,
        gold: 22_970,
        settled: 1_204,
        text: TextLengths {
            shortest: 1,
            median: 14,
            ninth: 31,
            longest: 88,
            empty: 2,
            histogram: vec![1, 4, 9, 12, 9, 7, 4, 2, 1],
        },
        fields: vec![
            field(
                "product",
                FieldType::Text,
                true,
                0,
                Shape::Top { values: vec![("phone".into(), 9_000), ("カメラ".into(), 800)], distinct: 4 },
            ),
            field(
                "mean_rating",
                FieldType::Number,
                false,
                120,
                Shape::Histogram { least: "-4".into(), greatest: "4".into(), counts: vec![1, 2, 9, 3] },
            ),
            field("nothing", FieldType::Date, false, 22_970, Shape::Nothing),
        ],
        labels: [("negative", 380), ("neutral", 224), ("positive", 600)]
            .map(|(name, answers)| LabelCount { name: name.into(), answers, settled: answers / 2 })
            .into(),
        people: vec![PersonCount { name: "ana".into(), role: Role::Lead, answers: 380, skips: 3 }],
        sources: vec![("reviews.csv".into(), 22_970)],
        rounds: (1..=12).map(|n| round(n, 0.5 + 0.03 * f64::from(n))).collect(),
    }
}

/// The Data screen with everything told.
pub fn data() -> Bench {
    let mut bench = Bench::seated(&THREE);
    bench.keys("f6");
    bench.reply(Reply::Overview(Box::new(overview())));
    bench
}

#[test]
fn normal_looks_as_it_did() {
    check("normal", &normal());
}

#[test]
fn nothing_left_looks_as_it_did() {
    let mut bench = Bench::empty();
    check("opening", &bench);
    bench = bench.sit(&THREE);
    (bench.app.label.live, bench.app.label.next) = (None, None);
    bench.reply(Reply::Nothing(Nothing::default()));
    check("empty", &bench);
}

#[test]
fn a_qualification_that_was_not_enough_looks_as_it_did() {
    let mut bench = Bench::seated(&THREE);
    (bench.app.label.live, bench.app.label.next) = (None, None);
    let failed = Some(Failed { answered: 20, to_pass: 16, right: Some(12) });
    bench.reply(Reply::Nothing(Nothing { failed, ..Nothing::default() }));
    check("not-qualified", &bench);
}

#[test]
fn what_the_truth_is_looks_as_it_did() {
    let mut bench = Bench::seated(&THREE);
    bench.keys("1");
    let question = &bench.app.seat.as_ref().expect("a seat").question;
    let [said, truth] = [0, 1].map(|place| Value::Choice(question.labels[place].id));
    bench.saved_with(1, Some(Feedback { id: "8812".into(), said, truth, right: false }));
    check("feedback", &bench);
}

#[test]
fn busy_looks_as_it_did() {
    check("busy", &busy());
}

#[test]
fn an_error_looks_as_it_did() {
    let mut bench = normal();
    let error = Error::io("reviews.karat cannot be written: the disk is full").hint("make room and answer again");
    bench.reply(Reply::Failed(Box::new(Request::Queue), error.clone()));
    check("error", &bench);
    let mut closed = Bench::empty();
    closed.reply(Reply::Closed(error));
    check("closed", &closed);
}

#[test]
fn wide_characters_look_as_they_did() {
    check("cjk", &cjk());
}

#[test]
fn emoji_and_control_characters_look_as_they_did() {
    check("emoji", &emoji());
}

#[test]
fn many_labels_and_levels_look_as_they_did() {
    let names: Vec<String> = (0..77).map(|i| format!("{}_{i}", ["card", "cash", "top_up"][i % 3])).collect();
    let mut bench = on(&names.iter().map(String::as_str).collect::<Vec<_>>(), item("Where is my card?", &[]));
    bench.keys("S enter");
    let mut bench = Bench::seated(&names.iter().map(String::as_str).collect::<Vec<_>>());
    bench.keys("c a s");
    check("filter", &bench);
    let mut levels = Bench::seated(&["sport/ball/golf", "sport/ball/tennis", "sport/ski", "arts"]);
    levels.keys("1");
    check("levels", &levels);
}

#[test]
fn what_lies_on_the_screen_looks_as_it_did() {
    check("list", &listed());
    check("queue", &queue());
    check("inbox", &filled());
    let mut entry = filled();
    entry.reply(Reply::Entry(Box::new(opened())));
    check("inbox-entry", &entry);
    let mut reply = filled();
    reply.keys("down R y e s");
    check("inbox-reply", &reply);
    for (name, keys) in
        [("palette", ": t h"), ("help", "?"), ("note", "N o d d"), ("reasons", "S"), ("guidelines", "G")]
    {
        let mut bench = normal();
        bench.keys(keys);
        check(name, &bench);
    }
}

#[test]
fn another_question_and_a_label_for_many_look_as_they_did() {
    let mut bench = normal();
    let asked = |name: &str, kind| Asked { name: name.into(), kind };
    let questions = [("sentiment", Kind::Choice), ("topic", Kind::Choice), ("quality", Kind::Rating)];
    bench.reply(Reply::Questions(questions.map(|(name, kind)| asked(name, kind)).into()));
    bench.keys("Q");
    check("questions", &bench);
    let mut waiting = Bench::seated(&THREE);
    waiting.keys("1 2");
    check("waiting", &waiting);
    let names: Vec<String> = (0..20).map(|i| format!("{}_{i}", ["card", "cash"][i % 2])).collect();
    let mut many = Bench::seated(&names.iter().map(String::as_str).collect::<Vec<_>>());
    many.keys("/ b o x enter");
    let hit = |seq| Hit { seq, id: seq.to_string(), text: "It came in a box.".into(), mine: None, answers: 0 };
    many.reply(Reply::Found(1, Box::new(Hits { total: 3, rows: [5, 6, 7].map(hit).into(), predicate: false })));
    many.keys("x tab c a s");
    check("find-label", &many);
    let mut note = normal();
    note.keys("N o d d esc");
    check("unkept-note", &note);
}

#[test]
fn the_data_screen_looks_as_it_did() {
    let mut bench = data();
    check("data", &bench);
    bench.keys("tab");
    check("fields", &bench);
    bench.keys("tab");
    check("rounds", &bench);
    assert!(question(&THREE).guidelines.is_some());
}

#[test]
fn agreement_of_people() {
    check("agreement", &super::agreement::agreement());
    let mut judging = super::agreement::agreement();
    judging.keys("enter A B !");
    check("dispute", &judging);
    let mut labels = super::agreement::agreement();
    labels.keys("tab tab down");
    check("agreement-labels", &labels);
    let mut sessions = super::agreement::agreement();
    sessions.keys("K");
    sessions.reply(Reply::Calibrations(question(&THREE).id, vec![super::agreement::session()]));
    sessions.keys("enter");
    check("calibration-session", &sessions);
}
