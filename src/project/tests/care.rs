use super::*;
use rusqlite::Connection;

/// Changes facts behind the triggers' back, as somebody with a SQLite client could.
fn tamper(project: &Project, change: &str) {
    let conn = Connection::open(project.path()).unwrap();
    let triggers = sql::list(&conn, "SELECT name FROM sqlite_master WHERE type = 'trigger'", [], |row| {
        Ok(row.get::<_, String>(0)?)
    });
    for trigger in triggers.unwrap() {
        conn.execute_batch(&format!("DROP TRIGGER {trigger}")).unwrap();
    }
    conn.execute_batch(change).unwrap();
}

#[test]
fn tampering_is_found_whatever_is_changed() {
    for (change, said) in [
        ("UPDATE answer SET flag = 1", "facts are not what was recorded"),
        ("UPDATE answer SET item = 2", "facts are not what was recorded"),
        ("DELETE FROM now_answer; DELETE FROM answer", "facts are not what was recorded"),
        ("UPDATE act SET at_utc_ms = at_utc_ms + 1 WHERE kind = 'answer'", "does not recompute"),
        ("UPDATE act SET person = zeroblob(16) WHERE seq = 2", "does not recompute"),
        ("UPDATE content SET body = 'changed' WHERE body = 'text 3'", "not what its hash says"),
        ("UPDATE content SET body = NULL WHERE body = 'text 3'", "nobody erased it"),
        ("UPDATE item SET id = 'r-9' WHERE seq = 3", "key does not recompute"),
        ("UPDATE act SET parents = zeroblob(16) WHERE seq = 3", "parent"),
    ] {
        let mut f = Fixture::new();
        f.answer(f.ana, 1, "positive");
        assert!(f.project.verify().unwrap().ok());
        tamper(&f.project, change);
        let found = f.project.verify().unwrap();
        assert!(found.faults.iter().any(|fault| fault.contains(said)), "{change}: {:?}", found.faults);
        assert!(f.project.doctor().unwrap().iter().any(|c| c.name == "log" && !c.ok));
    }
}

#[test]
fn rebuild_repairs_what_is_derived() {
    let mut f = Fixture::new();
    f.answer(f.ana, 1, "positive");
    f.answer(f.ben, 1, "neutral");
    f.project.undo(f.ben, &UndoScope::Any).unwrap();
    tamper(
        &f.project,
        "DELETE FROM now_answer; DELETE FROM now_item WHERE item = 2; DELETE FROM dead; DELETE FROM head;",
    );
    assert!(f.project.doctor().unwrap().iter().any(|c| c.name == "derived" && !c.ok));
    assert_eq!(f.project.rebuild().unwrap().len(), 4);
    assert_eq!(f.says(f.ana, 1).as_deref(), Some("positive"));
    assert_healthy(&mut f.project);
}

#[test]
fn the_log_says_who_did_what() {
    let mut f = Fixture::new();
    f.answer(f.ana, 1, "positive");
    f.project.undo(f.ana, &UndoScope::Any).unwrap();
    let log = f.project.log(10).unwrap();
    let told: Vec<(&str, &str, bool)> =
        log.iter().map(|e| (e.person.as_deref().unwrap(), e.summary.as_str(), e.live)).collect();
    assert_eq!(
        told,
        [
            ("ana", "takes back: positive to r-1", true),
            ("ana", "positive to r-1", false),
            ("ana", "6 items, question sentiment, label negative, label neutral, label positive", true),
            ("ben", "person ben", true),
            ("ana", "person ana", true),
        ]
    );
    assert_eq!(log[0].act.parents, [log[1].act.id]);
    assert_eq!(log[0].act.os_user, "tester");
    let view: String =
        sql::value(&f.project.conn, "SELECT person || ' ' || kind FROM v_log ORDER BY seq DESC", []).unwrap();
    assert_eq!(view, "ana undo");
    let view: String =
        sql::value(&f.project.conn, "SELECT item || ' ' || person || ' ' || answer || live FROM v_answers", [])
            .unwrap();
    assert_eq!(view, "r-1 ana positive0");
}

