//! Answers of several people to a small project, measured.

use super::*;
use crate::agreement::Weights;
use crate::clock::FixedClock;
use crate::domain::{
    ActKind, Field, FieldType, FieldValue, How, Origin, PersonId, PersonKind, ReviewId, Role, Said, SkipReason,
};
use crate::jobs::Control;
use crate::paths::Paths;
use crate::project::{ItemBatch, NewAnswer, NewItem, Place, Update};
use crate::workflow::blind::Blind;
use crate::workflow::settle;
use std::sync::Arc;

pub struct World {
    folder: tempfile::TempDir,
    clock: Arc<FixedClock>,
    pub project: Project,
    pub people: Vec<PersonId>,
}

impl World {
    /// Twelve items of two products, a question with these labels, and ana, ben and chi.
    pub fn new(kind: Kind, labels: &[&str]) -> Self {
        Self::sized(12, kind, labels)
    }

    /// The same with so many items, half of them of each product.
    pub fn sized(items: usize, kind: Kind, labels: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = Arc::new(FixedClock::at(1_795_132_800_000));
        let place = Place { clock: clock.clone(), os_user: "t".into(), host: "h".into(), pid: std::process::id() };
        let mut project = Project::create(&folder.path().join("p.karat"), place, false).expect("a project");
        let people: Vec<PersonId> = ["ana", "ben", "chi"]
            .map(|name| {
                // Ids of one millisecond are in no order.
                clock.advance(1);
                project.join(name).expect("joined")
            })
            .to_vec();
        let row = |n: usize| NewItem {
            id: Some(n.to_string()),
            text: format!("text {n} is here"),
            fields: vec![FieldValue::Text(if n <= items / 2 { "phone" } else { "camera" }.into())],
            group: None,
        };
        let rows: Vec<NewItem> = (1..=items).map(row).collect();
        let batch = ItemBatch { source: "test", rows: &rows, update: Update::Refuse, evaluation: 0.0, seed: 0 };
        project
            .write(people[0], ActKind::Init, |w| {
                let product =
                    Field { name: "product".into(), kind: FieldType::Text, show: false, feature: false, slice: true };
                w.declare_fields(&[product])?;
                w.put_items(&batch, &mut |_| ())?;
                let question = w.add_question("q", kind)?;
                labels.iter().try_for_each(|name| w.add_label(question, name, None).map(drop))
            })
            .expect("filled");
        Self { folder, clock, project, people }
    }

    pub fn question(&self) -> Question {
        self.project.question(None).expect("a question")
    }

    pub fn say(&mut self, person: usize, item: u32, value: &str) {
        let said = Said::Value(self.question().parse_value(value).expect("a value"));
        self.give(self.people[person], item, said);
    }

    /// Answers an item for a review.
    pub fn review(&mut self, person: usize, item: u32, value: crate::domain::Value, review: Option<ReviewId>) {
        self.put(self.people[person], item, Said::Value(value), review);
    }

    /// Answers an item in so many milliseconds.
    pub fn timed(&mut self, person: usize, item: u32, value: &str, ms: i64) {
        let said = Said::Value(self.question().parse_value(value).expect("a value"));
        let how = How { active_ms: Some(ms), ..How::picked(Origin::Key) };
        self.save(self.people[person], item, said, how);
    }

    /// Skips an item.
    pub fn skip(&mut self, person: usize, item: u32, reason: SkipReason) {
        self.give(self.people[person], item, Said::Skipped(Some(reason)));
    }

    fn give(&mut self, person: PersonId, item: u32, said: Said) {
        self.put(person, item, said, None);
    }

    fn put(&mut self, person: PersonId, item: u32, said: Said, review: Option<ReviewId>) {
        let question = self.question();
        let how = How { guidelines: question.guidelines_revision(), review, ..How::picked(Origin::CommandLine) };
        self.save(person, item, said, how);
    }

    fn save(&mut self, person: PersonId, item: u32, said: Said, how: How) {
        let question = self.question();
        self.clock.advance(1);
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
        self.project.write(person, ActKind::Answer, |w| w.add_answer(&new)).expect("saved");
    }

