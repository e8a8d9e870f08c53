//! The Label screen between two items: the next one is on its way, or there is none.

use super::bench::{Bench, label_id, served};
use crate::domain::Value;
use crate::tui::msg::Reply;
use crate::workflow::labelling::{Failed, Feedback, Held, Nothing};

const THREE: [&str; 3] = ["negative", "neutral", "positive"];

#[test]
fn until_the_next_item_comes_the_last_one_stays_dimmed_and_takes_no_answer() {
    let mut bench = Bench::seated(&THREE);
    bench.keys("1 2");
    let text = bench.text(80, 24);
    assert!(text.contains("looking for the next item") && text.contains("Great sound"), "{text}");
    assert_eq!(bench.keys("3 S"), []);
    assert_eq!(bench.message(), "skip: the next item has not come yet");
    bench.reply(Reply::Waiting("waiting for ben, who imports".into()));
    assert!(bench.text(120, 40).contains("waiting for ben, who imports …"), "{}", bench.text(120, 40));
    bench.saved(2);
    assert!(bench.text(80, 24).contains("looking for the next item"), "{}", bench.text(80, 24));
    bench.serve(served(3, "Came in a box."));
    let text = bench.text(80, 24);
    assert!(text.contains("Came in a box.") && !text.contains("looking for"), "{text}");
}

#[test]
fn what_the_truth_is_stands_over_the_next_item_until_that_is_answered() {
    let mut bench = Bench::seated(&THREE);
    let value =
        |bench: &Bench, place: usize| Value::Choice(bench.app.seat.as_ref().expect("a seat").question.labels[place].id);
    for (given, right, told) in
        [(0, true, "7: negative is right"), (1, false, "you said neutral, it is negative; G opens")]
    {
        bench.keys("1");
        let (said, truth) = (value(&bench, given), value(&bench, 0));
        bench.saved_with(1, Some(Feedback { id: "7".into(), said, truth, right }));
        let text = bench.text(80, 24);
        assert!(text.contains(told), "{text}");
        bench.saved_with(9, None);
        assert!(bench.text(80, 24).contains(told), "another receipt does not take it away");
        bench.serve(served(30 + given as u32, "And the next."));
        bench.serve(served(40 + given as u32, "And the one after."));
    }
    bench.keys("1");
    assert!(!bench.text(80, 24).contains("you said"), "{}", bench.text(80, 24));
}

#[test]
fn whoever_has_not_qualified_is_told_how_far_they_were_and_what_helps() {
    let mut bench = Bench::seated(&THREE);
    bench.keys("1 2");
    let [said, truth] = [0, 1].map(|place| Value::Choice(label_id(place)));
    bench.saved_with(2, Some(Feedback { id: "7".into(), said, truth, right: false }));
    for (right, told) in
        [(Some(12), "Of 20 items 12 were right; 16 are needed."), (None, "Of 20 items 16 must be right; fewer were.")]
    {
        let failed = Some(Failed { answered: 20, to_pass: 16, right });
        bench.reply(Reply::Nothing(Nothing { held: Held::default(), failed }));
        let text = bench.text(80, 24);
        assert!(text.contains(told) && text.contains("people qualify"), "{text}");
        assert!(text.contains("7: you said"), "the last one is told, too: {text}");
        assert!(!text.contains("Nothing is left"), "{text}");
    }
}

#[test]
fn what_others_hold_is_said_with_their_names() {
    let held = |items, people: &[&str]| Held { items, people: people.iter().map(|&name| name.to_owned()).collect() };
    let mut bench = Bench::seated(&THREE);
    bench.keys("1 2");
    for (held, told) in [
        (held(0, &[]), "Nothing is left for you to answer."),
        (held(1, &["ben"]), "ben has the last item."),
        (held(4, &["ben", "chi"]), "ben and chi have the last 4 items."),
        (held(9, &["ben", "chi", "dee", "eli"]), "ben, chi and 2 more have the last 9 items."),
    ] {
        bench.reply(Reply::Nothing(Nothing { held, failed: None }));
        assert!(bench.text(80, 24).contains(told), "{}", bench.text(80, 24));
    }
    bench.serve(served(3, "given back"));
    assert!(bench.text(80, 24).contains("given back"), "{}", bench.text(80, 24));
}
