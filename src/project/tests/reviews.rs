//! Items that are sent back, and files from before there were any.

use super::*;
use crate::domain::{Lane, ReviewCause, ReviewId};

impl Fixture {
    fn send(&mut self, item: u32, cause: ReviewCause) -> Option<ReviewId> {
        let new = NewReview { question: self.question().id, item, cause, note: Some("product = 'phone'".into()) };
        self.clock.advance(1_000);
        self.project.write(self.ana, ActKind::Review, |w| w.send_to_review(&new)).unwrap().1
    }

    fn open(&self, item: u32) -> Option<ReviewId> {
        self.project.open_review(self.question().id, item).unwrap()
    }

    fn answer_review(&mut self, item: u32, review: ReviewId) {
        let mut new = self.new_answer(self.ben, item, "neutral");
        (new.how.lane, new.how.review) = (Lane::Review, Some(review));
        self.project.write(self.ben, ActKind::Answer, |w| w.add_answer(&new)).unwrap();
    }
}

#[test]
fn a_review_is_open_until_an_answer_names_it_and_again_when_that_is_undone() {
    let mut f = Fixture::new();
    let review = f.send(2, ReviewCause::Sent).unwrap();
    assert_eq!(f.send(2, ReviewCause::Sent), None, "it waits already");
    f.answer(f.ben, 2, "positive");
    assert_eq!(f.open(2), Some(review), "an answer for another reason leaves it open");
    f.answer_review(2, review);
    assert_eq!(f.open(2), None);
    let all = f.project.reviews(&f.question()).unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!((all[0].0, all[0].1.answered, all[0].1.by), (2, true, f.ana));
    assert_eq!(all[0].1.note.as_deref(), Some("product = 'phone'"));
    f.project.undo(f.ben, &UndoScope::Any).unwrap();
    assert_eq!(f.open(2), Some(review));
    f.project.undo(f.ana, &UndoScope::Any).unwrap();
    assert_eq!(f.open(2), None, "sending back is taken back too");
    assert!(f.project.verify().unwrap().ok());
}

#[test]
fn copies_agree_on_what_is_open() {
    let mut f = Fixture::new();
    let review = f.send(3, ReviewCause::Accepted).unwrap();
    let (mut other, path) = (f.copy("other.karat"), f.folder.path().join("other.karat"));
    f.answer_review(3, review);
    let (ana, mine) = (f.ana, f.project.path().to_owned());
    other.merge(ana, &mine).unwrap();
    f.project.merge(ana, &path).unwrap();
    let question = f.question();
    assert_eq!(other.open_review(question.id, 3).unwrap(), None);
    assert_eq!(other.reviews(&question).unwrap(), f.project.reviews(&question).unwrap());
    assert_eq!(other.content_digest(), f.project.content_digest());
}

#[test]
fn one_answer_closes_the_reviews_that_both_copies_sent() {
    let mut f = Fixture::new();
    let (mut other, path) = (f.copy("other.karat"), f.folder.path().join("other.karat"));
    f.send(3, ReviewCause::Sent).unwrap();
    f.clock.advance(1_000);
    let question = f.question();
    let new = NewReview { question: question.id, item: 3, cause: ReviewCause::Sent, note: None };
    other.write(f.ben, ActKind::Review, |w| w.send_to_review(&new)).unwrap();
    f.project.merge(f.ana, &path).unwrap();
    let first = f.open(3).unwrap();
    f.clock.advance(1_000);
    f.answer_review(3, first);
    assert_eq!(f.open(3), None, "both are answered");
    assert!(f.project.reviews(&question).unwrap().iter().all(|(_, review)| review.answered));
    let later = f.send(3, ReviewCause::Sent);
    assert!(later.is_some() && f.open(3) == later, "what is sent later waits for an answer of its own");
}

/// Four items, three answers, a ruling, an undo and a setting, written by the program when its schema was 1.
const FIRST_SCHEMA: &[u8] = include_bytes!("../../../tests/it/data/first-schema.karat");

#[test]
fn a_file_of_the_first_schema_is_brought_up_and_still_verifies() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.karat");
    std::fs::write(&path, FIRST_SCHEMA).unwrap();
    let own = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(&path, own).unwrap();
    let clock = Arc::new(FixedClock::at(1_800_000_000_000));
    let mut project = Project::open(&path, place(&clock)).unwrap();
    assert!(project.notes().iter().any(|note| note.contains("old.karat.v1.bak")), "{:?}", project.notes());
    assert!(project.doctor().unwrap().iter().all(|check| check.ok), "{:?}", project.doctor());
    let question = project.question(None).unwrap();
    assert_eq!(project.current_answers(&question).unwrap().len(), 3);
    let ana = project.person_named("ana").unwrap().unwrap().id;
    let new = NewReview { question: question.id, item: 1, cause: ReviewCause::Sent, note: None };
    project.write(ana, ActKind::Review, |w| w.send_to_review(&new)).unwrap();
    assert!(project.verify().unwrap().ok() && project.rebuild().unwrap().is_empty());
}
