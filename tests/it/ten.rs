//! Ten people label one project at once, with an overlap policy, while an eleventh has the Agreement screen open.
//! `KARAT_SECONDS=60 cargo test --test it ten_people -- --nocapture` labels as long as the promise is made for.

use crate::harness::{Terminal, TestEnv};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

const PEOPLE: usize = 10;
/// The policy: so many people's answers at most, and this share of what is served.
const ANSWERS: usize = 3;
const SHARE: f64 = 0.4;
const LABELS: [&str; 3] = ["negative", "neutral", "positive"];

#[test]
fn ten_people_label_while_an_eleventh_watches_how_far_they_agree() {
    let (env, time) = (TestEnv::new(), Duration::from_secs(seconds()));
    env.configure("[label]\nmin_look_ms = 0\n");
    env.project("reviews", 1_000 * seconds() as usize);
    env.karat(["lanes", "--set", "learn=60,random=0,overlap=40,gold=0"]).ok();
    env.karat(["settings", "set", "overlap.answers", &ANSWERS.to_string()]).ok();
    env.karat(["settings", "set", "overlap.share", "60"]).ok();
    let names: Vec<String> = (0..PEOPLE).map(|n| format!("person-{n}")).collect();
    let mut watcher = Terminal::start_sized(&env, &["--by", "ana", "reviews.karat"], 40, 120);
    watcher.wait_for(" answered of ").keys("\x1bOQ").wait_for("Nobody can be compared yet");

    let began = Instant::now();
    let mut receipts: BTreeMap<(String, u32), &str> = BTreeMap::new();
    let mut shown = Vec::new();
    std::thread::scope(|scope| {
        let labelling: Vec<_> = names.iter().map(|name| scope.spawn(|| label(&env, name, began + time))).collect();
        // What is counted lags behind what is saved by the time of a count: the last second need not bring news.
        while began.elapsed() + Duration::from_secs(1) < time {
            let last = shown.last().copied().unwrap_or(0);
            watcher.wait_frame("figures that have grown", |frame| answers(frame).is_some_and(|n| n > last));
            shown.extend(answers(&watcher.frame()));
        }
        for (name, own) in names.iter().zip(labelling) {
            let own = own.join().expect("somebody who labelled");
            receipts.extend(own.into_iter().map(|(item, label)| ((name.clone(), item), label)));
        }
    });
    let seconds = began.elapsed().as_secs_f64();

    let rows = env.read(
        "SELECT person || ' ' || item || ' ' || answer || ' ' || lane AS x FROM v_answers
         WHERE live AND current ORDER BY seq",
    );
    let mut said: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for row in &rows {
        let [person, item, answer, lane] = row.split(' ').collect::<Vec<_>>()[..] else { panic!("{row}") };
        let receipt = receipts.remove(&(person.to_owned(), item.parse().expect("a number")));
        assert_eq!(receipt, Some(answer), "{person} on {item}");
        said.entry(item).or_default().push(lane);
    }
    assert!(receipts.is_empty(), "answered on the screen and not in the file: {receipts:?}");
    let again: Vec<_> = said.iter().filter(|(_, lanes)| lanes[1..].iter().any(|lane| *lane != "overlap")).collect();
    assert!(again.is_empty(), "served twice outside the overlap lane: {again:?}");
    let most = said.values().map(Vec::len).max().unwrap_or(0);
    assert!(most <= ANSWERS, "{most} people were asked about one item");
    let policy = &env.karat(["lanes", "--json"]).json()["overlap"];
    assert_eq!(policy["outside_with_several"], 0, "only items of the share are asked of several: {policy}");
    let overlap = said.values().flatten().filter(|lane| **lane == "overlap").count();
    let share = overlap as f64 / rows.len() as f64;
    assert!((share - SHARE).abs() < 0.15, "{overlap} of {} answers came by the overlap lane", rows.len());

    let all = rows.len() as u64;
    watcher.keys("\x1b[15~").wait_frame("every answer counted", |frame| answers(frame) == Some(all));
    assert!(watcher.frame().contains(&format!("answers of {PEOPLE} people")), "{}", watcher.frame());
    watcher.keys("\x11").wait_end();
    // On a busy machine one measurement may take as long as the whole of a short run.
    assert!(shown.windows(2).all(|two| two[0] < two[1]) && !shown.is_empty(), "the figures followed: {shown:?}");
    env.sound("reviews.karat");
    println!(
        "{PEOPLE} people, {seconds:.0} s: {all} answers on {} items, none lost; {overlap} by the overlap lane, at most \
         {most} on an item; the eleventh saw {} figures on the way",
        said.len(),
        shown.len()
    );
}

/// Answers until a moment; gives what was answered with what.
fn label(env: &TestEnv, person: &str, until: Instant) -> Vec<(u32, &'static str)> {
    let mut terminal = Terminal::sit(env, person);
    let mut given = Vec::new();
    while Instant::now() < until {
        let place = given.len() % LABELS.len();
        given.push((terminal.answer(["1", "2", "3"][place]), LABELS[place]));
        let screen = terminal.contents();
        assert!(!screen.contains("locked"), "{screen}");
    }
    terminal.keys("\x11").wait_end();
    given
}

/// How many answers the Agreement screen counts, by its header.
fn answers(frame: &str) -> Option<u64> {
    let (before, _) = frame.split_once(" answers of ")?;
    before.rsplit(char::is_whitespace).next()?.chars().filter(|c| *c != ',').collect::<String>().parse().ok()
}

fn seconds() -> u64 {
    std::env::var("KARAT_SECONDS").ok().and_then(|n| n.parse().ok()).unwrap_or(5)
}
