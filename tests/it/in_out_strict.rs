//! In and out where it is easily got wrong: ids that two sources share, copies that merged, answers that do not fit,
//! rows that contradict each other, and what an import changes without being asked.

use super::in_out::{ITEMS, bring, lines, make, place, project, write_out};
use crate::harness::TestEnv;
use karat::clock::FixedClock;
use karat::domain::Kind;
use karat::project::{Place, Project};
use karat::workflow::export::What as Out;
use karat::workflow::frame;
use karat::workflow::import::{self, What as In};
use karat::workflow::init::Options;
use std::sync::Arc;

#[test]
fn an_id_of_two_sources_is_named_by_key_or_source() {
    let env = TestEnv::new();
    let mut p = project(&env, "items.csv", ITEMS, &Options::default());
    let other = env.write("more.csv", ITEMS.replace("It is good", "It was good"));
    let report = bring(&mut p, &other, In::Items, &import::Options::default()).unwrap();
    assert!(report.added == 3 && report.notes.iter().any(|n| n.contains("3 ids are known from another source")));
    let plain = import::Options::default();
    let data = env.write("a.csv", "id,annotator,label\n007,ben,pos\n");
    let e = bring(&mut p, &data, In::Answers, &plain).unwrap_err();
    assert!(e.message.contains("\"007\" is the id of several items, of the sources items, more"), "{e}");
    assert!(e.hint.is_some_and(|hint| hint.contains("\"source\", or \"key\"")));
    let key = p.item(4).unwrap().key.to_string();
    let data = env.write("b.csv", format!("id,annotator,label\n{},ben,pos\n", &key[..12]));
    assert_eq!(bring(&mut p, &data, In::Answers, &plain).unwrap().added, 1);
    let data = env.write("c.csv", "id,source,annotator,label\n007,items,ben,neg\n");
    assert_eq!(bring(&mut p, &data, In::Answers, &plain).unwrap().added, 1);
    let data = env.write("wide.csv", format!("id,key,source,chi\n007,{key},more,pos\n007,,items,neg\n"));
    let report = bring(&mut p, &data, In::Answers, &import::Options { wide: true, ..plain.clone() }).unwrap();
    assert_eq!((report.added, report.people), (2, vec!["chi".to_owned()]));
    let data = env.write("labels.csv", format!("id,key,label\n007,{key},pos\n"));
    assert_eq!(bring(&mut p, &data, In::Labels, &plain).unwrap().added, 1);

    write_out(&p, Out::Answers, &env.path("answers.csv"), None).unwrap();
    let answers = lines(&env.path("answers.csv"));
    assert!(answers[0].starts_with("item,source,key,annotator,answer,"), "{answers:?}");
    assert!(answers[3].starts_with(&format!("007,more,{key},ben,pos,")), "{answers:?}");
    write_out(&p, Out::Items, &env.path("all.csv"), None).unwrap();
    write_out(&p, Out::Rulings, &env.path("rulings.csv"), None).unwrap();
    write_out(&p, Out::Training, &env.path("training.csv"), None).unwrap();
    assert!(lines(&env.path("training.csv"))[0].ends_with(",split,source,key"));

    let again = bring(&mut p, &env.path("all.csv"), In::Items, &plain).unwrap();
    assert_eq!((again.added, again.unchanged, again.source.as_str()), (0, 6, "items, more"));
    for (name, what) in [("answers.csv", In::Answers), ("rulings.csv", In::Labels)] {
        let named = import::Options { item: Some("item".into()), ..plain.clone() };
        let again = bring(&mut p, &env.path(name), what, &named).unwrap();
        assert_eq!((again.added, again.batch), (0, None), "{name}");
    }

    let fresh = Options { labels: vec!["pos".into(), "neg".into()], ..Options::default() };
    make(&env.path("all.csv"), &fresh).unwrap();
    let mut second = Project::open(&env.path("all.karat"), place()).unwrap();
    assert_eq!(second.sources().unwrap(), ["items", "more"]);
    let named: Vec<String> = second.fields().unwrap().into_iter().map(|f| f.name).collect();
    assert_eq!(named, ["price"], "what tells items apart is no field");
    let report = bring(&mut second, &env.path("answers.csv"), In::Answers, &plain).unwrap();
    assert_eq!(report.added, 4);
    write_out(&second, Out::Answers, &env.path("again.csv"), None).unwrap();
    let said = |name: &str| -> Vec<String> {
        let without_key = |line: &String| {
            line.split(',')
                .enumerate()
                .filter(|(i, _)| *i != 2 && *i < 5)
                .map(|(_, c)| c.to_owned())
                .collect::<Vec<_>>()
                .join(",")
        };
        lines(&env.path(name)).iter().map(without_key).collect()
    };
    assert_eq!(said("answers.csv"), said("again.csv"));
}

