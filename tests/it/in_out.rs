//! In and out: what comes in is what stood in the file, what is wrong is named with its line and leaves nothing behind,
//! and what goes out comes in again as the same.

use crate::harness::{TestEnv, shared_data};
use karat::clock::FixedClock;
use karat::error::Error;
use karat::exchange::{Destination, Format};
use karat::jobs::Control;
use karat::project::{Place, Project};
use karat::workflow::export::{self, What as Out};
use karat::workflow::frame;
use karat::workflow::import::{self, What as In};
use karat::workflow::init::{self, Made, Options};
use karat::workflow::values::parse_map;
use std::path::Path;
use std::sync::Arc;

pub(super) fn place() -> Place {
    let clock = Arc::new(FixedClock::at(1_760_000_000_000));
    Place { clock, os_user: "ana".into(), host: "here".into(), pid: std::process::id() }
}

pub(super) fn make(data: &Path, options: &Options) -> Result<Made, Error> {
    init::init(data, &data.with_extension("karat"), options, place(), "ana", None, &Control::default())
}

/// A project of these bytes.
pub(super) fn project(env: &TestEnv, name: &str, bytes: impl AsRef<[u8]>, options: &Options) -> Project {
    let data = env.write(name, bytes);
    make(&data, options).expect("a project");
    Project::open(&data.with_extension("karat"), place()).expect("an open project")
}

pub(super) fn bring(
    project: &mut Project,
    data: &Path,
    what: In,
    options: &import::Options,
) -> Result<import::Report, Error> {
    let by = project.join("ana")?;
    let question = project.question(None)?;
    import::import(project, by, Some(&question), what, data, options, &Control::default())
}

pub(super) fn write_out(project: &Project, what: Out, to: &Path, expression: Option<&str>) -> Result<u64, Error> {
    let question = project.question(None)?;
    let format = Format::of_path(to).expect("a known ending");
    let wanted = export::Wanted { expression, force: true, ..export::Wanted::all(what) };
    export::export(project, Some(&question), wanted, &Destination::new(to), format, &Control::default())
}

pub(super) fn lines(path: &Path) -> Vec<String> {
    std::fs::read_to_string(path).expect("an export").lines().map(str::to_owned).collect()
}

pub(super) const ITEMS: &str =
    "id,text,price,gold\n007,It is good,1.5,pos\n008,\"It is bad, very\",NA,neg\n009,So so,3,pos\n";

#[test]
fn bad_input_is_named_with_its_line_and_leaves_nothing() {
    let utf16: Vec<u8> = "id,text\n1,a\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let named = Options { text: Some("txt".into()), ..Options::default() };
    let set = Options { labels: vec!["pos".into()], ..Options::default() };
    let plain = Options::default();
    let cases: [(&str, &[u8], &Options, &str); 12] = [
        ("column.csv", b"id,text\n1,a b c\n", &named, "column.csv has no column \"txt\""),
        ("ragged.csv", b"id,text\n1,a b c\n2,b,c\n", &plain, "ragged.csv line 3: 3 fields where the header has 2"),
        (
            "broken.csv",
            b"id,text\n1,caf\xe9 au lait\n",
            &plain,
            "broken.csv line 2, column \"text\": byte 0xE9 is not UTF-8",
        ),
        ("wide.csv", &utf16, &plain, "wide.csv is UTF-16LE"),
        ("empty.csv", b"", &plain, "empty.csv is empty"),
        ("header.csv", b"id,text\n", &plain, "header.csv has no rows"),
        ("twice.csv", b"id,text\n1,a b c\nid,text\n", &plain, "twice.csv line 3: the header stands here again"),
        ("names.csv", b"id,text,text\n1,a,b\n", &plain, "names.csv line 1, column 3: the header has \"text\" twice"),
        ("label.csv", ITEMS.as_bytes(), &set, "label.csv line 3, column \"gold\": \"neg\" is not one of the labels"),
        (
            "ids.csv",
            b"id,text\n1,a b c\n2,d\n1,e\n",
            &plain,
            "ids.csv line 4: the id \"1\" stands on ids.csv line 2 already",
        ),
        (
            "numbers.csv",
            b"id,text\n1,5\n2,6\n",
            &plain,
            "numbers.csv line 2: the text column \"text\" holds only numbers",
        ),
        (
            "number.jsonl",
            b"{\"id\":1,\"text\":\"a b c\"}\n{\"id\":2,\"text\":5}\n",
            &plain,
            "number.jsonl line 2, column \"text\": the text is a number",
        ),
    ];
    let env = TestEnv::new();
    for (name, bytes, options, says) in cases {
        let data = env.write(name, bytes);
        let e = make(&data, options).expect_err(name);
        let message = e.message.replace(&format!("{}/", env.dir().display()), "");
        assert!(message.starts_with(says), "{message} against {says}");
        assert!(e.hint.is_some(), "{name} has no cure");
        assert!(!data.with_extension("karat").exists(), "{name} left a project behind");
    }
}