    pub fn paths(&self) -> Paths {
        let at = |name: &str| self.folder.path().join(name);
        Paths { config_file: at("c.toml"), config: at("c"), cache: at("x"), state: at("s"), data: at("d") }
    }

    fn measure(&self, filter: Option<&str>, per: Option<Per>) -> AgreementPanel {
        let gathered = Gathered::of(&self.project, &self.question(), filter).expect("gathered");
        measure(&self.project, &self.question(), &gathered, per.as_ref(), 0).expect("measured")
    }

    fn disputes(&self) -> (usize, Vec<Dispute>) {
        let found = self.disputes_for(self.people[0]);
        (found.items, found.first)
    }

    fn disputes_for(&self, viewer: PersonId) -> Disputed {
        let paths = self.paths();
        let (question, control) = (self.question(), Control::default());
        let gathered = Gathered::of(&self.project, &question, None).expect("gathered");
        let blind = Blind::of(&self.project, &question, Some(viewer)).expect("read");
        disputes(&self.project, &paths, &question, &gathered, 10, &blind, &control).expect("disputes")
    }
}

fn value(panel: &AgreementPanel, name: Name, weights: Weights) -> Option<f64> {
    let found = panel.coefficients.iter().find(|c| (c.name, c.weights) == (name, weights))?;
    found.outcome.as_ref().ok().map(|v| v.value)
}

#[test]
fn what_people_say_now_counts_and_nothing_else() {
    let mut w = World::new(Kind::Choice, &["no", "yes"]);
    for (item, a, b) in [(1, "yes", "yes"), (2, "no", "no"), (3, "yes", "no"), (4, "no", "no")] {
        w.say(0, item, a);
        w.say(1, item, b);
    }
    let before = w.measure(None, None);
    assert_eq!((before.units, before.answered, before.pairable, before.answers), (12, 4, 4, 8));
    assert_eq!(value(&before, Name::PercentAgreement, Weights::Nominal), Some(0.75));
    w.give(w.people[2], 3, Said::Skipped(Some(SkipReason::BrokenText)));
    let lead = w.people[0];
    let (_, model) = w
        .project
        .write(lead, ActKind::Person, |w| w.add_person("bert", Role::Annotator, PersonKind::Model))
        .expect("a model");
    let yes = w.question().parse_value("yes").expect("a label");
    w.give(model, 1, Said::Value(yes));
    assert_eq!(w.measure(None, None), before, "a skip and a model's answer change nothing");
    w.say(1, 3, "yes");
    assert_eq!(value(&w.measure(None, None), Name::PercentAgreement, Weights::Nominal), Some(1.0));
    assert_eq!(w.measure(Some("id = '2'"), None).answers, 2);
}

#[test]
fn labels_that_are_numbers_have_an_order() {
    let mut w = World::new(Kind::Choice, &["10", "2", "1"]);
    for (item, a, b) in [(1, "1", "1"), (2, "2", "1"), (3, "10", "10"), (4, "2", "2"), (5, "1", "2"), (6, "10", "10")] {
        w.say(0, item, a);
        w.say(1, item, b);
    }
    let panel = w.measure(None, None);
    let ordinal = value(&panel, Name::KrippendorffAlpha, Weights::Ordinal).expect("in an order");
    let nominal = value(&panel, Name::KrippendorffAlpha, Weights::Nominal).expect("as names");
    assert!(ordinal > nominal, "neighbours are less apart: {ordinal} {nominal}");
    assert_eq!(panel.headline().map(|c| c.weights), Some(Weights::Ordinal));
    assert_eq!(panel.labels.iter().map(|l| l.0.as_str()).collect::<Vec<_>>(), ["1", "2", "10"]);
}

