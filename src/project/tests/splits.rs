use super::*;
use crate::domain::{Split, SplitBy, SplitRule};

fn row(id: &str, text: &str, group: Option<&str>) -> NewItem {
    NewItem { id: Some(id.into()), text: text.into(), fields: Vec::new(), group: group.map(str::to_owned) }
}

fn put(f: &mut Fixture, rows: &[NewItem], evaluation: f64) -> usize {
    let batch = ItemBatch { evaluation, ..batch(rows) };
    f.project.write(f.ana, ActKind::Import, |w| w.put_items(&batch, &mut |_| ())).unwrap().1.evaluation
}

fn by_share(test: f64) -> SplitRule {
    SplitRule { by: SplitBy::Share { test, validation: 0.0, stratify: false }, group: None, seed: 1 }
}

/// Records a rule that puts the items of these rows into the test split.
fn split(f: &mut Fixture, rule: &SplitRule, test: &[u32]) {
    let bound = f.project.bound(None).unwrap();
    let of = |seq| if test.contains(&seq) { Split::Test } else { Split::Train };
    let assigned: Vec<_> = bound.iter().map(|bound| (bound, of(bound.seq))).collect();
    f.project.write(f.ana, ActKind::Split, |w| w.add_split(rule, &assigned)).unwrap();
}

fn test_items(project: &Project) -> Vec<u32> {
    let columns = project.items().unwrap();
    (1..=columns.keys.len() as u32).filter(|seq| columns.is_test(*seq)).collect()
}

#[test]
fn copies_of_one_text_are_set_aside_together() {
    let mut f = Fixture::new();
    let rows: Vec<NewItem> = (0..200).map(|i| row(&format!("c-{i}"), &format!("copy {}", i % 100), None)).collect();
    let aside = put(&mut f, &rows, 0.1);
    assert_eq!(aside, 20);
    let columns = f.project.items().unwrap();
    for i in 7..=106 {
        assert_eq!(columns.is_test(i), columns.is_test(i + 100), "item {i} and its copy");
    }
    let first = test_items(&f.project)[0];
    let text = f.project.item(first).unwrap().text;
    assert_eq!(put(&mut f, &[row("later", &text, None)], 0.0), 1, "a copy that comes later follows");
}

#[test]
fn rows_without_a_text_are_no_copies_of_one_another() {
    let mut f = Fixture::new();
    let rows: Vec<NewItem> = (0..200).map(|i| row(&format!("c-{i}"), "", None)).collect();
    assert_eq!(put(&mut f, &rows, 0.1), 20);
    let bound = f.project.bound(None).unwrap();
    assert!(bound[6].bonds.is_empty() && !bound[0].bonds.is_empty());
}

#[test]
fn a_rule_holds_for_what_comes_later_and_undo_brings_back_what_was() {
    let mut f = Fixture::new();
    assert_eq!(put(&mut f, &[row("a", "alpha", Some("g")), row("b", "beta", None)], 1.0), 2);
    assert_eq!(test_items(&f.project), [7, 8]);
    split(&mut f, &by_share(0.5), &[1, 7]);
    assert_eq!(test_items(&f.project), [1, 7]);
    assert_eq!(f.project.item(7).unwrap().split, Split::Test);
    let late: Vec<NewItem> = (0..200).map(|i| row(&format!("l-{i}"), &format!("late {i}"), None)).collect();
    let judge = put(&mut f, &late, 0.0);
    assert!((70..130).contains(&judge), "about half of what comes judges: {judge}");
    assert_eq!(put(&mut f, &[row("same group", "gamma", Some("g"))], 0.0), 1, "the group of a judges");
    assert_eq!(put(&mut f, &[row("same text", "text 1", None)], 0.0), 1, "the text of item 1 judges");
    assert_eq!(put(&mut f, &[row("of train", "text 2", None)], 0.0), 0, "the text of item 2 teaches");
    assert_healthy(&mut f.project);
    let ana = f.ana;
    assert!(f.project.undo(ana, &UndoScope::Any).is_err(), "items came by it");
}

#[test]
fn groups_that_come_later_judge_as_often_as_single_rows() {
    let mut f = Fixture::new();
    split(&mut f, &by_share(0.2), &[1]);
    let group = |i: usize| Some(format!("g-{}", i / 10));
    let late: Vec<NewItem> =
        (0..2000).map(|i| row(&format!("l-{i}"), &format!("late {i}"), group(i).as_deref())).collect();
    let judge = put(&mut f, &late, 0.0);
    assert!((200..620).contains(&judge), "about a fifth of 200 groups of ten: {judge}");
}