#[test]
fn copies_labelled_apart_merge_to_the_same_whichever_takes_in_the_other() {
    let mut f = Fixture::new();
    f.answer(f.ana, 1, "negative");
    let (mut left, mut right) = (f.copy("left.karat"), f.copy("right.karat"));
    let (ana, ben, question) = (f.ana, f.ben, f.question());
    let choose = |i: usize| Said::Value(Value::Choice(question.labels[i].id));
    let say = |project: &mut Project, person, item, said: Said| {
        let how = How::picked(Origin::Key);
        let new = NewAnswer {
            person,
            question: question.id,
            item,
            text_hash: None,
            said,
            flag: false,
            note: None,
            how,
            source: None,
        };
        project.write(person, ActKind::Answer, |w| w.add_answer(&new)).unwrap();
    };
    say(&mut left, ana, 2, choose(0));
    say(&mut left, ben, 3, choose(1));
    left.undo(ben, &UndoScope::Any).unwrap();
    left.write(ana, ActKind::Label, |w| w.add_label(question.id, "sarcasm", None)).unwrap();
    say(&mut right, ana, 2, choose(2));
    say(&mut right, ben, 4, choose(1));
    right.write(ben, ActKind::Import, |w| w.put_items(&batch(&rows(8)), &mut |_| ())).unwrap();
    right.write(ben, ActKind::Label, |w| w.add_label(question.id, "sarcasm", None)).unwrap();

    let mut other_way = f.copy("other-way.karat");
    let report = left.merge(ana, &f.folder.path().join("right.karat")).unwrap();
    assert_eq!((report.acts, report.joined, report.conflicts.len()), (4, true, 1));
    assert_eq!((report.conflicts[0].item, report.conflicts[0].said.len()), (2, 2));
    other_way.merge(ben, &f.folder.path().join("right.karat")).unwrap();
    let left_before = f.folder.path().join("left-2.karat");
    left.copy(&left_before).unwrap();
    right.merge(ana, &left_before).unwrap();
    other_way.merge(ben, &left_before).unwrap();
    assert_eq!(left.content_digest().unwrap(), right.content_digest().unwrap());
    assert_eq!(left.content_digest().unwrap(), other_way.content_digest().unwrap());
    assert_eq!(left.merge(ana, &f.folder.path().join("right.karat")).unwrap().acts, 0);
    assert_eq!((left.item_count().unwrap(), left.question(None).unwrap().labels.len()), (8, 4));
    for project in [&mut left, &mut right, &mut other_way] {
        assert_healthy(project);
    }
    say(&mut left, ana, 2, choose(1));
    assert_eq!(left.conflicts().unwrap(), []);
    left.undo(ana, &UndoScope::Any).unwrap();
    assert_eq!(left.conflicts().unwrap().len(), 1);
    assert_healthy(&mut left);
    assert!(!f.folder.path().join(format!("left.karat.merging-{}", std::process::id())).exists());
}

#[test]
fn another_project_is_not_merged() {
    let (mut f, g) = (Fixture::new(), Fixture::new());
    let error = f.project.merge(f.ana, g.project.path()).unwrap_err();
    assert!(error.message.contains("another project"), "{error}");
    assert_healthy(&mut f.project);
}

#[test]
fn what_was_erased_stays_erased_across_a_merge() {
    let mut f = Fixture::new();
    let mut new = f.new_answer(f.ana, 1, "neutral");
    new.note = Some("a secret note".into());
    let ana = f.ana;
    f.project.write(ana, ActKind::Answer, |w| w.add_answer(&new)).unwrap();
    let mut copy = f.copy("copy.karat");
    f.answer(f.ben, 1, "neutral");
    let erased = f.project.erase(ana, Target::Item(1)).unwrap();
    assert_eq!(erased, Erased { blanked: 2, shared: 1 });
    let item = f.project.item(1).unwrap();
    assert_eq!((item.text.as_str(), item.id), ("", None));
    assert_eq!(f.says(f.ana, 1).as_deref(), Some("neutral"));
    assert_healthy(&mut f.project);
    f.project.checkpoint().unwrap();
    let bytes = std::fs::read(f.project.path()).unwrap();
    assert!(!bytes.windows(13).any(|w| w == b"a secret note"));

    f.project.merge(ana, copy.path()).unwrap();
    assert_eq!(f.project.item(1).unwrap().text, "");
    copy.merge(ana, f.project.path()).unwrap();
    assert_eq!((copy.item(1).unwrap().text.as_str(), copy.answers().unwrap()[0].answer.note.as_deref()), ("", None));
    assert_eq!(copy.content_digest().unwrap(), f.project.content_digest().unwrap());
    assert_healthy(&mut copy);
}

