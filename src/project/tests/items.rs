use super::*;
use crate::domain::{Field, FieldType, FieldValue, Split};
use crate::error::Kind as Fault;

fn put(f: &mut Fixture, rows: &[NewItem], update: Update) -> crate::error::Result<ItemReport> {
    let ana = f.ana;
    f.clock.advance(1_000);
    Ok(f.project.write(ana, ActKind::Import, |w| w.put_items(&ItemBatch { update, ..batch(rows) }, &mut |_| ()))?.1)
}

#[test]
fn the_same_rows_twice_add_nothing() {
    let mut f = Fixture::new();
    let report = put(&mut f, &rows(7), Update::Refuse).unwrap();
    assert_eq!((report.added, report.unchanged, report.items), (1, 6, (1..=7).collect()));
    let before = f.project.last_act().unwrap();
    assert_eq!(put(&mut f, &rows(7), Update::Refuse).unwrap().unchanged, 7);
    assert_eq!(f.project.last_act().unwrap(), before);
    assert_healthy(&mut f.project);
}

#[test]
fn a_changed_row_is_refused_unless_it_is_an_update() {
    let mut f = Fixture::new();
    f.answer(f.ana, 2, "positive");
    let mut changed = rows(6);
    changed[1].text = "rewritten".into();
    let error = put(&mut f, &changed, Update::Refuse).unwrap_err();
    assert_eq!(error.kind, Fault::Conflict);
    assert!(error.message.contains("r-2"), "{error}");
    assert_eq!(put(&mut f, &changed, Update::Replace).unwrap().updated, 1);
    let item = f.project.item(2).unwrap();
    assert_eq!((item.text.as_str(), item.revision), ("rewritten", 2));
    let question = f.question();
    assert!(f.project.answer_of(&question, 2, f.ana).unwrap().unwrap().stale);
    assert!(f.project.settled(&question).unwrap().is_empty());
    assert_healthy(&mut f.project);
}

#[test]
fn one_id_cannot_mean_two_rows_of_a_file() {
    let mut f = Fixture::new();
    let mut twice = rows(9);
    twice[8].id = Some("r-8".into());
    let error = put(&mut f, &twice, Update::Replace).unwrap_err();
    assert!(error.message.contains("\"r-8\" stands at row 8"), "{error}");
    twice[8].text = twice[7].text.clone();
    assert_eq!(put(&mut f, &twice, Update::Refuse).unwrap().collapsed, 1);
}

#[test]
fn rows_without_ids_are_named_by_their_content() {
    let mut f = Fixture::new();
    let mut same = rows(3);
    same.iter_mut().for_each(|row| row.id = None);
    same[2].text = same[0].text.clone();
    let report = put(&mut f, &same, Update::Refuse).unwrap();
    assert_eq!((report.added, report.collapsed, report.items), (2, 1, vec![7, 8, 7]));
    assert_eq!(put(&mut f, &same, Update::Refuse).unwrap().unchanged, 2);
    assert_healthy(&mut f.project);
}

#[test]
fn an_undone_import_leaves_its_rows_empty_and_can_come_again() {
    let mut f = Fixture::new();
    let act = {
        let ana = f.ana;
        f.project.write(ana, ActKind::Import, |w| w.put_items(&batch(&rows(8)), &mut |_| ())).unwrap().0.unwrap()
    };
    f.project.undo(f.ana, &UndoScope::Act(act)).unwrap();
    assert_eq!((f.project.item_count().unwrap(), f.project.item_rows().unwrap()), (6, 8));
    let mut texts = Vec::new();
    f.project.for_each_text(|seq, text| texts.push((seq, text.to_owned()))).unwrap();
    assert_eq!(texts[5..], [(6, "text 6".to_owned()), (7, String::new()), (8, String::new())]);
    assert_eq!(f.project.items().unwrap().live, [true, true, true, true, true, true, false, false]);
    let digest = f.project.items_digest().unwrap();
    assert_eq!(put(&mut f, &rows(8), Update::Refuse).unwrap().added, 2);
    assert_ne!(f.project.items_digest().unwrap(), digest);
    assert_eq!((f.project.item_count().unwrap(), f.project.item_rows().unwrap()), (8, 8));
    assert_healthy(&mut f.project);
}

