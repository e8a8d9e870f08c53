use super::*;
use crate::error::{Error, Kind as Fault};
use rusqlite::Connection;
use std::os::unix::fs::PermissionsExt as _;

fn open_error(path: &Path) -> Error {
    Project::open(path, place(&Arc::default())).unwrap_err()
}

#[test]
fn a_new_file_is_its_owners_alone_and_never_replaces_another() {
    let f = Fixture::new();
    let path = f.project.path().to_owned();
    let mode = |name: &str| std::fs::metadata(f.folder.path().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("p.karat"), mode("p.karat-wal")), (0o600, 0o600));
    assert_eq!(Project::create(&path, place(&f.clock), false).unwrap_err().kind, Fault::Conflict);
    assert_eq!(f.project.item_count().unwrap(), 6);
}

#[test]
fn a_shared_file_opens_to_the_group() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.karat");
    let project = Project::create(&path, place(&Arc::default()), true).unwrap();
    assert!(project.notes()[0].contains("chmod g+ws"));
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o660);
}

#[test]
fn what_is_no_project_is_said_to_be_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("text"), "id,text\n".repeat(100)).unwrap();
    std::fs::write(at("empty"), "").unwrap();
    Connection::open(at("other")).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
    for (name, said) in [
        ("text", "is not a SQLite file"),
        ("empty", "is empty"),
        ("other", "another program's"),
        ("none", "does not exist"),
        (".", "is a folder"),
    ] {
        let error = open_error(&at(name));
        assert!(error.message.contains(said), "{name}: {error}");
        assert!(name == "." || error.hint.is_some());
    }
}

