use super::*;
use crate::domain::RulingOrigin;
use crate::error::Kind as Fault;

#[test]
fn an_answer_replaces_the_one_before_and_undo_brings_it_back() {
    let mut f = Fixture::new();
    let first = f.answer(f.ana, 1, "negative");
    f.answer(f.ana, 1, "positive");
    assert_eq!(f.says(f.ana, 1).as_deref(), Some("positive"));
    let rows = f.project.answers_of_item(1).unwrap();
    assert_eq!(
        rows.iter().map(|r| (r.current, r.live, r.answer.supersedes.clone())).collect::<Vec<_>>(),
        [(false, true, vec![]), (true, true, vec![first])]
    );
    let scope = UndoScope::Question(f.question().id);
    assert_eq!(f.project.undo(f.ana, &scope).unwrap().summary, "positive to r-1");
    assert_eq!(f.says(f.ana, 1).as_deref(), Some("negative"));
    f.project.undo(f.ana, &scope).unwrap();
    assert_eq!(f.says(f.ana, 1), None);
    assert_eq!(f.project.undo(f.ana, &scope).unwrap_err().kind, Fault::Conflict);
    assert_eq!(f.project.redo(f.ana, &scope).unwrap().item, Some(1));
    f.project.redo(f.ana, &scope).unwrap();
    assert_eq!(f.says(f.ana, 1).as_deref(), Some("positive"));
    assert!(f.project.redo(f.ana, &scope).is_err());
    assert_healthy(&mut f.project);
}

#[test]
fn imported_answers_are_of_the_day_that_their_file_gives() {
    let mut f = Fixture::new();
    f.answer(f.ana, 1, "negative");
    let since = f.project.place().now() - 1_000;
    let (ana, question) = (f.ana, f.question().id);
    for (item, imported_at) in [(2, None), (3, Some(since - 1)), (4, Some(since))] {
        let how = How { imported_at, ..How::picked(Origin::Import) };
        let new = NewAnswer { how, source: Some("old.csv".into()), ..f.new_answer(f.ana, item, "neutral") };
        f.project.write(ana, ActKind::Import, |w| w.add_answer(&new)).unwrap();
    }
    assert_eq!(f.project.answered_since(question, ana, since).unwrap(), 2, "her own, and the one that says today");
}

#[test]
fn redo_is_over_once_something_else_was_done() {
    let mut f = Fixture::new();
    f.answer(f.ana, 1, "negative");
    f.project.undo(f.ana, &UndoScope::Any).unwrap();
    f.answer(f.ben, 1, "neutral");
    assert!(f.project.redo(f.ben, &UndoScope::Any).is_err());
    f.answer(f.ana, 2, "neutral");
    assert!(f.project.redo(f.ana, &UndoScope::Any).is_err());
}

#[test]
fn undo_is_refused_where_others_built_on_it() {
    let mut f = Fixture::new();
    let (ana, question) = (f.ana, f.question().id);
    f.project.write(ana, ActKind::Label, |w| w.add_label(question, "sarcasm", Some('s'))).unwrap();
    f.answer(f.ben, 1, "sarcasm");
    let error = f.project.undo(f.ana, &UndoScope::Any).unwrap_err();
    assert!(error.message.contains("ben has answered with the label"), "{error}");
    f.project.undo(f.ben, &UndoScope::Any).unwrap();
    f.project.undo(f.ana, &UndoScope::Any).unwrap();
    assert_eq!(f.question().labels.len(), 3);

    f.answer(f.ben, 2, "neutral");
    f.settle(f.ana, 2, "positive");
    let error = f.project.undo(f.ben, &UndoScope::Any).unwrap_err();
    assert!(error.message.contains("ana has settled the item since"), "{error}");
    f.project.undo(f.ana, &UndoScope::Any).unwrap();
    f.project.undo(f.ben, &UndoScope::Any).unwrap();
    assert_healthy(&mut f.project);
}