/// Two copies that went on by themselves and took in each other export the same lines.
#[test]
fn merged_copies_export_in_one_order() {
    let env = TestEnv::new();
    let clock = Arc::new(FixedClock::at(1_770_000_000_000));
    let here = || Place { clock: clock.clone(), ..place() };
    project(&env, "items.csv", ITEMS, &Options::default()).copy(&env.path("theirs.karat")).unwrap();
    let mut ours = Project::open(&env.path("items.karat"), here()).unwrap();
    let mut theirs = Project::open(&env.path("theirs.karat"), here()).unwrap();
    let both = env.write("both.csv", "id,text,price\nx,In both,1\ny,In both too,2\nz,Here first,3\n");
    bring(&mut ours, &both, In::Items, &import::Options::default()).unwrap();
    clock.advance(1);
    let other = env.write("other.csv", "id,text,price\nb,Only there,1\na,There too,2\n");
    bring(&mut theirs, &other, In::Items, &import::Options::default()).unwrap();
    clock.advance(1);
    let both = env.write("both.csv", "id,text,price\ny,In both too,2\nw,There only,3\nx,In both,1\n");
    bring(&mut theirs, &both, In::Items, &import::Options::default()).unwrap();
    clock.advance(1);
    for (p, who) in [(&mut ours, "ben"), (&mut theirs, "chi")] {
        let data = env.write("said.csv", format!("id,annotator,label\n009,{who},pos\nx,{who},neg\n007,{who},pos\n"));
        bring(p, &data, In::Answers, &import::Options::default()).unwrap();
        let data = env.write("ruled.csv", "id,label\ny,pos\n008,neg\n");
        bring(p, &data, In::Labels, &import::Options::default()).unwrap();
    }
    let by = ours.join("ana").unwrap();
    ours.merge(by, &env.path("theirs.karat")).unwrap();
    theirs.merge(by, &env.path("items.karat")).unwrap();
    for what in [Out::Items, Out::Answers, Out::Rulings, Out::Training] {
        write_out(&ours, what, &env.path("ours.csv"), None).unwrap();
        write_out(&theirs, what, &env.path("theirs.csv"), None).unwrap();
        assert_eq!(lines(&env.path("ours.csv")), lines(&env.path("theirs.csv")), "{what}");
    }
    write_out(&ours, Out::Items, &env.path("ours.csv"), None).unwrap();
    let ids: Vec<String> =
        lines(&env.path("ours.csv"))[1..].iter().map(|l| l.split(',').next().unwrap().into()).collect();
    assert_eq!(ids[..4], ["007", "008", "009", "z"], "what came first, as its file had it");
    assert_eq!((&ids[6..8], ids[8].as_str()), (&["b".to_owned(), "a".into()][..], "w"));
}

#[test]
fn an_answer_that_does_not_fit_its_item_is_refused_with_its_line() {
    let env = TestEnv::new();
    let spans =
        Options { kind: Some(Kind::Spans), labels: vec!["x".into()], gold: Some("-".into()), ..Options::default() };
    let mut p = project(&env, "spans.csv", "id,text\n1,héllo you\n", &spans);
    let plain = import::Options::default();
    for (written, says) in [
        ("0-10 x", "s.csv line 2, column \"answer\": the span 0-10 reaches beyond the text, which has 9 characters"),
        ("4-1 x", "s.csv line 2, column \"answer\": the span 4-1 ends before it starts"),
        ("2-2 x", "s.csv line 2, column \"answer\": the span 2-2 is empty"),
    ] {
        let data = env.write("s.csv", format!("id,annotator,answer\n1,ben,{written}\n"));
        for what in [In::Answers, In::Gold, In::Labels] {
            assert_eq!(bring(&mut p, &data, what, &plain).unwrap_err().message, says, "{what}");
        }
        assert!(env.karat(["-p", "spans.karat", "answer", "1", written]).fails(2).contains("the span"));
        assert!(env.karat(["-p", "spans.karat", "settle", "1", written]).fails(2).contains("the span"));
    }
    let data = env.write("s.csv", "id,annotator,answer\n1,ben,0-9 x\n");
    assert_eq!(bring(&mut p, &data, In::Answers, &plain).unwrap().added, 1);

    let rating = Options { kind: Some(Kind::Rating), ..Options::default() };
    let data = env.write("stars.csv", "id,text,gold\n1,so it is,7\n2,so it was,2\n");
    assert!(make(&data, &rating).unwrap().notes.iter().any(|n| n.contains("ratings go from 1 to 7")));
    let mut p = Project::open(&env.path("stars.karat"), place()).unwrap();
    let data = env.write("r.csv", "id,annotator,answer\n1,ben,8\n");
    let e = bring(&mut p, &data, In::Answers, &plain).unwrap_err();
    assert_eq!(e.message, "r.csv line 2, column \"answer\": the rating 8 is not on the scale 1-7");
    assert!(env.karat(["-p", "stars.karat", "answer", "1", "0"]).fails(2).contains("not on the scale 1-7"));
    env.karat(["-p", "stars.karat", "question", "scale", "label", "0-10"]).ok();
    assert_eq!(bring(&mut p, &data, In::Answers, &plain).unwrap().added, 1);
    let question = p.question(None).unwrap();
    assert_eq!(frame::matching(&p, &question, "answer.ben > 7 AND gold < answer.ben").unwrap(), [1]);
    assert_eq!(frame::matching(&p, &question, "label.value = 8 OR gold = 2").unwrap(), [1, 2]);
    let scale = &env.karat(["-p", "stars.karat", "question", "--json"]).json()["questions"][0]["scale"];
    assert_eq!(scale, "0-10");
}