#[test]
fn a_merged_label_counts_as_what_it_was_merged_into() {
    let mut w = World::new(Kind::Choice, &["bad", "awful", "good"]);
    for item in 1..=4 {
        w.say(0, item, "bad");
        w.say(1, item, "awful");
    }
    w.say(0, 5, "good");
    w.say(1, 5, "good");
    let (question, lead) = (w.question(), w.people[0]);
    crate::workflow::labels::merge(&mut w.project, lead, &question, "awful", "bad").expect("merged");
    let panel = w.measure(None, None);
    assert_eq!(value(&panel, Name::PercentAgreement, Weights::Nominal), Some(1.0));
    assert_eq!(panel.labels.iter().map(|l| l.0.as_str()).collect::<Vec<_>>(), ["bad", "good"]);
}

#[test]
fn every_kind_of_question_is_measured() {
    for (kind, labels, same, other) in [
        (Kind::Choices, &["a", "b", "c"][..], "a, b", "a"),
        (Kind::Spans, &["a", "b"][..], "0-4 a; 5-6 b", "0-6 a"),
        (Kind::Rating, &[][..], "4", "2"),
        (Kind::Text, &[][..], "the same words", "others"),
        (Kind::Preference, &[][..], "left", "equal"),
    ] {
        let mut w = World::new(kind, labels);
        for item in 1..=6 {
            w.say(0, item, same);
            w.say(1, item, if item < 5 { same } else { other });
            w.say(2, item, other);
        }
        let panel = w.measure(None, None);
        assert_eq!(panel.pairable, 6, "{kind}");
        let percent = value(&panel, Name::PercentAgreement, Weights::Nominal).expect("a share");
        assert!((percent - 1.0 / 3.0).abs() < 1e-12, "{kind}: {percent}");
        assert_eq!(panel.spans.is_some(), kind == Kind::Spans);
        assert_eq!(panel.pairs.len(), 3, "{kind}");
        let json = panel.to_json(&w.question());
        for key in [
            "question",
            "units",
            "answered_units",
            "pairable_units",
            "answers",
            "coefficients",
            "pairs",
            "labels",
            "annotators",
        ] {
            assert!(json.get(key).is_some(), "{kind} lacks {key}");
        }
        assert_eq!(w.disputes().0, 6, "{kind}");
    }
}

#[test]
fn groups_are_the_values_of_a_field_the_weeks_and_the_guidelines() {
    let mut w = World::new(Kind::Choice, &["no", "yes"]);
    for item in 1..=6 {
        w.say(0, item, "yes");
        w.say(1, item, if item % 2 == 0 { "yes" } else { "no" });
    }
    w.clock.advance(7 * 86_400_000);
    let (lead, question) = (w.people[0], w.question().id);
    w.project.write(lead, ActKind::Guidelines, |w| w.write_guidelines(question, "say yes")).expect("written");
    for item in 7..=9 {
        w.say(0, item, "yes");
        w.say(1, item, "yes");
    }
    let named = |per| {
        let groups = w.measure(None, Some(per)).groups;
        groups.into_iter().map(|g| (g.name, g.units, g.pairable)).collect::<Vec<_>>()
    };
    let said = |name: &str| GroupName::Said(name.into());
    assert_eq!(named(Per::Field("product".into())), [(said("camera"), 6, 3), (said("phone"), 6, 6)]);
    assert_eq!(named(Per::Week), [(said("2026-11-16"), 6, 6), (said("2026-11-23"), 3, 3)]);
    assert_eq!(named(Per::Guidelines), [(GroupName::Revision(0), 6, 6), (GroupName::Revision(1), 3, 3)]);
    let gathered = Gathered::of(&w.project, &w.question(), None).expect("gathered");
    let wrong = measure(&w.project, &w.question(), &gathered, Some(&Per::Field("prodct".into())), 0);
    assert!(wrong.is_err_and(|e| e.hint.is_some_and(|hint| hint.contains("product"))));
}