#[test]
fn an_erased_person_has_no_name_left() {
    let mut f = Fixture::new();
    f.answer(f.ben, 1, "neutral");
    let erased = f.project.erase(f.ana, Target::Person(f.ben)).unwrap();
    assert_eq!(erased, Erased { blanked: 1, shared: 1 });
    assert_eq!(f.project.person_named("ben").unwrap(), None);
    assert_eq!(f.project.people().unwrap().len(), 2);
    assert_eq!(f.says(f.ben, 1).as_deref(), Some("neutral"));
    assert!(f.project.join("ben").unwrap_err().message.contains("erased"));
    assert_healthy(&mut f.project);
}

#[test]
fn people_who_joined_two_copies_under_one_name_are_told() {
    let mut f = Fixture::new();
    let mut copy = f.copy("copy.karat");
    let (here, there) = (f.project.join("chi").unwrap(), copy.join("chi").unwrap());
    assert_ne!(here, there);
    let report = f.project.merge(f.ana, copy.path()).unwrap();
    assert_eq!((report.namesakes.as_slice(), report.conflicts.len()), (&["chi".to_owned()][..], 0));
    assert_healthy(&mut f.project);
}

#[test]
fn nothing_is_saved_into_a_file_that_was_removed_or_replaced() {
    let mut f = Fixture::new();
    let (path, ana) = (f.project.path().to_owned(), f.ana);
    let aside = path.with_extension("aside");
    std::fs::rename(&path, &aside).unwrap();
    let set =
        |project: &mut Project| project.write(ana, ActKind::Setting, |w| w.set_setting("goal", &serde_json::json!(1)));
    assert!(set(&mut f.project).unwrap_err().message.contains("removed or replaced"));
    std::fs::copy(&aside, &path).unwrap();
    assert!(set(&mut f.project).is_err(), "another file has its name");
    std::fs::rename(&aside, &path).unwrap();
    set(&mut f.project).unwrap();
}

#[test]
fn whatever_page_is_damaged_is_told_as_damage() {
    let f = Fixture::new();
    let path = f.project.path().to_owned();
    drop(f.project);
    let whole = std::fs::read(&path).unwrap();
    let pages = whole.len() / 4096;
    let mut found = 0;
    for page in 0..pages * 2 {
        let mut bytes = whole.clone();
        match page.checked_sub(pages) {
            None => bytes[page * 4096 + 100 * usize::from(page == 0)..][..3000].fill(0xAA),
            Some(kept) => bytes.truncate(kept * 4096 + 1000),
        }
        std::fs::write(&path, bytes).unwrap();
        let checks = match Project::open(&path, place(&f.clock)) {
            Ok(project) => project.doctor().unwrap_or_else(|e| panic!("page {page}: {e:?}")),
            Err(e) => {
                assert_eq!(e.kind, crate::error::Kind::Damaged, "page {page}: {e}");
                vec![Check::unopened(&e)]
            }
        };
        found += usize::from(checks.iter().any(|check| !check.ok));
    }
    assert!(found >= pages * 2 - 2, "{found} of {} damages were found", pages * 2);
}

#[test]
fn a_copy_that_holds_nothing_new_is_not_looked_at_further() {
    let mut f = Fixture::new();
    let mut copy = f.copy("copy.karat");
    let (ana, path) = (f.ana, copy.path().to_owned());
    tamper(&copy, "UPDATE content SET body = 'changed' WHERE body = 'text 3'");
    assert_eq!(f.project.merge(ana, &path).unwrap(), MergeReport::default());
    copy.join("chi").unwrap();
    let refused = f.project.merge(ana, &path).unwrap_err();
    assert!(refused.message.contains("does not verify"), "{refused}");
    assert_healthy(&mut f.project);
}