#[test]
fn a_project_is_there_whole_or_not_at_all() {
    let env = TestEnv::new();
    let (data, to) = (env.write("items.csv", ITEMS), env.path("items.karat"));
    let stopped = Control::default();
    stopped.cancel();
    let e = init::init(&data, &to, &Options::default(), place(), "ana", None, &stopped).unwrap_err();
    assert_eq!(e.exit_code(), 130);
    assert_eq!(std::fs::read_dir(env.dir()).unwrap().count(), 1, "only the data is left");
    make(&data, &Options::default()).unwrap();
    assert_eq!(std::fs::read_dir(env.dir()).unwrap().count(), 2, "data and project");
    let before = std::fs::read(&to).unwrap();
    assert!(make(&data, &Options::default()).unwrap_err().message.ends_with("is there already"));
    assert_eq!(std::fs::read(&to).unwrap(), before);
    assert_eq!(env.karat(["doctor", "--json"]).json()["ok"], true);
}

#[test]
fn what_is_wrong_in_an_import_changes_nothing() {
    let env = TestEnv::new();
    let mut p = project(&env, "items.csv", ITEMS, &Options::default());
    let before = p.last_act().unwrap();
    let plain = import::Options::default();
    for (name, bytes, what, says) in [
        (
            "a.csv",
            "id,annotator,label\n007,ben,pos\n007,chi,good\n",
            In::Answers,
            "a.csv line 3, column \"label\": \"good\" is not",
        ),
        (
            "b.csv",
            "id,annotator,label\n7,ben,pos\n",
            In::Answers,
            "b.csv line 2, column \"id\": no item is called \"7\"",
        ),
        (
            "c.csv",
            "id,annotator,label,time\n007,ben,pos,soon\n",
            In::Answers,
            "c.csv line 2, column \"time\": \"soon\" is no time",
        ),
        ("d.csv", "id,annotator,label\n007,,pos\n", In::Answers, "d.csv line 2, column \"annotator\": nobody is named"),
        ("e.csv", "id,who\n007,pos\n", In::Answers, "e.csv: which column is the annotator?"),
        (
            "f.csv",
            "id,gold\n007,pos\n007,neg\n",
            In::Gold,
            "f.csv line 3: the item \"007\" has another value on f.csv line 2",
        ),
        ("g.csv", "id,gold\n007,neg\n", In::Gold, "g.csv line 2: the item \"007\" has another value in the project"),
        (
            "items.csv",
            "id,text,price,gold\n007,It is great,1.5,pos\n",
            In::Items,
            "items.csv line 2: the item \"007\" is in the project with other content",
        ),
    ] {
        let e = bring(&mut p, &env.write(name, bytes), what, &plain).expect_err(name);
        assert!(e.message.starts_with(says), "{} against {says}", e.message);
        assert!(e.hint.is_some(), "{name} has no cure");
    }
    assert_eq!(p.last_act().unwrap(), before);
}

#[test]
fn the_same_file_twice_adds_nothing_and_a_changed_one_makes_versions() {
    let env = TestEnv::new();
    let mut p = project(&env, "items.csv", ITEMS, &Options::default());
    let data = env.path("items.csv");
    let again = bring(&mut p, &data, In::Items, &import::Options::default()).unwrap();
    assert_eq!((again.added, again.unchanged, again.batch), (0, 3, None));
    let more = env.write("items.csv", format!("{ITEMS}010,new one,4,neg\n").replace("So so", "So-so"));
    let update = import::Options { update: true, ..import::Options::default() };
    let dry = import::Options { dry_run: true, ..update.clone() };
    let would = bring(&mut p, &more, In::Items, &dry).unwrap();
    assert_eq!((would.added, would.updated, would.batch, p.item_count().unwrap()), (1, 1, None, 3));
    let did = bring(&mut p, &more, In::Items, &update).unwrap();
    assert_eq!((did.added, did.unchanged, did.updated, did.truths), (1, 2, 1, 1));
    assert_eq!(p.item(p.find_item("009").unwrap()).unwrap().text, "So-so");
    let by = p.join("ana").unwrap();
    import::undo(&mut p, by, &did.batch.unwrap().to_string()[..20]).unwrap();
    assert_eq!(p.item_count().unwrap(), 3);
    assert_eq!(p.item(p.find_item("009").unwrap()).unwrap().text, "So so");
}