#[test]
fn one_act_of_many_answers_is_undone_at_once() {
    let mut f = Fixture::new();
    let (ana, all) = (f.ana, (1..=6).map(|i| f.new_answer(f.ana, i, "positive")).collect::<Vec<_>>());
    f.project.write(ana, ActKind::Answer, |w| all.iter().try_for_each(|new| w.add_answer(new).map(|_| ()))).unwrap();
    assert_eq!(f.project.counts(f.question().id).unwrap().answers, 6);
    let before = f.project.last_act().unwrap();
    let undone = f.project.undo(f.ana, &UndoScope::Any).unwrap();
    assert_eq!((undone.summary.as_str(), undone.item), ("6 answers", None));
    let changed = f.project.changed_answers(&f.question(), before).unwrap();
    assert_eq!(changed.len(), 6);
    assert!(changed.iter().all(|(_, person, now)| *person == f.ana && now.is_none()));
}

#[test]
fn everything_about_an_answer_reads_back() {
    let mut f = Fixture::new();
    let mut new = f.new_answer(f.ana, 3, "neutral");
    new.flag = true;
    new.note = Some("hard one".into());
    new.how = How {
        lane: crate::domain::Lane::Learn,
        round: Some(4),
        rank: Some(17),
        selection_probability: Some(0.25),
        origin: Origin::Key,
        suggestion: crate::domain::Suggestion::Shown,
        guidelines: 2,
        labels: 1,
        shown_at: Some(5),
        active_ms: Some(6),
        imported_at: None,
        review: None,
    };
    let ana = f.ana;
    f.project.write(ana, ActKind::Answer, |w| w.add_answer(&new)).unwrap();
    let row = f.project.answers().unwrap().remove(0);
    assert_eq!((row.item, row.live, row.current, row.stale), (3, true, true, false));
    let answer = row.answer;
    assert_eq!((answer.said, answer.flag, answer.note, answer.how), (new.said, true, new.note, new.how));
    assert_eq!(answer.item, f.project.item(3).unwrap().key);

    let skip = NewAnswer { said: Said::Skipped(Some(SkipReason::Distressing)), ..f.new_answer(f.ana, 4, "neutral") };
    f.project.write(ana, ActKind::Answer, |w| w.add_answer(&skip)).unwrap();
    let counts = f.project.counts(f.question().id).unwrap();
    assert_eq!((counts.answers, counts.answered_items, counts.skips), (1, 1, 1));
    let history = f.project.history(&f.question(), f.ana, 9).unwrap();
    assert_eq!(history.iter().map(|a| a.item).collect::<Vec<_>>(), [4, 3]);
    assert_eq!(history[0].said, skip.said);
}

#[test]
fn every_kind_of_value_reads_back() {
    let mut f = Fixture::new();
    let ana = f.ana;
    for kind in Kind::ALL {
        let id = f.project.write(ana, ActKind::Question, |w| {
            let id = w.add_question(kind.as_str(), *kind)?;
            if !kind.has_labels() {
                return Ok((id, crate::domain::LabelId::from_bytes([0; 16])));
            }
            w.add_label(id, "a", None)?;
            w.add_label(id, "b", None).map(|b| (id, b))
        });
        let (id, b) = id.unwrap().1;
        let value = match kind {
            Kind::Choice => Value::Choice(b),
            Kind::Choices => Value::Choices(vec![b]),
            Kind::Spans => Value::Spans(vec![crate::domain::Span { start: 0, end: 4, label: b }]),
            Kind::Rating => Value::Rating(3),
            Kind::Text => Value::Text("déjà \"vu\"".into()),
            Kind::Preference => Value::Preference(crate::domain::Side::Left),
        };
        let new = NewAnswer { question: id, said: Said::Value(value.clone()), ..f.new_answer(ana, 1, "neutral") };
        f.project.write(ana, ActKind::Answer, |w| w.add_answer(&new)).unwrap();
        let question = f.project.question(Some(kind.as_str())).unwrap();
        assert_eq!(f.project.answer_of(&question, 1, ana).unwrap().unwrap().said, Said::Value(value));
    }
    assert_eq!(f.project.answers().unwrap().len(), Kind::ALL.len());
}

