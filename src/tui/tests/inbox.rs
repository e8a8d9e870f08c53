//! The inbox, replies, and what a role leaves enabled.

use super::bench::{Bench, NOON};
use crate::domain::{EntryId, Id, QuestionId, Role};
use crate::error::Error;
use crate::tui::commands::Scope;
use crate::tui::msg::{Effect, Reply, Request};
use crate::workflow::inbox::{Line, Opened};

fn id(n: u8) -> EntryId {
    Id::from_bytes([n; 16])
}

fn question() -> QuestionId {
    Id::from_bytes([7; 16])
}

fn line(n: u8, kind: &'static str, by: &str, text: &str) -> Line {
    Line {
        id: id(n),
        kind,
        seq: n.into(),
        item: format!("r-{n}"),
        question: (question(), "sentiment".into()),
        by: Some(by.into()),
        at: NOON - i64::from(n) * 3_600_000,
        read: false,
        text: Some(text.into()),
        answer: (kind != "reply").then(|| "neutral".into()),
        ruling: (kind == "ruling").then(|| "negative".into()),
        note: None,
    }
}

/// A reply, a ruling that differs and a note that nobody has replied to; the reply is read.
pub fn filled() -> Bench {
    let mut bench = Bench::seated(&["negative", "neutral", "positive"]);
    assert_eq!(bench.keys("I"), [Effect::Ask(Request::Inbox)]);
    let reply = Line { read: true, ..line(30, "reply", "chi", "Yes: v4 has a word on it.") };
    bench.reply(Reply::Inbox(vec![
        line(1, "ruling", "ben", "sarcasm is negative, see v4"),
        line(2, "note", "dee", "批判か皮肉か 😩\nI cannot tell"),
        reply,
    ]));
    bench
}

pub fn opened() -> Opened {
    Opened {
        line: line(1, "ruling", "ben", "sarcasm is negative, see v4"),
        text: "Oh great, it scratched on the first day.".into(),
        mine: Some("neutral".into()),
        ruling: Some(("negative".into(), Some("ben".into()), Some("sarcasm is negative, see v4".into()))),
        notes: vec![("ana".into(), "sarcasm?".into())],
        replies: vec![("ben".into(), "ana".into(), "yes".into())],
        may_reply: false,
    }
}

#[test]
fn an_entry_is_opened_and_stays_where_it_was_until_the_inbox_is_closed() {
    let mut bench = filled();
    assert!(bench.text(80, 24).contains("inbox 2"), "the status line counts: {}", bench.text(80, 24));
    assert_eq!(bench.keys("enter"), [Effect::Ask(Request::OpenEntry(id(1)))]);
    bench.reply(Reply::Entry(Box::new(opened())));
    let text = bench.text(80, 24);
    assert!(
        text.contains("you answered neutral")
            && text.contains("ruled negative by ben: sarcasm is negative, see v4")
            && text.contains("note of ana: sarcasm?")
            && text.contains("ben to ana: yes")
            && text.contains("Oh great, it scratched"),
        "{text}"
    );
    let mut read = line(1, "ruling", "ben", "sarcasm is negative, see v4");
    read.read = true;
    bench.reply(Reply::Inbox(vec![read, line(2, "note", "dee", "hm")]));
    bench.keys("esc");
    assert_eq!(bench.app.scope(), Scope::Inbox);
    assert!(bench.text(80, 24).contains("ruled negative: sarcasm"), "what was opened stays: {}", bench.text(80, 24));
    bench.keys("esc");
    assert_eq!(bench.app.scope(), Scope::Label);
}

#[test]
fn what_was_read_is_shown_when_asked_for_and_all_can_be_marked() {
    let mut bench = filled();
    assert!(!bench.text(80, 24).contains("v4 has a word"));
    bench.keys("tab");
    assert!(bench.text(80, 24).contains("v4 has a word"));
    assert_eq!(bench.keys("D"), [Effect::Ask(Request::ReadInbox)]);
    bench.keys("tab");
    bench.reply(Reply::Inbox(Vec::new()));
    assert!(bench.text(80, 24).contains("nothing new"));
    assert_eq!(bench.keys("enter"), []);
    assert_eq!(bench.message(), "open: the inbox is empty");
}

#[test]
fn a_note_is_replied_to_and_a_reply_that_fails_comes_back_with_its_text() {
    let mut bench = filled();
    assert_eq!(bench.keys("R"), []);
    assert_eq!(bench.message(), "reply: this is a ruling; notes are replied to");
    let asked = bench.keys("down R n o enter");
    let wanted = |to: Option<&str>, text: &str| Request::Reply {
        question: question(),
        seq: 2,
        to: to.map(str::to_owned),
        text: text.to_owned(),
    };
    assert_eq!(asked, [Effect::Ask(wanted(Some("dee"), "no"))]);
    let failed = Reply::Failed(Box::new(wanted(Some("dee"), "no")), Error::conflict("dee took it back"));
    bench.reply(failed);
    assert!(bench.text(80, 24).contains("to dee: no"), "{}", bench.text(80, 24));
    bench.keys("esc");
    assert_eq!(bench.app.scope(), Scope::Inbox);
}

#[test]
fn what_a_role_does_not_allow_is_refused_with_who_may() {
    let mut bench = Bench::seated(&["negative", "neutral", "positive"]);
    bench.reply(Reply::Standing(Role::Annotator, 0));
    assert_eq!(bench.message(), "you are annotator here now");
    assert_eq!(bench.keys(": l a b e l space a d d space n e w enter"), []);
    assert!(
        bench.message().contains("ana is annotator here and may not change labels; leads may"),
        "{}",
        bench.message()
    );
    bench.reply(Reply::Standing(Role::Reviewer, 3));
    assert!(bench.text(80, 24).contains("inbox 3"));
}
