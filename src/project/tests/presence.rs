//! Leaving and returning.

use super::*;
use crate::domain::{Lane, Presence, ReviewCause};

impl Fixture {
    fn leave(&mut self, person: PersonId, state: Presence) {
        self.clock.advance(1_000);
        let (_, ()) =
            self.project.write(self.ana, ActKind::Person, |w| w.set_presence(person, state, Some("moved on"))).unwrap();
    }

    fn settled(&self, item: u32) -> Option<(String, u32)> {
        let question = self.question();
        let settled = self.project.settled(&question).unwrap().remove(&item)?;
        Some((question.spell(&settled.value), settled.answers))
    }
}

#[test]
fn whoever_has_left_may_not_act_and_hears_who_said_so_and_why() {
    let mut f = Fixture::new();
    f.leave(f.ben, Presence::Left);
    let new = f.new_answer(f.ben, 1, "positive");
    let refused = f.project.write(f.ben, ActKind::Answer, |w| w.add_answer(&new)).unwrap_err();
    assert!(
        refused.message.starts_with("ben has left this project; ana recorded it on 2027-01-15")
            && refused.message.ends_with(": moved on"),
        "{refused}"
    );
    assert_eq!(refused.hint.as_deref(), Some("a lead lets ben return: karat people return ben"));
    assert!(f.project.actor("ben").is_err(), "not by name either");
    assert!(f.project.undo(f.ben, &UndoScope::Any).is_err());
    f.leave(f.ben, Presence::Here);
    assert_eq!(f.project.leaving(f.ben).unwrap(), None);
    f.answer(f.ben, 1, "positive");
    assert_healthy(&mut f.project);
}

#[test]
fn leaving_gives_back_what_lay_before_them() {
    let mut f = Fixture::new();
    let (question, ben, ana) = (f.question().id, f.ben, f.ana);
    f.project.lease(question, ben, [1, 2], 2, i64::MAX).unwrap();
    f.project.put_draft(question, ben, 1, &serde_json::json!({"note": "hm"})).unwrap();
    f.project.take_job("train", "ben, who trains sentiment", 60_000).unwrap();
    f.project.take_job("other", "benny, who trains sentiment", 60_000).unwrap();
    assert_eq!(f.project.holding(ben).unwrap(), Holding { leases: 2, drafts: 1, jobs: 1 });
    assert_eq!(f.project.leased_by_others(question, ana).unwrap().len(), 2);
    f.leave(ben, Presence::Left);
    assert_eq!(f.project.holding(ben).unwrap(), Holding::default());
    assert!(f.project.leased_by_others(question, ana).unwrap().is_empty());
    assert_eq!(f.project.job_holder("train").unwrap(), None);
    assert!(f.project.job_holder("other").unwrap().is_some());
    assert!(f.project.put_draft(question, ben, 1, &serde_json::json!(1)).is_err(), "nor comes anything new");
}

#[test]
fn answers_are_kept_unless_they_are_excluded_and_come_back_with_undo_or_return() {
    let mut f = Fixture::new();
    f.answer(f.ana, 1, "positive");
    f.answer(f.ben, 1, "negative");
    f.answer(f.ben, 2, "neutral");
    let question = f.question();
    let since = f.project.last_act().unwrap();
    f.leave(f.ben, Presence::Left);
    assert_eq!((f.settled(1), f.settled(2)), (None, Some(("neutral".into(), 1))));
    f.leave(f.ben, Presence::Excluded);
    assert_eq!((f.settled(1), f.settled(2)), (Some(("positive".into(), 1)), None));
    assert_eq!(f.says(f.ben, 2), None);
    assert_eq!(f.project.counts(question.id).unwrap().answers, 1);
    assert_eq!(f.project.excluded_answers().unwrap().len(), 2);
    assert_eq!(f.project.moved_since(question.id, since).unwrap(), Some(2), "whoever follows hears of it");
    assert_eq!(f.project.moved_since(question.id, f.project.last_act().unwrap()).unwrap(), None);
    assert!(f.project.log(1).unwrap()[0].summary.ends_with("ben has left and counts no more: moved on"));
    assert_healthy(&mut f.project);

    let since = f.project.last_act().unwrap();
    f.project.undo(f.ana, &UndoScope::Any).unwrap();
    assert_eq!(f.project.moved_since(question.id, since).unwrap(), Some(2));
    assert_eq!(f.says(f.ben, 2).as_deref(), Some("neutral"), "kept, as before");
    f.project.redo(f.ana, &UndoScope::Any).unwrap();
    f.leave(f.ben, Presence::Here);
    assert_eq!(f.settled(2), Some(("neutral".into(), 1)));
    assert_healthy(&mut f.project);
}

#[test]
fn what_comes_in_of_somebody_excluded_counts_no_more_than_the_rest() {
    let mut f = Fixture::new();
    f.answer(f.ben, 1, "negative");
    f.leave(f.ben, Presence::Excluded);
    let imported = NewAnswer { source: Some("old.csv".into()), ..f.new_answer(f.ben, 1, "positive") };
    f.project.write(f.ana, ActKind::Import, |w| w.add_answer(&imported)).unwrap();
    assert_eq!(f.says(f.ben, 1), None);
    assert_healthy(&mut f.project);
    f.leave(f.ben, Presence::Here);
    assert_eq!(f.says(f.ben, 1).as_deref(), Some("positive"), "it replaced the one before");
    assert!(f.project.conflicts().unwrap().is_empty());
}

#[test]
fn an_excluded_answer_answers_no_review() {
    let mut f = Fixture::new();
    let question = f.question().id;
    let new = NewReview { question, item: 2, cause: ReviewCause::Sent, note: None };
    let review = f.project.write(f.ana, ActKind::Review, |w| w.send_to_review(&new)).unwrap().1;
    let mut answer = f.new_answer(f.ben, 2, "neutral");
    (answer.how.lane, answer.how.review) = (Lane::Review, review);
    f.project.write(f.ben, ActKind::Answer, |w| w.add_answer(&answer)).unwrap();
    assert_eq!(f.project.open_review(question, 2).unwrap(), None);
    f.leave(f.ben, Presence::Excluded);
    assert_eq!(f.project.open_review(question, 2).unwrap(), review);
}

#[test]
fn copies_agree_on_who_takes_part() {
    let mut f = Fixture::new();
    f.answer(f.ben, 1, "negative");
    let (mut other, path) = (f.copy("other.karat"), f.folder.path().join("other.karat"));
    f.leave(f.ben, Presence::Excluded);
    let (ana, mine) = (f.ana, f.project.path().to_owned());
    let answer = f.new_answer(f.ben, 3, "positive");
    other.write(f.ben, ActKind::Answer, |w| w.add_answer(&answer)).unwrap();
    other.merge(ana, &mine).unwrap();
    f.project.merge(ana, &path).unwrap();
    let question = f.question();
    for project in [&mut other, &mut f.project] {
        assert_eq!(project.current_answers(&question).unwrap(), []);
        assert_eq!(project.excluded_answers().unwrap().len(), 2);
        assert_healthy(project);
    }
    assert_eq!(other.content_digest().unwrap(), f.project.content_digest().unwrap());
}