#[test]
fn a_newer_schema_is_refused_and_the_file_left_alone() {
    let f = Fixture::new();
    let path = f.project.path().to_owned();
    drop(f.project);
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let before = std::fs::read(&path).unwrap();
    let error = open_error(&path);
    assert!(error.message.contains("newer Karat"), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_damaged_file_is_called_damaged() {
    let f = Fixture::new();
    let path = f.project.path().to_owned();
    drop(f.project);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[100..4096].fill(0xAA);
    std::fs::write(&path, bytes).unwrap();
    let error = open_error(&path);
    assert!(error.message.contains("damaged"), "{error}");
}

#[test]
fn an_older_schema_is_backed_up_then_migrated() {
    let f = Fixture::new();
    let path = f.project.path().to_owned();
    drop(f.project);
    let now = migrations::SCHEMA_VERSION;
    let steps = [migrations::MIGRATIONS, &["CREATE TABLE later (x INTEGER) STRICT;"]].concat();
    let mut conn = open::connect(&path).unwrap();
    let backup = migrations::migrate(&mut conn, &path, &steps).unwrap().unwrap();
    assert_eq!(migrations::version(&conn).unwrap(), now + 1);
    assert_eq!(migrations::migrate(&mut conn, &path, &steps).unwrap(), None);
    assert_eq!(Project::open(&backup, place(&f.clock)).unwrap().item_count().unwrap(), 6);

    let broken = [&steps[..], &["CREATE TABLE half (x INTEGER) STRICT; CREATE TABLE later (x INTEGER);"]].concat();
    assert!(migrations::migrate(&mut conn, &path, &broken).is_err());
    assert_eq!(migrations::version(&conn).unwrap(), now + 1);
    assert!(conn.prepare("SELECT * FROM half").is_err());
}

#[test]
fn facts_can_be_neither_changed_nor_deleted_nor_replaced() {
    let mut f = Fixture::new();
    f.answer(f.ana, 1, "positive");
    f.settle(f.ana, 1, "positive");
    let (question, ana, ben) = (f.question(), f.ana, f.ben);
    let (bound, state) = (f.project.bound(None).unwrap(), f.project.state(&question).unwrap());
    let by = crate::domain::SplitBy::Field { field: "fold".into() };
    let rule = crate::domain::SplitRule { by, group: None, seed: 0 };
    f.project
        .write(ana, ActKind::Import, |w| {
            w.add_split(&rule, &[(&bound[0], crate::domain::Split::Test)])?;
            w.keep_state(&question, &state, None)?;
            let run = NewRun {
                question: question.id,
                name: "run".into(),
                origin: RunOrigin::Trained,
                model: "majority".into(),
                seed: 0,
                snapshot: None,
                record: serde_json::json!({}),
            };
            let said = Predictions { items: vec![(1, bound[0].key)], labels: vec![0], ..Predictions::default() };
            let run = w.add_run(&run, &[("model".to_owned(), vec![1])], &said)?;
            w.decide(question.id, run, Decision::Promoted, None)?;
            w.put_gold(question.id, 1, &Value::Choice(question.labels[0].id))?;
            w.write_guidelines(question.id, "Judge what is said.")?;
            w.read_guidelines(question.id, 1)?;
            w.set_setting("goal", &serde_json::json!(400))?;
            let body = "see the guidelines".to_owned();
            let reply =
                w.add_reply(&NewReply { question: question.id, item: 1, about: AnswerId::from_bytes([1; 16]), body })?;
            w.read_entries(&[crate::domain::EntryId::from_bytes(*reply.as_bytes())])?;
            w.set_presence(ben, crate::domain::Presence::Left, Some("moved on"))?;
            let (name, people, halves) = ("monday".to_owned(), vec![ana], [vec![2], vec![3]]);
            let session = NewCalibration { question: question.id, name, seed: 0, people, halves };
            let session = w.start_calibration(&session)?;
            w.step_calibration(session, crate::domain::CalibrationStep::Compared, None)?;
            let cause = crate::domain::ReviewCause::Sent;
            w.send_to_review(&NewReview { question: question.id, item: 1, cause, note: None })
        })
        .unwrap();
    f.project.erase(ana, Target::Item(6)).unwrap();
    let conn = &f.project.conn;
    let tables =
        facts::TABLES.iter().map(|t| t.name).chain(["act", "content", "item", "person", "question", "source", "meta"]);
    for table in tables {
        let n: u32 = sql::value(conn, &format!("SELECT count(*) FROM {table}"), []).unwrap();
        if n == 0 {
            assert!(["field_revision", "evaluation", "round"].contains(&table), "{table} has no facts to try");
            continue;
        }
        let column: String =
            sql::value(conn, "SELECT name FROM pragma_table_info(?1) WHERE name <> 'seq' LIMIT 1", [table]).unwrap();
        for attempt in [
            format!("UPDATE {table} SET {column} = {column}"),
            format!("DELETE FROM {table}"),
            format!("REPLACE INTO {table} SELECT * FROM {table}"),
        ] {
            let error = conn.execute(&attempt, []).unwrap_err().to_string();
            assert!(error.contains("facts are never"), "{attempt}: {error}");
        }
    }
}

#[test]
fn two_writers_wait_for_each_other() {
    let f = Fixture::new();
    let (path, clock, question) = (f.project.path().to_owned(), f.clock.clone(), f.question());
    std::thread::scope(|scope| {
        for person in [f.ana, f.ben] {
            let (path, clock, question) = (&path, &clock, &question);
            scope.spawn(move || {
                let mut project = Project::open(path, place(clock)).unwrap();
                for i in 0..40 {
                    let new = NewAnswer {
                        person,
                        question: question.id,
                        item: i % 6 + 1,
                        text_hash: None,
                        said: Said::Value(Value::Choice(question.labels[(i % 3) as usize].id)),
                        flag: false,
                        note: None,
                        how: How::picked(Origin::Key),
                        source: None,
                    };
                    project.answer_and_lease(&new, [1, 2, 3, 4, 5, 6], 1, 0).unwrap();
                }
            });
        }
    });
    let mut project = f.project;
    assert_eq!(project.answers().unwrap().len(), 80);
    assert_healthy(&mut project);
}

#[test]
fn a_long_write_is_named_to_those_who_wait() {
    let mut f = Fixture::new();
    let path = f.project.path().to_owned();
    let (ana, clock) = (f.ana, f.clock.clone());
    let (heard, said) = std::sync::mpsc::channel();
    let (began, begun) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            begun.recv().unwrap();
            let mut other = Place { pid: 1, ..place(&clock) };
            other.os_user = "other".into();
            let mut project = Project::open(&path, other).unwrap();
            project.on_wait(move |what| {
                heard.send(what.to_owned()).ok();
            });
            project.join("chi").unwrap();
        });
        let (_, said) = f
            .project
            .write(ana, ActKind::Import, |w| {
                w.set_setting("x", &serde_json::json!(1))?;
                began.send(()).unwrap();
                Ok(said.recv().unwrap())
            })
            .unwrap();
        assert_eq!(said, "waiting for ana, who writes (import)");
    });
    assert_eq!(f.project.people().unwrap().len(), 3);
    assert_eq!(sql::value::<u32>(&f.project.conn, "SELECT count(*) FROM job", []).unwrap(), 0);
}