#[test]
fn a_split_that_items_came_by_is_not_taken_back() {
    let mut f = Fixture::new();
    split(&mut f, &by_share(0.9), &[1]);
    let late: Vec<NewItem> = (0..20).map(|i| row(&format!("l-{i}"), &format!("late {i}"), None)).collect();
    put(&mut f, &late, 0.0);
    let error = f.project.undo(f.ana, &UndoScope::Any).unwrap_err();
    assert!(error.message.contains("brought items that it placed"), "{}", error.message);
}

#[test]
fn copies_of_a_project_agree_on_the_split_that_holds() {
    let mut f = Fixture::new();
    split(&mut f, &by_share(0.2), &[1]);
    let mut other = f.copy("other.karat");
    split(&mut f, &by_share(0.3), &[2]);
    let (ben, bound) = (f.ben, other.bound(None).unwrap());
    f.clock.advance(5_000);
    let assigned: Vec<_> = bound.iter().map(|b| (b, if b.seq == 3 { Split::Test } else { Split::Train })).collect();
    other.write(ben, ActKind::Split, |w| w.add_split(&by_share(0.4), &assigned)).unwrap();
    let mine = f.copy("mine.karat");
    f.project.merge(ben, other.path()).unwrap();
    other.merge(ben, mine.path()).unwrap();
    assert_eq!(test_items(&f.project), test_items(&other));
    assert_eq!(test_items(&f.project), [3], "of two made apart the later act's holds");
    assert_healthy(&mut f.project);
}

#[test]
fn what_comes_in_one_copy_is_placed_by_the_rule_that_was_made_in_the_other() {
    let mut f = Fixture::new();
    let mut other = f.copy("other.karat");
    split(&mut f, &by_share(0.5), &[1]);
    let mut late: Vec<NewItem> = (0..100).map(|i| row(&format!("l-{i}"), &format!("late {i}"), None)).collect();
    late.extend([row("copy", "text 1", None), row("teaches", "text 2", None)]);
    let ben = f.ben;
    other.write(ben, ActKind::Import, |w| w.put_items(&batch(&late), &mut |_| ())).unwrap();
    let mine = f.copy("mine.karat");
    // Ten that come here get their place at once, and keep it.
    let own: Vec<NewItem> = (0..10).map(|i| row(&format!("o-{i}"), &format!("own {i}"), None)).collect();
    put(&mut f, &own, 0.0);
    let before = test_items(&f.project);
    let report = f.project.merge(ben, other.path()).unwrap();
    assert_eq!(report.placed, 102);
    let judge: Vec<String> =
        test_items(&f.project).into_iter().map(|seq| f.project.item(seq).unwrap().name()).collect();
    assert!((20..80).contains(&judge.iter().filter(|name| name.starts_with("l-")).count()), "{judge:?}");
    assert!(judge.contains(&"copy".to_owned()) && !judge.contains(&"teaches".to_owned()));
    assert!(before.iter().all(|seq| f.project.items().unwrap().is_test(*seq)));
    // Whichever takes in the other, the same items judge; once placed, a further merge places nothing.
    let report = other.merge(ben, mine.path()).unwrap();
    assert_eq!(report.placed, 102);
    let theirs: Vec<String> = test_items(&other).into_iter().map(|seq| other.item(seq).unwrap().name()).collect();
    let late = |names: &[String]| {
        names.iter().filter(|name| name.starts_with("l-")).cloned().collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(late(&judge), late(&theirs));
    assert_eq!(f.project.merge(ben, other.path()).unwrap().placed, 0);
    assert_healthy(&mut f.project);
    assert_healthy(&mut other);
}

#[test]
fn one_item_is_looked_up_without_reading_all() {
    let f = Fixture::new();
    let plan = "EXPLAIN QUERY PLAN SELECT p.split FROM v_splits p WHERE p.item = 3";
    let steps: Vec<String> = sql::list(&f.project.conn, plan, [], |row| Ok(row.get(3)?)).unwrap();
    let scans = |step: &&String| step.starts_with("SCAN s") || step.starts_with("SCAN e");
    assert!(!steps.iter().any(|step| scans(&step)), "{steps:?}");
}
