use super::*;
use crate::tui::keys::script;

fn after(mut form: Form, keys: &str) -> Form {
    for key in script(keys).unwrap() {
        match key.code {
            KeyCode::Down => form.scroll(1),
            KeyCode::Up => form.scroll(-1),
            _ => drop(form.key(key)),
        }
    }
    form
}

#[test]
fn without_a_change_it_asks_for_the_quick_text_model() {
    let asked = Form::default().asked().unwrap();
    assert_eq!(asked, Asked { sources: vec![Source::Text], ..Asked::default() });
}

#[test]
fn a_preset_fills_the_rows_and_each_can_be_changed() {
    let fields = |fields: &[&str]| Trainable { fields: fields.iter().map(|f| (*f).to_owned()).collect(), rows: [9; 3] };
    let form = Form { trainable: Some(fields(&["price"])), ..Form::default() };
    let best = after(form, "right right").asked().unwrap();
    assert_eq!((best.model, best.sources), (LearnerKind::Boosting, vec![Source::Text, Source::Fields]));
    let plain = after(Form::default(), "left").asked().unwrap();
    assert_eq!((plain.model, plain.sources), (LearnerKind::LogisticRegression, vec![]), "no field is flagged");
    let form = after(
        Form::default(),
        "down down right down right down right down down c = 1 down m y down backspace 7 down backspace 3",
    );
    let asked = form.asked().unwrap();
    assert_eq!(asked.sources, [Source::Fields]);
    assert!(asked.balanced && asked.calibrate == Calibrate::Isotonic);
    assert_eq!(
        (asked.set, asked.name.as_deref(), asked.seed, asked.seeds),
        (vec![("c".into(), "1".into())], Some("my"), 7, 3)
    );
    let other = after(after(Form::default(), "down down down down down down c = 1"), "up up up up up right");
    assert_eq!(other.asked().unwrap().set, [], "another model has other settings");
}

#[test]
fn what_cannot_be_says_why() {
    let to_settings = "down down down down down down";
    for (keys, told) in [
        ("c", "write c=1"),
        ("d e p t h = 3", "no setting"),
        ("down down x", "the seed is a whole number"),
        ("down down down 0 0 0", "1 to 100"),
    ] {
        let refused = after(Form::default(), &format!("{to_settings} {keys}")).asked().unwrap_err();
        assert!(refused.contains(told), "{keys}: {refused}");
    }
}