#[test]
fn what_cannot_be_said_of_an_item_is_not_written() {
    let mut f = Fixture::new();
    let ana = f.ana;
    let (rating, spans, label) = f
        .project
        .write(ana, ActKind::Question, |w| {
            let (rating, spans) = (w.add_question("stars", Kind::Rating)?, w.add_question("parts", Kind::Spans)?);
            assert!(w.add_label(rating, "a", None).is_err_and(|e| e.message.contains("not answered with labels")));
            w.set_scale(rating, "0-3".parse()?)?;
            Ok((rating, spans, w.add_label(spans, "a", None)?))
        })
        .unwrap()
        .1;
    let long = f.project.item(1).unwrap().text.chars().count() as u32;
    let span = |start, end| Value::Spans(vec![crate::domain::Span { start, end, label }]);
    for (question, value, fits) in [
        (rating, Value::Rating(0), true),
        (rating, Value::Rating(4), false),
        (spans, Value::Spans(Vec::new()), true),
        (spans, span(0, long), true),
        (spans, span(0, long + 1), false),
        (spans, span(3, 2), false),
    ] {
        let new = NewAnswer { question, said: Said::Value(value.clone()), ..f.new_answer(ana, 1, "neutral") };
        let ruling = NewRuling::of(question, 1, value.clone(), RulingOrigin::Imported);
        let before = f.project.last_act().unwrap();
        let done = [
            f.project.write(ana, ActKind::Answer, |w| w.add_answer(&new)).is_ok(),
            f.project.write(ana, ActKind::Settle, |w| w.add_ruling(&ruling)).is_ok(),
            f.project.write(ana, ActKind::Import, |w| w.put_gold(question, 1, &value)).is_ok(),
        ];
        assert_eq!(done, [fits; 3], "{value:?}");
        assert_eq!(f.project.last_act().unwrap() > before, fits, "{value:?}");
    }
    assert_healthy(&mut f.project);
}

#[test]
fn an_imported_answer_is_added_once_and_again_after_undo() {
    let mut f = Fixture::new();
    let (ana, new) = (f.ana, NewAnswer { source: Some("answers.csv".into()), ..f.new_answer(f.ben, 1, "neutral") });
    let import = |f: &mut Fixture| f.project.write(ana, ActKind::Import, |w| w.add_answer(&new)).unwrap();
    let (act, first) = import(&mut f);
    assert_eq!(import(&mut f), (None, None));
    f.project.undo(ana, &UndoScope::Act(act.unwrap())).unwrap();
    assert_eq!(f.says(f.ben, 1), None);
    let (_, again) = import(&mut f);
    assert!(again.is_some() && again != first);
    assert_eq!(f.says(f.ben, 1).as_deref(), Some("neutral"));
    assert_healthy(&mut f.project);
}

#[test]
fn the_value_that_precedes_settles() {
    let mut f = Fixture::new();
    let question = f.question();
    f.answer(f.ana, 1, "neutral");
    f.answer(f.ana, 2, "neutral");
    f.answer(f.ben, 2, "positive");
    f.answer(f.ana, 3, "neutral");
    f.answer(f.ben, 3, "neutral");
    f.settle(f.ana, 2, "negative");
    let settled = f.project.settled(&question).unwrap();
    let told = |item: u32| {
        settled
            .get(&item)
            .map(|s| (s.value.as_choice().and_then(|l| question.label(l)).unwrap().name.as_str(), s.origin, s.answers))
    };
    assert_eq!(told(1), Some(("neutral", SettledOrigin::Unanimous, 1)));
    assert_eq!(told(2), Some(("negative", SettledOrigin::Adjudicated, 0)));
    assert_eq!(told(3), Some(("neutral", SettledOrigin::Unanimous, 2)));
    f.project.undo(f.ana, &UndoScope::Any).unwrap();
    assert!(!f.project.settled(&question).unwrap().contains_key(&2));
}

