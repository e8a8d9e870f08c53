use super::*;
use crate::domain::Split;

fn keep(f: &mut Fixture, name: Option<&str>) -> Snapshot {
    let question = f.question();
    let state = f.project.state(&question).unwrap();
    f.clock.advance(1_000);
    let (_, id) = f.project.write(f.ana, ActKind::Snapshot, |w| w.keep_state(&question, &state, name)).unwrap();
    f.project.snapshots(question.id).unwrap().into_iter().find(|s| s.id == id).unwrap()
}

fn stored_rows(f: &Fixture, snapshot: &Snapshot) -> u32 {
    let query = "SELECT count(*) FROM snapshot_item WHERE snapshot = ?1";
    sql::value(&f.project.conn, query, [snapshot.id.as_bytes()]).unwrap()
}

#[test]
fn a_snapshot_is_what_was_whatever_comes_later() {
    let mut f = Fixture::new();
    let (ana, ben) = (f.ana, f.ben);
    f.answer(ana, 1, "positive");
    let then = f.project.state(&f.question()).unwrap();
    let first = keep(&mut f, None);
    assert_eq!((first.number, first.items, first.settled, first.parent), (1, 6, 1, None));
    assert_eq!(stored_rows(&f, &first), 6);
    assert_eq!(keep(&mut f, None), first, "an equal state is the same snapshot");

    f.answer(ben, 1, "negative");
    f.answer(ben, 2, "neutral");
    f.settle(ana, 1, "negative");
    let second = keep(&mut f, Some("after the talk"));
    assert_eq!((second.number, second.settled, second.parent), (2, 2, Some(first.id)));
    assert_eq!(stored_rows(&f, &second), 2, "only what changed");
    assert_eq!(f.project.state_of(&f.question(), &first).unwrap(), then);
    assert_eq!(f.project.state_of(&f.question(), &second).unwrap(), f.project.state(&f.question()).unwrap());
    assert_healthy(&mut f.project);
}

#[test]
fn what_is_gone_edited_or_merged_away_is_as_it_was_then() {
    let mut f = Fixture::new();
    let (ana, question) = (f.ana, f.question());
    f.answer(ana, 3, "positive");
    let first = keep(&mut f, None);
    let was = f.project.state_of(&question, &first).unwrap();
    let edited = NewItem { text: "another text".into(), ..rows(2).remove(1) };
    let one = [edited];
    let more = ItemBatch { update: Update::Replace, ..batch(&one) };
    f.project.write(ana, ActKind::Import, |w| w.put_items(&more, &mut |_| ())).unwrap();
    let (from, into) = (f.label("positive").id, f.label("neutral").id);
    f.project.write(ana, ActKind::Label, |w| w.merge_label(question.id, from, into)).unwrap();
    let second = keep(&mut f, None);
    assert_eq!(stored_rows(&f, &second), 2, "the edited item, and the one whose label became another");
    let new = [NewItem { id: Some("new".into()), ..rows(1).remove(0) }];
    let (act, _) = f.project.write(ana, ActKind::Import, |w| w.put_items(&batch(&new), &mut |_| ())).unwrap();
    let third = keep(&mut f, None);
    assert_eq!((third.items, stored_rows(&f, &third)), (7, 1));
    f.project.undo(ana, &UndoScope::Act(act.unwrap())).unwrap();
    assert_eq!(keep(&mut f, None), second, "the state is as it was, and so is its snapshot");
    f.answer(ana, 4, "neutral");
    let fourth = keep(&mut f, None);
    assert_eq!((fourth.items, stored_rows(&f, &fourth), fourth.parent), (6, 2, Some(third.id)), "one came, one went");
    assert_eq!(f.project.state_of(&question, &first).unwrap(), was);
    assert_eq!(f.project.state_of(&question, &fourth).unwrap(), f.project.state(&question).unwrap());
}