#[test]
fn answers_come_from_long_and_wide_tables() {
    let env = TestEnv::new();
    let mut p = project(&env, "items.csv", ITEMS, &Options::default());
    let long =
        env.write("a.csv", "item,rater,says,when\n007,ben,positive,1700000000\n008,ben,neg,\n007,chi,neg,2023-11-14\n");
    let named = import::Options {
        annotator: Some("rater".into()),
        answer: Some("says".into()),
        time: Some("when".into()),
        map: parse_map(&["positive=pos".into()]).unwrap(),
        ..import::Options::default()
    };
    let report = bring(&mut p, &long, In::Answers, &named).unwrap();
    assert_eq!((report.added, report.people), (3, vec!["ben".to_owned(), "chi".into()]));
    let again = bring(&mut p, &long, In::Answers, &named).unwrap();
    assert_eq!((again.added, again.unchanged, again.batch), (0, 3, None));
    let times: Vec<_> = p.answers().unwrap().iter().map(|a| a.answer.how.imported_at).collect();
    assert_eq!(times, [Some(1_700_000_000_000), None, Some(1_699_920_000_000)]);

    let wide = env.write("b.csv", "id,ben,dee\n007,pos,mixed\n009,,neg\n");
    let plain = import::Options { wide: true, ..import::Options::default() };
    assert!(bring(&mut p, &wide, In::Answers, &plain).unwrap_err().message.contains("column \"dee\": \"mixed\""));
    let adding = import::Options { add_labels: true, ..plain };
    let report = bring(&mut p, &wide, In::Answers, &adding).unwrap();
    assert_eq!((report.added, report.unchanged, report.labels), (2, 1, vec!["mixed".to_owned()]));

    let changed = env.write("c.csv", "id,ben\n007,neg\n");
    let e = bring(&mut p, &changed, In::Answers, &import::Options { wide: true, ..import::Options::default() });
    assert!(e.unwrap_err().message.contains("ben answered this item otherwise"));
    let good = env.write("d.csv", "id,ben\n009,neg\n111,pos\n");
    let keep = import::Options { wide: true, keep_good: true, ..import::Options::default() };
    let report = bring(&mut p, &good, In::Answers, &keep).unwrap();
    assert_eq!((report.added, report.rejected.count), (1, 1));
    assert!(report.rejected.first[0].message.starts_with("d.csv line 3"));
}

#[test]
fn predicates_read_fields_answers_labels_and_splits() {
    let env = TestEnv::new();
    let mut p = project(&env, "items.csv", ITEMS, &Options::default());
    let data = env.write("a.csv", "id,annotator,label\n007,ben,pos\n008,ben,neg\n008,chi,pos\n");
    bring(&mut p, &data, In::Answers, &import::Options::default()).unwrap();
    let question = p.question(None).unwrap();
    let ids = |expression: &str| -> Vec<u32> { frame::matching(&p, &question, expression).unwrap() };
    assert_eq!(ids("price > 1"), [1, 3]);
    assert_eq!(ids("NOT (price > 1) OR price IS NULL"), [2]);
    assert_eq!(ids("text.contains('bad') AND text.words = 4"), [2]);
    assert_eq!(ids("answer.ben = 'pos' AND gold = 'pos'"), [1]);
    assert_eq!(ids("label.value = 'pos' AND label.origin = 'unanimous'"), [1]);
    assert_eq!(ids("lane = 'picked'"), [1, 2]);
    assert_eq!(ids("id IN ('009', '007') AND split IN ('train', 'test')"), [1, 3]);
    let e = frame::matching(&p, &question, "answer.benn = 'pos'").unwrap_err();
    assert!(e.to_string().contains("^^^^^^^^^^^") && e.to_string().contains("did you mean \"ben\"?"), "{e}");
}

#[test]
fn exports_hold_what_they_promise() {
    let env = TestEnv::new();
    let mut p = project(&env, "items.csv", ITEMS, &Options { feature: vec!["price".into()], ..Options::default() });
    let data = env.write("a.csv", "id,annotator,label\n007,ben,pos\n008,ben,neg\n");
    bring(&mut p, &data, In::Answers, &import::Options::default()).unwrap();
    let rulings = env.write("r.csv", "id,label\n009,neg\n");
    bring(&mut p, &rulings, In::Labels, &import::Options::default()).unwrap();
    let to = env.path("out.csv");
    assert_eq!(write_out(&p, Out::Items, &to, Some("price > 1")), Ok(2));
    assert_eq!(lines(&to), ["id,text,price", "007,It is good,1.5", "009,So so,3.0"]);
    write_out(&p, Out::Rulings, &to, None).unwrap();
    assert_eq!(
        lines(&to),
        ["item,value,origin,by,at,note,unclear_guidelines,stale", "009,neg,imported,ana,2025-10-09T08:53:20Z,,,false"]
    );
    write_out(&p, Out::Training, &to, Some("split = 'train' OR split = 'test'")).unwrap();
    let training = lines(&to);
    assert_eq!(training[0], "id,text,price,label,label_origin,split");
    assert!(
        training[1].starts_with("007,It is good,1.5,pos,unanimous,")
            && training[3].starts_with("009,So so,3.0,neg,imported,")
    );
    write_out(&p, Out::Answers, &to, Some("id = '007'")).unwrap();
    assert!(
        lines(&to)[1].starts_with("007,ben,pos,,false,,2025-10-09T08:53:20Z,2025-10-09T08:53:20Z,,,picked,"),
        "{:?}",
        lines(&to)
    );
    let karat = write_out(&p, Out::Items, &env.path("x.csv"), Some("nonsense("));
    assert!(karat.unwrap_err().message.contains("this ( is never closed"));
    assert!(!env.path("x.csv").exists());
}