#[test]
fn gold_is_kept_and_revised() {
    let mut f = Fixture::new();
    let (ana, question) = (f.ana, f.question());
    let [a, b] = [0, 1].map(|i| Value::Choice(question.labels[i].id));
    for (value, new) in [(&a, true), (&a, false), (&b, true)] {
        assert_eq!(f.project.write(ana, ActKind::Import, |w| w.put_gold(question.id, 5, value)).unwrap().1, new);
    }
    assert_eq!(f.project.gold(&question).unwrap(), [(5, b)]);
    assert_healthy(&mut f.project);
}

#[test]
fn leases_keep_two_people_apart() {
    let mut f = Fixture::new();
    let question = f.question().id;
    let since = f.project.last_act().unwrap();
    assert_eq!(f.project.lease(question, f.ana, 1..=6, 2, since).unwrap(), [1, 2]);
    assert_eq!(f.project.lease(question, f.ben, 1..=6, 2, since).unwrap(), [3, 4]);
    assert_eq!(f.project.leased_by_others(question, f.ben).unwrap(), [1, 2].into());
    let new = f.new_answer(f.ana, 1, "positive");
    let (act, id, leased) = f.project.answer_and_lease(&new, [3, 4, 2, 5], 2, since).unwrap();
    assert!(act.is_some() && id.is_some());
    assert_eq!(leased, [2, 5]);
    assert_eq!(f.project.lease(question, f.ben, [1, 6], 2, since).unwrap(), [6]);

    f.clock.advance(599_000);
    f.project.renew_leases(f.ana).unwrap();
    f.clock.advance(2_000);
    let standing: Vec<u32> = f.project.leases(question).unwrap().iter().map(|l| l.item).collect();
    assert_eq!(standing, [2, 5]);
    f.project.release_leases(f.ana).unwrap();
    assert_eq!(f.project.leases(question).unwrap(), []);
}

#[test]
fn whoever_is_asked_for_themselves_may_have_what_another_has() {
    let mut f = Fixture::new();
    let question = f.question().id;
    let since = f.project.last_act().unwrap();
    let beside = |items: &[u32]| items.iter().copied().map(Claim::beside_others).collect::<Vec<_>>();
    assert_eq!(f.project.lease(question, f.ana, beside(&[1, 2]), 2, since).unwrap(), [1, 2]);
    assert_eq!(f.project.lease(question, f.ben, beside(&[1, 2]), 1, since).unwrap(), [1]);
    assert_eq!(f.project.lease(question, f.ben, [2, 3], 1, since).unwrap(), [3], "alone is alone");
    assert_eq!(f.project.lease(question, f.ana, beside(&[3]), 1, since).unwrap(), [3]);
    f.project.answer_and_lease(&f.new_answer(f.ana, 2, "positive"), [9; 0], 1, since).unwrap();
    assert_eq!(f.project.lease(question, f.ben, [2], 1, since).unwrap(), [0; 0], "ana has just answered it");
    assert_eq!(f.project.lease(question, f.ben, beside(&[2]), 1, since).unwrap(), [2]);
    let elsewhere = Place { pid: 7, host: "elsewhere".into(), ..place(&f.clock) };
    let mut other = Project::open(f.project.path(), elsewhere).unwrap();
    assert_eq!(other.lease(question, f.ben, beside(&[1, 4]), 1, since).unwrap(), [4], "ben has it himself");
}

#[test]
fn a_dead_process_of_this_host_loses_its_leases_at_once() {
    let mut f = Fixture::new();
    let question = f.question().id;
    let mut child = std::process::Command::new("true").spawn().unwrap();
    let pid = child.id();
    child.wait().unwrap();
    for (host, items) in [("here", 1..=1), ("elsewhere", 2..=2)] {
        let place = Place { pid, host: host.into(), ..place(&f.clock) };
        let mut other = Project::open(f.project.path(), place).unwrap();
        assert_eq!(other.lease(question, f.ben, items, 1, 0).unwrap().len(), 1);
    }
    assert_eq!(f.project.leased_by_others(question, f.ana).unwrap(), [2].into());
    assert_eq!(f.project.lease(question, f.ana, 1..=3, 2, 0).unwrap(), [1, 3]);
}