#[test]
fn a_write_that_fails_leaves_nothing() {
    let mut f = Fixture::new();
    let before = f.project.content_digest().unwrap();
    let ana = f.ana;
    let failed = f.project.write(ana, ActKind::Import, |w| {
        w.put_items(&batch(&rows(9)[6..]), &mut |_| ())?;
        Err::<(), _>(Error::data("line 9 is broken"))
    });
    assert!(failed.is_err());
    assert_eq!(f.project.content_digest().unwrap(), before);
    assert_eq!(f.project.write(ana, ActKind::Answer, |_| Ok(())).unwrap().0, None);
    assert_healthy(&mut f.project);
}

#[test]
fn a_full_disk_is_called_full_and_nothing_is_half_written() {
    let mut f = Fixture::new();
    let pages: u32 = sql::value(&f.project.conn, "PRAGMA page_count", []).unwrap();
    f.project.conn.pragma_update(None, "max_page_count", pages + 2).unwrap();
    let before = f.project.content_digest().unwrap();
    let (ana, long) = (f.ana, serde_json::json!("x".repeat(100_000)));
    let error = f.project.write(ana, ActKind::Setting, |w| w.set_setting("long", &long)).unwrap_err();
    assert!(error.message.contains("disk is full"), "{error}");
    assert_eq!(f.project.content_digest().unwrap(), before);
    f.project.conn.pragma_update(None, "max_page_count", u32::MAX - 1).unwrap();
    f.project.write(ana, ActKind::Setting, |w| w.set_setting("long", &long)).unwrap();
    assert_healthy(&mut f.project);
}

#[test]
fn on_a_network_file_system_one_process_has_the_file() {
    let f = Fixture::new();
    let path = f.project.path().to_owned();
    drop(f.project);
    let first = open::connect(&path).unwrap();
    assert!(open::one_process(&first, &path).unwrap().contains("network file system"));
    let second = open::connect(&path).unwrap();
    second.busy_timeout(std::time::Duration::ZERO).unwrap();
    let error = open::one_process(&second, &path).unwrap_err();
    assert!(error.message.contains("is open elsewhere"), "{error}");
    let mode: String = sql::value(&first, "PRAGMA journal_mode", []).unwrap();
    assert_eq!(mode, "delete");
}

#[test]
fn the_document_names_every_table_view_and_column() {
    let document = include_str!("../../../docs/FILE-FORMAT.md");
    let words: std::collections::HashSet<&str> = document.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let f = Fixture::new();
    let query = "SELECT m.type, m.name, group_concat(c.name, ' ') FROM sqlite_master m, pragma_table_info(m.name) c
                 WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite_%' GROUP BY m.name";
    let read =
        |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?));
    for (kind, name, columns) in sql::list(&f.project.conn, query, [], read).unwrap() {
        assert!(words.contains(name.as_str()), "{kind} {name} is not in docs/FILE-FORMAT.md");
        for column in columns.split(' ') {
            assert!(words.contains(column), "{name}.{column} is not in docs/FILE-FORMAT.md");
        }
        if kind == "view" {
            assert!(document.contains(&format!("| `{name}` | `{columns}`")), "the columns of {name} are {columns}");
        }
    }
    for table in facts::TABLES {
        assert!(document.contains(&format!("| `{}` |", table.name)) || table.name == "answer", "{}", table.name);
    }
}