#[test]
fn gold_counts_first_where_an_item_judges() {
    let mut f = Fixture::new();
    let (ana, question) = (f.ana, f.question());
    let (negative, bound) = (Value::Choice(f.label("negative").id), f.project.bound(None).unwrap());
    f.answer(ana, 1, "positive");
    f.answer(ana, 2, "positive");
    f.project
        .write(ana, ActKind::Import, |w| {
            w.put_gold(question.id, 1, &negative)?;
            w.put_gold(question.id, 2, &negative)
        })
        .unwrap();
    let before = keep(&mut f, None);
    let rule =
        crate::domain::SplitRule { by: crate::domain::SplitBy::Field { field: "fold".into() }, group: None, seed: 0 };
    let assigned: Vec<_> = bound.iter().map(|b| (b, if b.seq == 2 { Split::Test } else { Split::Train })).collect();
    f.project.write(ana, ActKind::Split, |w| w.add_split(&rule, &assigned)).unwrap();
    let after = keep(&mut f, None);
    let value = |snapshot: &Snapshot, seq: u32| {
        let state = f.project.state_of(&question, snapshot).unwrap();
        state.rows.iter().find(|row| row.seq == seq).unwrap().value.clone().unwrap()
    };
    assert_eq!(value(&before, 2).1, SettledOrigin::Unanimous);
    assert_eq!(value(&after, 2), (negative, SettledOrigin::Gold));
    assert_eq!(value(&after, 1).1, SettledOrigin::Unanimous);
}

#[test]
fn a_changed_row_is_noticed() {
    let mut f = Fixture::new();
    let first = keep(&mut f, None);
    f.project
        .conn
        .execute_batch(
            "DROP TRIGGER snapshot_item_is_not_updated; UPDATE snapshot_item SET split = 'test' WHERE item = 2",
        )
        .unwrap();
    let error = f.project.state_of(&f.question(), &first).unwrap_err();
    assert!(error.message.contains("does not hash"), "{}", error.message);
}

#[test]
fn a_version_that_another_copy_made_does_not_stand_in_for_the_own_one() {
    let mut f = Fixture::new();
    let (ana, ben, question) = (f.ana, f.ben, f.question());
    let mut other = f.copy("other.karat");
    let edit = |project: &mut Project, by: PersonId, text: &str| {
        let one = [NewItem { text: text.into(), ..rows(2).remove(1) }];
        let more = ItemBatch { update: Update::Replace, ..batch(&one) };
        project.write(by, ActKind::Import, |w| w.put_items(&more, &mut |_| ())).unwrap();
    };
    edit(&mut f.project, ana, "mine");
    let mine = keep(&mut f, None);
    f.clock.advance(1_000);
    edit(&mut other, ben, "theirs");
    f.project.merge(ben, other.path()).unwrap();
    let state = f.project.state_of(&question, &mine).unwrap();
    let mut texts = Vec::new();
    f.project
        .for_each_row_of(&state, |seq, text, _| {
            texts.push((seq, text.to_owned()));
            Ok(())
        })
        .unwrap();
    assert_eq!(texts[1], (2, "mine".to_owned()));
}

#[test]
fn copies_that_merge_keep_both_snapshots() {
    let mut f = Fixture::new();
    let (ana, ben, question) = (f.ana, f.ben, f.question());
    let first = keep(&mut f, None);
    let mut other = f.copy("other.karat");
    f.answer(ana, 1, "positive");
    let mine = keep(&mut f, None);
    let theirs = other.state(&question).unwrap();
    let (_, named) = other.write(ben, ActKind::Snapshot, |w| w.keep_state(&question, &theirs, Some("x"))).unwrap();
    f.project.merge(ben, other.path()).unwrap();
    let all = f.project.snapshots(question.id).unwrap();
    assert_eq!(all.iter().map(|s| s.number).collect::<Vec<_>>(), [1, 2, 2]);
    assert!(all.iter().any(|s| s.id == named && s.hash == first.hash) && all.contains(&mine));
    for snapshot in &all {
        assert_eq!(f.project.state_of(&question, snapshot).unwrap().hash, snapshot.hash);
    }
    assert_healthy(&mut f.project);
}