#[test]
fn changes_of_settings_guidelines_fields_and_names_are_taken_back() {
    let mut f = Fixture::new();
    let (ana, ben, question) = (f.ana, f.ben, f.question().id);
    let set = |f: &mut Fixture, by, n: i64| {
        f.project.write(by, ActKind::Setting, |w| w.set_setting("batch", &serde_json::json!(n))).unwrap();
    };
    set(&mut f, ana, 5);
    set(&mut f, ana, 7);
    f.project.write(ana, ActKind::Guidelines, |w| w.write_guidelines(question, "First.")).unwrap();
    f.project.write(ana, ActKind::Guidelines, |w| w.write_guidelines(question, "Second.")).unwrap();
    f.project.write(ana, ActKind::Question, |w| w.rename_question(question, "tone")).unwrap();
    f.project.write(ana, ActKind::Person, |w| w.rename_person(ben, "benno")).unwrap();
    f.project.write(ana, ActKind::Person, |w| w.set_role(ben, Role::Reviewer)).unwrap();
    let mut undo = || f.project.undo(ana, &UndoScope::Any).unwrap().summary;
    assert_eq!(undo(), "benno is reviewer");
    assert_eq!(undo(), "ben is called benno");
    assert_eq!(undo(), "sentiment is called tone");
    assert_eq!(undo(), "guidelines of sentiment, revision 2");
    assert_eq!(undo(), "guidelines of sentiment, revision 1");
    assert_eq!(f.question().guidelines_revision(), 0);
    assert_eq!(f.project.undo(ana, &UndoScope::Any).unwrap().summary, "batch: 7");
    assert_eq!(f.project.setting("batch").unwrap(), Some(serde_json::json!(5)));
    assert_eq!(f.project.person_named("ben").unwrap().map(|p| p.role), Some(Role::Annotator));
    let (_, revision) = f.project.write(ana, ActKind::Guidelines, |w| w.write_guidelines(question, "Third.")).unwrap();
    assert_eq!(revision, 3, "a number is never given twice");
    assert_healthy(&mut f.project);
}

#[test]
fn what_another_changed_or_named_meanwhile_is_not_taken_back() {
    let mut f = Fixture::new();
    let (ana, ben, question) = (f.ana, f.ben, f.question().id);
    let refused = |f: &mut Fixture, why: &str| {
        let before = f.project.content_digest().unwrap();
        let error = f.project.undo(f.ana, &UndoScope::Any).unwrap_err();
        assert!(error.message.contains(why), "{error}");
        assert_eq!(f.project.content_digest().unwrap(), before);
    };
    let set = |f: &mut Fixture, by, n: i64| {
        f.project.write(by, ActKind::Setting, |w| w.set_setting("batch", &serde_json::json!(n))).unwrap();
    };
    set(&mut f, ana, 5);
    set(&mut f, ben, 6);
    refused(&mut f, "ben has changed the setting since");
    f.project.write(ana, ActKind::Guidelines, |w| w.write_guidelines(question, "First.")).unwrap();
    let mut new = f.new_answer(ben, 1, "neutral");
    new.how.guidelines = 1;
    f.project.write(ben, ActKind::Answer, |w| w.add_answer(&new)).unwrap();
    refused(&mut f, "ben has answered by these guidelines");
    let chi = f.project.join("chi").unwrap();
    f.project.write(ana, ActKind::Person, |w| w.rename_person(chi, "chia")).unwrap();
    f.project.join("chi").unwrap();
    refused(&mut f, "another person is called chi by now");
    let negative = f.label("negative").id;
    f.project.write(ana, ActKind::Label, |w| w.rename_label(question, negative, "bad")).unwrap();
    f.project.write(ben, ActKind::Label, |w| w.add_label(question, "negative", None)).unwrap();
    refused(&mut f, "another label of sentiment is called negative by now");
    assert_healthy(&mut f.project);
}