#[test]
fn the_most_doubtful_dispute_comes_first_and_a_settled_one_not_at_all() {
    let mut w = World::new(Kind::Choice, &["no", "maybe", "yes"]);
    for (item, said) in [(1, ["yes", "yes", "yes"]), (2, ["yes", "yes", "no"]), (3, ["yes", "maybe", "no"])] {
        (0..3).for_each(|person| w.say(person, item, said[person]));
    }
    let (n, list) = w.disputes();
    assert_eq!((n, list.iter().map(|d| d.seq).collect::<Vec<_>>()), (2, vec![3, 2]));
    assert!((list[0].doubt - 3f64.ln()).abs() < 1e-12);
    assert_eq!(list[1].votes.iter().map(|v| v.who.name.as_str()).collect::<Vec<_>>(), ["ana", "ben", "chi"]);
    let (question, lead) = (w.question(), w.people[0]);
    let no = question.parse_value("no").expect("a label");
    settle::adjudicate(&mut w.project, lead, &question, &settle::Settling::of(3, no)).expect("settled");
    assert_eq!(w.disputes().1.iter().map(|d| d.seq).collect::<Vec<_>>(), [2]);
}

#[test]
fn revisions_are_told_in_their_order_and_the_oldest_groups_that_are_left_out_are_counted() {
    let mut w = World::sized(60, Kind::Choice, &["no", "yes"]);
    let (lead, question) = (w.people[0], w.question().id);
    for item in 1..=60 {
        let text = format!("revision {item}");
        w.project.write(lead, ActKind::Guidelines, |w| w.write_guidelines(question, &text)).expect("written");
        w.say(0, item, "yes");
    }
    let panel = w.measure(None, Some(Per::Guidelines));
    let revisions: Vec<GroupName> = panel.groups.iter().map(|group| group.name.clone()).collect();
    assert_eq!(revisions, (11..=60).map(GroupName::Revision).collect::<Vec<_>>());
    assert_eq!(panel.groups_left_out, 10);
    let json = panel.to_json(&w.question());
    assert_eq!((&json["groups"][0]["name"], &json["groups_left_out"]), (&11.into(), &10.into()));
}

#[test]
fn what_gives_a_label_that_was_split_disputes_and_settles_nothing_until_it_is_said_anew() {
    let mut w = World::new(Kind::Choice, &["bad", "fine"]);
    w.say(0, 1, "bad");
    w.say(1, 1, "fine");
    w.say(0, 2, "bad");
    let (lead, question) = (w.people[0], w.question());
    let bad = question.parse_value("bad").expect("a label");
    settle::adjudicate(&mut w.project, lead, &question, &settle::Settling::of(1, bad)).expect("settled");
    crate::workflow::labels::split(&mut w.project, Some(lead), &question, "bad", &["rude", "broken"]).expect("split");
    assert!(w.project.settled(&w.question()).expect("settled").iter().all(|(item, _)| *item == 1), "fine alone holds");
    assert_eq!(w.disputes().0, 0, "one of the two says nothing any more");
    w.say(1, 3, "fine");
    let bad = question.parse_value("bad").expect("a label");
    assert!(w.question().is_split(&bad));
    let ruled = |w: &World| w.disputes().1.into_iter().map(|d| (d.seq, d.ruled.is_some())).collect::<Vec<_>>();
    w.say(0, 1, "rude");
    assert_eq!(ruled(&w), [(1, false)], "rude and fine differ, and the ruling settles them no more");
    let question = w.question();
    let rude = question.parse_value("rude").expect("a label");
    settle::adjudicate(&mut w.project, lead, &question, &settle::Settling::of(1, rude)).expect("settled");
    assert!(ruled(&w).is_empty());
}

#[test]
fn a_ruling_of_a_label_that_was_split_is_to_be_made_again() {
    let mut w = World::new(Kind::Choice, &["bad", "fine"]);
    let (lead, question) = (w.people[0], w.question());
    let bad = question.parse_value("bad").expect("a label");
    settle::adjudicate(&mut w.project, lead, &question, &settle::Settling::of(4, bad.clone())).expect("settled");
    assert_eq!(w.disputes().0, 0);
    crate::workflow::labels::split(&mut w.project, Some(lead), &question, "bad", &["rude", "broken"]).expect("split");
    let (n, list) = w.disputes();
    assert_eq!((n, list[0].seq, list[0].ruled.as_ref()), (1, 4, Some(&bad)));
    w.say(1, 4, "rude");
    assert_eq!(w.disputes().0, 0, "what was said anew holds");
}

