use super::*;
use crate::error::Kind as Fault;

#[test]
fn the_first_to_join_leads_and_names_are_free_once() {
    let mut f = Fixture::new();
    assert_eq!(f.project.join("ana").unwrap(), f.ana);
    let role = |f: &Fixture, name: &str| f.project.person_named(name).unwrap().unwrap().role;
    assert_eq!((role(&f, "ana"), role(&f, "ben")), (Role::Lead, Role::Annotator));
    let (ana, ben) = (f.ana, f.ben);
    f.project
        .write(ana, ActKind::Person, |w| {
            w.rename_person(ben, "benno")?;
            w.set_role(ben, Role::Reviewer)
        })
        .unwrap();
    assert_eq!(role(&f, "benno"), Role::Reviewer);
    let taken = f.project.write(ana, ActKind::Person, |w| w.add_person("ana", Role::Annotator, PersonKind::Person));
    assert_eq!(taken.unwrap_err().kind, Fault::Conflict);
    assert_eq!(f.project.known_os_users(ana).unwrap(), ["tester"]);
    let stranger = PersonId::from_bytes([9; 16]);
    assert!(f.project.write(stranger, ActKind::Setting, |w| w.set_setting("x", &serde_json::json!(1))).is_err());
    assert_healthy(&mut f.project);
}

#[test]
fn labels_are_renamed_retired_and_merged_without_touching_answers() {
    let mut f = Fixture::new();
    f.answer(f.ana, 1, "neutral");
    f.answer(f.ben, 1, "positive");
    let (ana, question) = (f.ana, f.question());
    let (neutral, positive) = (f.label("neutral").id, f.label("positive").id);
    f.project.write(ana, ActKind::Label, |w| w.rename_label(question.id, neutral, "mixed")).unwrap();
    assert_eq!(f.says(f.ana, 1).as_deref(), Some("mixed"));
    assert!(f.project.settled(&question).unwrap().is_empty());
    f.project.write(ana, ActKind::Label, |w| w.merge_label(question.id, neutral, positive)).unwrap();
    assert_eq!(f.says(f.ana, 1).as_deref(), Some("positive"));
    let settled = &f.project.settled(&question).unwrap()[&1];
    assert_eq!((settled.origin, settled.answers), (SettledOrigin::Unanimous, 2));
    let now = f.question();
    assert_eq!((now.label_revision, now.resolve(neutral), now.live_labels().count()), (3, positive, 2));
    let back = f.project.write(ana, ActKind::Label, |w| w.merge_label(question.id, positive, neutral));
    assert_eq!(back.unwrap_err().kind, Fault::Conflict);
    f.project.undo(ana, &UndoScope::Question(question.id)).unwrap();
    assert_eq!(f.says(f.ana, 1).as_deref(), Some("mixed"));
    assert_healthy(&mut f.project);
}

#[test]
fn a_retired_label_comes_back_and_keys_are_given_once() {
    let mut f = Fixture::new();
    let (ana, question, neutral) = (f.ana, f.question(), f.label("neutral").id);
    f.project.write(ana, ActKind::Label, |w| w.set_label_key(question.id, neutral, Some('n'))).unwrap();
    assert!(f.project.write(ana, ActKind::Label, |w| w.add_label(question.id, "new", Some('n'))).is_err());
    assert!(f.project.write(ana, ActKind::Label, |w| w.add_label(question.id, "neutral", None)).is_err());
    f.project.write(ana, ActKind::Label, |w| w.retire_label(question.id, neutral)).unwrap();
    let (_, back) = f.project.write(ana, ActKind::Label, |w| w.add_label(question.id, "neutral", None)).unwrap();
    assert_eq!((back, f.label("neutral").retired), (neutral, false));
}

#[test]
fn guidelines_have_revisions_that_are_read() {
    let mut f = Fixture::new();
    let (ana, ben, question) = (f.ana, f.ben, f.question().id);
    for (text, revision) in [("one", 1), ("one", 1), ("two", 2)] {
        let written = f.project.write(ana, ActKind::Guidelines, |w| w.write_guidelines(question, text)).unwrap().1;
        assert_eq!(written, revision);
    }
    assert_eq!(f.project.guidelines_read(question, ben).unwrap(), 0);
    f.project.write(ben, ActKind::Read, |w| w.read_guidelines(question, 2)).unwrap();
    assert_eq!(f.project.guidelines_read(question, ben).unwrap(), 2);
    let all = f.project.guidelines(question).unwrap();
    assert_eq!(
        all.iter().map(|g| (g.revision, g.text.as_str(), g.by.as_str())).collect::<Vec<_>>(),
        [(1, "one", "ana"), (2, "two", "ana")]
    );
}