#[test]
fn the_evaluation_set_takes_whole_groups_and_stays() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::default();
    let mut project = Project::create(&folder.path().join("p.karat"), place(&clock), false).unwrap();
    let ana = project.join("ana").unwrap();
    let mut grouped = rows(400);
    for (i, row) in grouped.iter_mut().enumerate() {
        row.group = Some(format!("g-{}", i / 8));
    }
    let put = |project: &mut Project, rows: &[NewItem]| {
        let batch = ItemBatch { evaluation: 0.1, ..batch(rows) };
        project.write(ana, ActKind::Import, |w| w.put_items(&batch, &mut |_| ())).unwrap().1
    };
    assert_eq!(put(&mut project, &grouped[..200]).evaluation, 24);
    let first = project.items().unwrap().split;
    for group in first.chunks(8) {
        assert!(group.iter().all(|e| *e == group[0]));
    }
    let chosen = first.iter().position(|split| *split == Split::Test).unwrap();
    let mut late = rows(1);
    late[0] = NewItem {
        id: Some("late".into()),
        text: "late".into(),
        fields: Vec::new(),
        group: grouped[chosen].group.clone(),
    };
    assert_eq!(put(&mut project, &late).evaluation, 1);
    assert_eq!(project.items().unwrap().split[..200], first);
}

#[test]
fn fields_keep_their_types_and_widen() {
    let mut f = Fixture::new();
    let field = |name: &str, kind| Field { name: name.into(), kind, show: false, feature: false, slice: true };
    let ana = f.ana;
    let row = |id: &str, fields| NewItem { id: Some(id.into()), text: "t".into(), fields, group: None };
    f.project
        .write(ana, ActKind::Import, |w| {
            w.declare_fields(&[
                field("product", FieldType::Text),
                field("price", FieldType::Integer),
                field("new", FieldType::Boolean),
            ])?;
            let values = vec![FieldValue::Text("a \"b\"".into()), FieldValue::Integer(3), FieldValue::Boolean(true)];
            w.put_items(
                &batch(&[row("x", values), row("y", vec![FieldValue::Null, FieldValue::Integer(4)])]),
                &mut |_| (),
            )
        })
        .unwrap();
    f.project
        .write(ana, ActKind::Field, |w| {
            w.declare_fields(&[field("price", FieldType::Number)])?;
            w.set_field_flags("product", true, false, true)
        })
        .unwrap();
    let fields = f.project.fields().unwrap();
    assert_eq!(
        fields.iter().map(|f| (f.name.as_str(), f.kind, f.show)).collect::<Vec<_>>(),
        [("product", FieldType::Text, true), ("price", FieldType::Number, false), ("new", FieldType::Boolean, false)]
    );
    let item = f.project.item(f.project.find_item("x").unwrap()).unwrap();
    assert_eq!(item.fields, [FieldValue::Text("a \"b\"".into()), FieldValue::Number(3.0), FieldValue::Boolean(true)]);
    let mut all = Vec::new();
    f.project.for_each_fields(|seq, values| all.push((seq, values.to_vec()))).unwrap();
    assert_eq!(all[7], (8, vec![FieldValue::Null, FieldValue::Number(4.0), FieldValue::Null]));
    assert!(f.project.write(ana, ActKind::Field, |w| w.set_field_flags("prise", true, true, true)).is_err());
}

#[test]
fn an_item_is_found_by_its_id_or_its_keys_beginning() {
    let f = Fixture::new();
    assert_eq!(f.project.find_item("r-3").unwrap(), 3);
    let key = f.project.item(4).unwrap().key.to_string();
    assert_eq!(f.project.find_item(&key[..10]).unwrap(), 4);
    assert_eq!(f.project.find_item(&key.to_uppercase()).unwrap(), 4);
    let error = f.project.find_item("R-3").unwrap_err();
    assert_eq!(error.hint.as_deref(), Some("did you mean r-3?"));
}
