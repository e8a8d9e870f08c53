//! Replies, and what somebody should hear of.

use super::*;
use crate::domain::{Entry, EntryId, Matter};

impl Fixture {
    fn answer_with_note(&mut self, person: PersonId, item: u32, label: &str, note: &str) -> AnswerId {
        let new = NewAnswer { note: Some(note.into()), ..self.new_answer(person, item, label) };
        self.clock.advance(1_000);
        self.project.write(person, ActKind::Answer, |w| w.add_answer(&new)).unwrap().1.unwrap()
    }

    fn reply(&mut self, by: PersonId, item: u32, body: &str) {
        let question = self.question().id;
        let about = self.project.notes_of_item(question, item).unwrap()[0].answer;
        let new = NewReply { question, item, about, body: body.into() };
        self.clock.advance(1_000);
        self.project.write(by, ActKind::Reply, |w| w.add_reply(&new)).unwrap();
    }

    fn inbox(&self, person: PersonId) -> Vec<Entry> {
        self.project.inbox(person, person == self.ana).unwrap()
    }
}

#[test]
fn a_note_waits_for_a_reply_and_the_reply_comes_to_its_author() {
    let mut f = Fixture::new();
    f.answer_with_note(f.ben, 1, "neutral", "is this sarcasm?");
    let waiting = f.inbox(f.ana);
    assert!(
        matches!(&waiting[..], [Entry { matter: Matter::Note { note, .. }, item: 1, .. }] if note == "is this sarcasm?")
    );
    assert!(f.inbox(f.ben).is_empty(), "one's own note is no news");
    f.reply(f.ana, 1, "yes, see v4");
    assert!(f.inbox(f.ana).is_empty());
    let got = f.inbox(f.ben);
    let [Entry { by, matter: Matter::Reply { note, body }, read: false, .. }] = &got[..] else { panic!("{got:?}") };
    assert_eq!((*by, note.as_deref(), body.as_deref()), (f.ana, Some("is this sarcasm?"), Some("yes, see v4")));
    f.answer_with_note(f.ben, 1, "negative", "is this sarcasm?");
    assert!(f.inbox(f.ana).is_empty(), "the same note beside a changed answer was replied to");
    f.answer_with_note(f.ben, 1, "negative", "and irony?");
    assert_eq!(f.inbox(f.ana).len(), 1);
    assert_eq!(f.inbox(f.ben).len(), 1, "a reply stays");
    f.project.undo(f.ana, &UndoScope::Any).unwrap();
    assert!(f.inbox(f.ben).is_empty(), "unless it is taken back");
    assert_healthy(&mut f.project);
}

#[test]
fn a_ruling_that_differs_is_told_to_those_who_said_otherwise() {
    let mut f = Fixture::new();
    f.answer(f.ben, 1, "neutral");
    f.answer(f.ben, 2, "positive");
    f.answer(f.ana, 1, "negative");
    for item in [1, 2] {
        f.settle(f.ana, item, "positive");
    }
    let got = f.inbox(f.ben);
    assert_eq!(got.iter().map(|e| (e.item, e.matter.word(), e.by)).collect::<Vec<_>>(), [(1, "ruling", f.ana)]);
    assert!(f.inbox(f.ana).is_empty(), "nobody hears of their own rulings");
    let question = f.question();
    let (neutral, positive) = (f.label("neutral").id, f.label("positive").id);
    f.project.write(f.ana, ActKind::Label, |w| w.merge_label(question.id, neutral, positive)).unwrap();
    assert!(f.inbox(f.ben).is_empty(), "both mean the same now");
}

#[test]
fn what_was_read_is_recorded_for_each_and_once() {
    let mut f = Fixture::new();
    f.answer_with_note(f.ben, 1, "neutral", "hm");
    f.reply(f.ana, 1, "well");
    let ids: Vec<EntryId> = f.inbox(f.ben).iter().map(|e| e.id).collect();
    for new in [1, 0] {
        assert_eq!(f.project.write(f.ben, ActKind::Read, |w| w.read_entries(&ids)).unwrap().1, new);
    }
    assert!(f.inbox(f.ben)[0].read);
    assert!(f.project.undo(f.ben, &UndoScope::Any).unwrap().summary.contains("neutral"), "reading is not taken back");
}

#[test]
fn erasing_an_item_blanks_the_replies_about_it() {
    let mut f = Fixture::new();
    f.answer_with_note(f.ben, 1, "neutral", "hm");
    f.reply(f.ana, 1, "he lives in Bonn");
    f.project.erase(f.ana, Target::Item(1)).unwrap();
    let got = f.inbox(f.ben);
    assert!(matches!(&got[0].matter, Matter::Reply { note: None, body: None }), "{got:?}");
    let left: u32 = sql::value(&f.project.conn, "SELECT count(*) FROM content WHERE body LIKE '%Bonn%'", []).unwrap();
    assert_eq!(left, 0);
    assert_healthy(&mut f.project);
}