#[test]
fn the_log_goes_back_into_the_file_once_it_is_quiet() {
    let mut f = Fixture::new();
    let path = f.project.path().to_owned();
    let is_in_the_file = || std::fs::read(&path).unwrap().windows(6).any(|bytes| bytes == b"text 3");
    assert!(!f.project.tidy_when_quiet().unwrap());
    f.clock.advance(20_000);
    f.answer(f.ana, 1, "neutral");
    f.clock.advance(20_000);
    assert!(!f.project.tidy_when_quiet().unwrap());
    f.clock.advance(30_000);
    assert!(!is_in_the_file());
    assert!(f.project.tidy_when_quiet().unwrap());
    assert!(is_in_the_file());
    assert!(!f.project.tidy_when_quiet().unwrap());
}

#[test]
#[allow(clippy::print_stderr, reason = "says why it was skipped")]
fn a_second_connection_of_a_process_leaves_the_first_ones_locks_alone() {
    let mut f = Fixture::new();
    let path = f.project.path().to_owned();
    drop(Project::open(&path, place(&f.clock)).unwrap());
    assert!(Project::create(&path, place(&f.clock), false).is_err());
    // Another process that comes and goes must not take the log for its own.
    let script =
        format!("import sqlite3; c = sqlite3.connect({path:?}); c.execute('SELECT * FROM act').fetchall(); c.close()");
    let Ok(status) = std::process::Command::new("python3").args(["-c", &script]).status() else {
        eprintln!("skipped: there is no python3 here to be the other process");
        return;
    };
    assert!(status.success());
    assert!(f.folder.path().join("p.karat-wal").exists());
    f.answer(f.ana, 1, "neutral");
    let other = Project::open(&path, place(&f.clock)).unwrap();
    assert_eq!(other.answers().unwrap().len(), 1);
}

#[test]
fn what_may_only_be_read_is_read_with_its_log_and_nothing_is_made_beside_it() {
    let mut f = Fixture::new();
    f.answer(f.ana, 1, "positive");
    let path = f.project.path().to_owned();
    let to_read = || Project::open_to_read(&path, place(&Arc::default()), Error::io("not yours"));
    assert_eq!(to_read().unwrap().answers().unwrap().len(), 1, "with the log that is in use");

    let crashed = f.folder.path().join("crashed");
    std::fs::create_dir(&crashed).unwrap();
    for file in ["p.karat", "p.karat-wal"] {
        std::fs::copy(f.folder.path().join(file), crashed.join(file)).unwrap();
    }
    let refused = Project::open_to_read(&crashed.join("p.karat"), place(&f.clock), Error::io("not yours")).unwrap_err();
    assert!(refused.message.contains("in a log beside it"), "{refused}");

    drop(f.project);
    let beside = || std::fs::read_dir(f.folder.path()).unwrap().count();
    let before = beside();
    let mut reader = to_read().unwrap();
    assert_eq!(reader.answers().unwrap().len(), 1);
    assert!(reader.doctor().unwrap().iter().all(|check| check.ok) && reader.notes()[0].contains("not yours"));
    let set = reader.write(f.ana, ActKind::Setting, |w| w.set_setting("x", &serde_json::json!(1)));
    assert_eq!(set.unwrap_err().message, "not yours");
    assert_eq!(reader.join("chi").unwrap_err().message, "not yours");
    assert_eq!(reader.rebuild().unwrap_err().message, "not yours");
    assert_eq!(beside(), before);
    reader.copy(&f.folder.path().join("copy.karat")).unwrap();
    assert_eq!(
        Project::open(&f.folder.path().join("copy.karat"), place(&f.clock)).unwrap().answers().unwrap().len(),
        1
    );
}

#[test]
fn what_dead_processes_left_is_swept_up_and_nothing_else() {
    let f = Fixture::new();
    let dead = ".p.karat.here.999999999";
    let left = [format!("{dead}.part"), format!("{dead}.part-wal"), format!("{dead}.merging"), format!("{dead}.trial")];
    let alive = format!(".p.karat.here.{}.part", std::process::id());
    let others =
        [alive.as_str(), ".p.karat.elsewhere.999999999.part", ".q.karat.here.999999999.part", ".p.karat.notes"];
    for name in left.iter().map(String::as_str).chain(others) {
        std::fs::write(f.folder.path().join(name), "x").unwrap();
    }
    Project::open(f.project.path(), place(&f.clock)).unwrap();
    assert!(left.iter().all(|name| !f.folder.path().join(name).exists()));
    assert!(others.iter().all(|name| f.folder.path().join(name).exists()));
}