#[test]
fn an_annotator_sees_what_is_disputed_once_they_have_answered_it() {
    let mut w = World::new(Kind::Choice, &["no", "yes"]);
    for (person, item, said) in [(0, 1, "yes"), (2, 1, "no"), (0, 2, "yes"), (1, 2, "no"), (2, 2, "no")] {
        w.say(person, item, said);
    }
    w.skip(1, 1, crate::domain::SkipReason::BrokenText);
    let seen = |w: &World, person: usize| {
        let found = w.disputes_for(w.people[person]);
        (found.items, found.withheld, found.first.iter().map(|d| d.seq).collect::<Vec<_>>())
    };
    assert_eq!((seen(&w, 0), seen(&w, 2)), ((2, 0, vec![1, 2]), (2, 0, vec![1, 2])), "a lead sees all");
    assert_eq!(seen(&w, 1), (2, 1, vec![2]), "a skip is no answer");
    let found = |w: &World, person: usize, typed: &str| {
        let wanted = crate::workflow::labelling::Wanted::Typed(typed.to_owned());
        let hits = crate::workflow::labelling::find(&w.project, &w.question(), w.people[person], &wanted);
        hits.expect("found").rows.iter().map(|hit| hit.seq).collect::<Vec<_>>()
    };
    assert_eq!(found(&w, 0, "answer.chi = 'no'"), [1, 2]);
    assert_eq!(found(&w, 1, "answer.chi = 'no'"), [2], "a search does not tell it either");
    assert_eq!(found(&w, 1, "answer.ben = 'no'"), [2]);
    let (lead, question) = (w.people[0], w.question());
    crate::workflow::review::send(&mut w.project, Some(lead), &question, "answer.ben = 'no'", None).expect("sent");
    assert_eq!(seen(&w, 1), (2, 2, vec![]), "what was sent back is answered blind");
    let person = w.people[1];
    w.project.write(lead, ActKind::Person, |w| w.set_role(person, crate::domain::Role::Reviewer)).expect("a reviewer");
    assert_eq!(seen(&w, 1), (2, 0, vec![1, 2]));
}

#[test]
fn nobody_and_one_person_give_reasons() {
    let mut w = World::new(Kind::Choice, &["no", "yes"]);
    let reason = |w: &World| w.measure(None, None).headline().map(|c| c.outcome.map(|v| v.value));
    assert_eq!(reason(&w), Some(Err(Undefined::NoAnswers)));
    w.say(0, 1, "yes");
    assert_eq!(reason(&w), Some(Err(Undefined::OneAnnotator)));
    w.say(1, 2, "yes");
    assert_eq!(reason(&w), Some(Err(Undefined::NoPairs)));
    w.say(1, 1, "yes");
    assert_eq!(reason(&w), Some(Err(Undefined::OneLabel)));
}

#[test]
fn behind_a_cell_are_the_items_that_make_it() {
    let mut w = World::new(Kind::Choice, &["no", "maybe", "yes"]);
    for (item, said) in [(1, ["yes", "yes", "yes"]), (2, ["yes", "yes", "no"]), (3, ["yes", "maybe", "no"])] {
        (0..3).for_each(|person| w.say(person, item, said[person]));
    }
    w.say(0, 4, "no");
    let gathered = Gathered::of(&w.project, &w.question(), None).expect("gathered");
    let items = |cell| behind(&w.question(), &gathered, &cell);
    assert_eq!(items(Behind::Pair(w.people[0], w.people[1])), [3]);
    assert_eq!(items(Behind::Label("yes".into())), [2, 3]);
    assert_eq!(items(Behind::Label("maybe".into())), [3]);
    assert_eq!(items(Behind::Person(w.people[2])), [2, 3]);
    assert_eq!(items(Behind::Person(w.people[0])), [3], "whoever is alone on an item differs from nobody");
}