#[test]
fn settings_and_drafts_and_jobs_are_kept() {
    let mut f = Fixture::new();
    let (ana, ben, question) = (f.ana, f.ben, f.question().id);
    let json = serde_json::json!({"learn": 75});
    f.project.write(ana, ActKind::Setting, |w| w.set_setting("lanes", &json)).unwrap();
    assert_eq!(f.project.write(ana, ActKind::Setting, |w| w.set_setting("lanes", &json)).unwrap().0, None);
    assert_eq!(f.project.setting("lanes").unwrap(), Some(json.clone()));
    f.project.write(ana, ActKind::Setting, |w| w.set_setting("lanes", &serde_json::Value::Null)).unwrap();
    assert_eq!(f.project.setting("lanes").unwrap(), None);

    f.project.put_draft(question, ana, 2, &json).unwrap();
    assert_eq!(f.project.draft(question, ana, 2).unwrap(), Some(json));
    assert_eq!(f.project.draft(question, ben, 2).unwrap(), None);
    f.answer(ana, 2, "neutral");
    assert_eq!(f.project.drafts(question, ana).unwrap(), Vec::<u32>::new());

    let mut other = Project::open(f.project.path(), Place { pid: 1, ..place(&f.clock) }).unwrap();
    assert!(f.project.take_job("train", "ana", 5_000).unwrap());
    assert!(!other.take_job("train", "ben", 5_000).unwrap());
    assert_eq!(other.job_holder("train").unwrap().as_deref(), Some("ana"));
    f.clock.advance(5_001);
    assert!(other.take_job("train", "ben", 5_000).unwrap());
    f.project.release_job("train").unwrap();
    assert_eq!(f.project.job_holder("train").unwrap().as_deref(), Some("ben"));
}

#[test]
fn rounds_count_up_and_keep_the_newest_weights() {
    let mut f = Fixture::new();
    let (ana, question) = (f.ana, f.question().id);
    assert_eq!(f.project.weights(question).unwrap(), None);
    let round = NewRound {
        question,
        strategy: "margin".into(),
        seed: u64::MAX,
        seen: f.project.heads().unwrap(),
        answers: 20,
        params: serde_json::json!({"l2": 1.0}),
        score: serde_json::json!({"accuracy": 0.8}),
        weights_hash: crate::domain::Digest([1; 32]),
        ms: 12,
    };
    for number in 1..=2 {
        assert_eq!(
            f.project.write(ana, ActKind::Round, |w| w.add_round(&round, &[number])).unwrap().1,
            u32::from(number)
        );
    }
    let rounds = f.project.rounds(question).unwrap();
    assert_eq!((rounds.len(), rounds[1].number, &rounds[1].round), (2, 2, &round));
    assert_eq!(f.project.weights(question).unwrap(), Some((2, round.weights_hash, vec![2])));
    assert_eq!(f.project.weights_round(question).unwrap(), Some(2));
    assert_healthy(&mut f.project);
}

#[test]
fn whoever_is_new_joins_with_their_first_act_and_only_if_it_comes_to_be() {
    let mut f = Fixture::new();
    let chi = f.project.actor("chi").unwrap();
    let failed = f.project.write(chi, ActKind::Setting, |w| {
        w.set_setting("x", &serde_json::json!(1))?;
        Err::<(), _>(crate::error::Error::usage("no"))
    });
    assert!(failed.is_err());
    assert_eq!((f.project.people().unwrap().len(), f.project.name_of(chi).unwrap().as_str()), (2, "chi"));
    let chi = f.project.actor("chi").unwrap();
    f.project.write(chi, ActKind::Setting, |w| w.set_setting("x", &serde_json::json!(1))).unwrap();
    f.project.write(chi, ActKind::Setting, |w| w.set_setting("x", &serde_json::json!(2))).unwrap();
    assert_eq!(f.project.person_named("chi").unwrap().unwrap().id, chi);
    f.project.undo(chi, &UndoScope::Any).unwrap();
    f.project.undo(chi, &UndoScope::Any).unwrap();
    assert!(f.project.undo(chi, &UndoScope::Any).is_err(), "their coming stays");
    assert_healthy(&mut f.project);
}

#[test]
fn whoever_joined_from_elsewhere_meanwhile_is_not_joined_twice() {
    let mut f = Fixture::new();
    let mut other = Project::open(f.project.path(), place(&f.clock)).unwrap();
    let chi = f.project.actor("chi").unwrap();
    let there = other.join("chi").unwrap();
    let late = f.project.write(chi, ActKind::Setting, |w| w.set_setting("x", &serde_json::json!(1)));
    assert_eq!(late.unwrap_err().kind, Fault::Conflict);
    assert_eq!(f.project.actor("chi").unwrap(), there);
    assert_eq!(f.project.people().unwrap().len(), 3);
}

#[test]
fn a_newcomer_who_merges_is_the_person_of_that_name_in_the_other_copy() {
    let mut f = Fixture::new();
    let mut copy = f.copy("copy.karat");
    let there = copy.join("chi").unwrap();
    f.answer(f.ana, 1, "neutral");
    let chi = f.project.actor("chi").unwrap();
    let report = f.project.merge(chi, copy.path()).unwrap();
    assert!(report.joined && report.namesakes.is_empty());
    assert_eq!(f.project.person_named("chi").unwrap().unwrap().id, there);
    assert_healthy(&mut f.project);
}