#[test]
fn what_has_no_labels_takes_none() {
    let env = TestEnv::new();
    env.write("items.csv", ITEMS);
    for kind in ["rating", "text", "preference"] {
        let said = env.karat(["init", "items.csv", "--gold=-", "--kind", kind, "--labels=a,b"]).fails(2);
        assert!(said.contains(&format!("a question of kind {kind} is not answered with labels")), "{said}");
        env.karat(["-p", &format!("{kind}.karat"), "init", "items.csv", "--gold=-", "--kind", kind]).ok();
        let said = env.karat(["-p", &format!("{kind}.karat"), "label", "add", "a"]).fails(2);
        assert!(said.contains("is not answered with labels"), "{said}");
        let said =
            env.karat(["-p", &format!("{kind}.karat"), "question", "add", "q", "--kind", kind, "--labels=a"]).fails(2);
        assert!(said.contains("is not answered with labels"), "{said}");
    }
    assert!(env.karat(["init", "items.csv", "--scale=1-3"]).fails(2).contains("has no scale"));
}

#[test]
fn contradictory_rows_need_times() {
    let env = TestEnv::new();
    let mut p = project(&env, "items.csv", ITEMS, &Options::default());
    let plain = import::Options::default();
    let data = env.write("a.csv", "id,annotator,label\n007,ben,pos\n008,ben,pos\n007,ben,neg\n");
    let e = bring(&mut p, &data, In::Answers, &plain).unwrap_err();
    assert_eq!(e.message, "a.csv line 4: ben says something else of \"007\" than on a.csv line 2");
    let keep = import::Options { keep_good: true, ..plain.clone() };
    let report = bring(&mut p, &data, In::Answers, &keep).unwrap();
    assert_eq!((report.added, report.rejected.count), (1, 1), "neither of the two is taken");
    let same = env.write("b.csv", "id,annotator,label,at\n009,ben,pos,7\n009,ben,neg,7\n");
    assert!(bring(&mut p, &same, In::Answers, &plain).unwrap_err().message.contains("b.csv line 3: ben says"));
    let timed = env.write("c.csv", "id,annotator,label,at\n009,ben,neg,9\n009,ben,pos,7\n009,ben,pos,8\n");
    let report = bring(&mut p, &timed, In::Answers, &plain).unwrap();
    assert_eq!((report.added, report.updated), (1, 2));
    let question = p.question(None).unwrap();
    assert_eq!(frame::matching(&p, &question, "answer.ben = 'neg'").unwrap(), [3], "the newest holds");
    let again = bring(&mut p, &timed, In::Answers, &plain).unwrap();
    assert_eq!((again.added, again.updated, again.batch), (0, 0, None));
}

#[test]
fn what_an_import_does_to_the_fields_is_said() {
    let env = TestEnv::new();
    env.write("items.csv", "id,text,n,lane\n1,so it is,1,a\n");
    assert!(env.karat(["init", "items.csv", "--gold=-"]).err.contains("the field is reached as field.lane"));
    env.write("more.csv", "id,text,n,split\n2,so it was,1.5,x\n");
    let run = env.karat(["import", "more.csv", "--as=items", "--source=items", "--dry-run", "--json"]);
    let fields = &run.json()["fields"];
    assert_eq!(fields["widened"], serde_json::json!([{"name": "n", "from": "integer", "to": "number"}]));
    assert_eq!(fields["added"], serde_json::json!([{"name": "split", "type": "text"}]));
    let run = env.karat(["import", "more.csv", "--as=items", "--source=items"]);
    assert!(run.err.contains("the field is reached as field.split"), "{}", run.err);
    let said = run.ok();
    assert!(
        said.contains("new field: split (text)") && said.contains("the field n was integer and is number from now on"),
        "{said}"
    );
    assert_eq!(env.karat(["export", "-", "--where", "field.split = 'x'"]).ok().lines().count(), 2);
}
