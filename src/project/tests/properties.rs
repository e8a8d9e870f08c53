use super::*;
use proptest::prelude::*;

/// Something that somebody may do.
#[derive(Debug, Clone)]
enum Deed {
    Answer { who: bool, item: u32, label: usize },
    Settle { who: bool, item: u32, label: usize },
    Label { who: bool, name: u8 },
    Update { item: usize, text: u8 },
    Presence { state: usize },
    Undo { who: bool },
    Redo { who: bool },
}

fn deed() -> impl Strategy<Value = Deed> {
    let (who, item, label) = (any::<bool>(), 1u32..=4, 0usize..3);
    prop_oneof![
        6 => (who, item.clone(), label.clone()).prop_map(|(who, item, label)| Deed::Answer { who, item, label }),
        1 => (who, item, label).prop_map(|(who, item, label)| Deed::Settle { who, item, label }),
        1 => (any::<bool>(), 0u8..3).prop_map(|(who, name)| Deed::Label { who, name }),
        1 => (0usize..4, 0u8..3).prop_map(|(item, text)| Deed::Update { item, text }),
        2 => (0usize..3).prop_map(|state| Deed::Presence { state }),
        4 => any::<bool>().prop_map(|who| Deed::Undo { who }),
        3 => any::<bool>().prop_map(|who| Deed::Redo { who }),
    ]
}

/// Does it, where the project allows it.
fn apply(project: &mut Project, people: [PersonId; 2], deed: &Deed) {
    let question = project.question(None).unwrap();
    let person = |who: bool| people[usize::from(who)];
    let acts = match deed {
        Deed::Answer { who, .. } | Deed::Settle { who, .. } => person(*who),
        _ => people[0],
    };
    if project.refuse_absent(acts).is_err() {
        return;
    }
    match *deed {
        Deed::Answer { who, item, label } => {
            let new = NewAnswer {
                person: person(who),
                question: question.id,
                item,
                text_hash: None,
                said: Said::Value(Value::Choice(question.labels[label].id)),
                flag: false,
                note: None,
                how: How::picked(Origin::Key),
                source: None,
            };
            project.write(person(who), ActKind::Answer, |w| w.add_answer(&new)).unwrap();
        }
        Deed::Settle { who, item, label } => {
            let value = Value::Choice(question.labels[label].id);
            let origin = crate::domain::RulingOrigin::Adjudicated;
            let ruling = NewRuling::of(question.id, item, value, origin);
            project.write(person(who), ActKind::Settle, |w| w.add_ruling(&ruling)).unwrap();
        }
        Deed::Label { who, name } => {
            project.write(person(who), ActKind::Label, |w| w.add_label(question.id, &format!("new-{name}"), None)).ok();
        }
        Deed::Update { item, text } => {
            let mut row = rows(4).remove(item);
            row.text = format!("other text {text}");
            let batch = ItemBatch { update: Update::Replace, ..batch(std::slice::from_ref(&row)) };
            project.write(people[0], ActKind::Import, |w| w.put_items(&batch, &mut |_| ())).unwrap();
        }
        Deed::Presence { state } => {
            let state = crate::domain::Presence::ALL[state];
            project.write(people[0], ActKind::Person, |w| w.set_presence(people[1], state, Some("moved on"))).unwrap();
        }
        Deed::Undo { who } => {
            project.undo(person(who), &UndoScope::Any).ok();
        }
        Deed::Redo { who } => {
            project.redo(person(who), &UndoScope::Any).ok();
        }
    }
}

/// What everybody says now, in words that mean the same in every copy.
fn standing(project: &Project) -> Vec<String> {
    let question = project.question(None).unwrap();
    let mut told: Vec<String> = project
        .current_answers(&question)
        .unwrap()
        .into_iter()
        .map(|a| format!("{} {} {:?} {}", project.item(a.item).unwrap().name(), a.person, a.said, a.stale))
        .collect();
    let ruling =
        |(item, r, stale): (u32, crate::domain::Ruling, bool)| format!("{item} {:?} {:?} {stale}", r.value, r.origin);
    told.extend(project.rulings(&question).unwrap().into_iter().map(ruling));
    told.extend(question.labels.iter().map(|l| format!("{l:?}")));
    told.sort();
    told
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_done_the_derived_tables_follow_and_the_log_verifies(deeds in prop::collection::vec(deed(), 1..25)) {
        let mut f = Fixture::new();
        for deed in &deeds {
            apply(&mut f.project, [f.ana, f.ben], deed);
        }
        assert_healthy(&mut f.project);
    }

    #[test]
    fn undoing_and_redoing_everything_comes_back_to_the_same(deeds in prop::collection::vec(deed(), 1..12)) {
        let mut f = Fixture::new();
        for deed in &deeds {
            apply(&mut f.project, [f.ana, f.ben], deed);
        }
        let before = standing(&f.project);
        let undone = std::iter::from_fn(|| f.project.undo(f.ana, &UndoScope::Any).ok()).count();
        let redone = std::iter::from_fn(|| f.project.redo(f.ana, &UndoScope::Any).ok()).take(undone).count();
        prop_assert_eq!(undone, redone);
        prop_assert_eq!(standing(&f.project), before);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, ..ProptestConfig::default() })]

    #[test]
    fn copies_that_went_apart_merge_to_the_same_either_way(
        together in prop::collection::vec(deed(), 0..8),
        left in prop::collection::vec(deed(), 0..10),
        right in prop::collection::vec(deed(), 0..10),
        after in prop::collection::vec(deed(), 0..4),
    ) {
        let mut f = Fixture::new();
        let people = [f.ana, f.ben];
        together.iter().for_each(|deed| apply(&mut f.project, people, deed));
        let (mut a, mut b) = (f.copy("a.karat"), f.copy("b.karat"));
        left.iter().for_each(|deed| apply(&mut a, people, deed));
        right.iter().for_each(|deed| apply(&mut b, people, deed));
        let (mut ab, mut ba) = (f.copy("ab.karat"), f.copy("ba.karat"));
        ab.merge(f.ana, a.path()).unwrap();
        ab.merge(f.ana, b.path()).unwrap();
        ba.merge(f.ben, b.path()).unwrap();
        ba.merge(f.ben, a.path()).unwrap();
        prop_assert_eq!(ab.content_digest().unwrap(), ba.content_digest().unwrap());
        prop_assert_eq!(standing(&ab), standing(&ba));
        after.iter().for_each(|deed| apply(&mut ab, people, deed));
        ba.merge(f.ana, ab.path()).unwrap();
        prop_assert_eq!(ab.content_digest().unwrap(), ba.content_digest().unwrap());
        assert_healthy(&mut ab);
        assert_healthy(&mut ba);
    }
}