#[test]
fn the_command_line_says_it_in_json() {
    let env = TestEnv::new();
    env.write("items.csv", ITEMS);
    let made = env.karat(["init", "items.csv", "--show=price", "--eval=0.3", "--json"]).json();
    assert_eq!(
        (made["items"].as_u64(), made["gold"].as_u64(), made["evaluation"].as_u64()),
        (Some(3), Some(3), Some(1))
    );
    let said = env.karat(["import", "items.csv", "--as=items"]).ok();
    assert!(said.contains("nothing new"), "{said}");
    let error = env.karat(["export", "-", "--where", "prise > 1"]).fails(2);
    assert!(error.contains("    prise > 1\n    ^^^^^\n") && error.contains("did you mean \"price\"?"), "{error}");
    assert_eq!(
        env.karat(["export", "-", "--where", "price > 1"]).ok(),
        "id,text,price\n007,It is good,1.5\n009,So so,3.0\n"
    );
    assert!(env.karat(["import", "items.csv", "--as=guesses"]).fails(2).contains("items, answers, gold, labels"));
    assert!(env.karat(["init", "items.csv"]).fails(1).contains("is there already"));
    let before = env.karat(["log", "--json"]).ok();
    env.karat(["import", "items.csv", "--as=items", "--dry-run", "--by", "a-typo"]).ok();
    assert_eq!(env.karat(["log", "--json"]).ok(), before, "nobody joins for a trial");
    assert!(env.karat(["import", "items.karat", "--as=items"]).fails(2).contains("is this project itself"));
    let field = |args: &[&str]| env.karat(["field"].iter().chain(args)).json()["fields"][0].clone();
    assert_eq!(field(&["--json"])["show"], true);
    assert_eq!(field(&["set", "price", "--show", "false", "--json"])["show"], false);
    assert!(env.karat(["field", "set", "prise", "--show", "true"]).fails(2).contains("price"));
}

/// Real files: control characters, duplicates, unnamed text columns, answers of several people.
#[test]
fn real_files_come_in_whole() {
    let (Some(bench), Some(ship)) = (shared_data("bench"), shared_data("ship")) else { return };
    let env = TestEnv::new();
    let copy = |from: &Path, name: &str| env.write(name, std::fs::read(from.join(name)).expect("a data file"));
    let issues = project(
        &env,
        "nlbse24_issues_train.csv",
        std::fs::read(bench.join("nlbse24_issues_train.csv")).unwrap(),
        &Options::default(),
    );
    let mut controls = 0;
    issues.for_each_text(|_, text| controls += text.matches(['\u{1b}', '\u{7}', '\u{8}']).count()).unwrap();
    assert!(controls > 0, "escape, bell and backspace are kept");
    let news = make(&copy(&bench, "agnews_subset7000.csv"), &Options::default()).unwrap();
    assert_eq!((news.items.added, news.question.2.len()), (7000, 4));
    let adult = Options { text: Some("occupation".into()), ..Options::default() };
    let adult = make(&copy(&bench, "adult_train.csv"), &adult).unwrap();
    assert_eq!(adult.items.added + adult.items.collapsed, 32_561, "identical rows count once");
    let reviews = make(&copy(&ship, "reviews.csv"), &Options::default()).unwrap();
    let leaks: Vec<&str> = reviews.leaks.iter().map(|l| l.column.as_str()).collect();
    assert_eq!((reviews.items.added, leaks), (3708, vec!["mean_rating"]));
    let mut p = Project::open(&reviews.path, place()).unwrap();
    let answers = bring(&mut p, &copy(&ship, "reviews_answers.csv"), In::Answers, &import::Options::default()).unwrap();
    assert_eq!((answers.added, answers.people.len()), (22_248, 6));
}
