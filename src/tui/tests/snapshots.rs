//! The snapshots on the Data screen: what came of each, what one holds, what changed between two.

use super::bench::{Bench, NOON, question};
use super::golden::check;
use super::runs::{THREE, listed};
use crate::domain::{Digest, Id, Role};
use crate::error::Error;
use crate::project::{Snapshot, SnapshotId};
use crate::tui::app::ScreenName;
use crate::tui::msg::{Effect, Reply, Request};
use crate::workflow::lineage::{Differs, Line};
use crate::workflow::runs::Standing;
use crate::workflow::snapshots::{Change, Changed, Holds};

fn id(number: u32) -> SnapshotId {
    Id::from_bytes([u8::try_from(number).unwrap() + 100; 16])
}

fn line(number: u32, name: Option<&str>, runs: &[u32]) -> Line {
    let of = |run: &u32| {
        let mut told = listed(*run, "boosted", "boosting", 0.9);
        if *run == 4 {
            told.standing = Standing::Champion;
        }
        (told, 5_574)
    };
    Line {
        snapshot: Snapshot {
            id: id(number),
            number,
            name: name.map(str::to_owned),
            parent: (number > 1).then(|| id(number - 1)),
            hash: Digest([u8::try_from(number).unwrap(); 32]),
            items: 5_574,
            settled: 1_200 * number,
            act: Id::from_bytes([1; 16]),
            by: Id::from_bytes([2; 16]),
            at: NOON - 86_400_000 + i64::from(number),
        },
        parent: (number > 1).then(|| number - 1),
        by: "ana".into(),
        runs: runs.iter().map(of).collect(),
    }
}

/// Three snapshots on the Data screen.
pub fn snapshots() -> Bench {
    let mut bench = Bench::seated(&THREE);
    assert_eq!(bench.keys("f6"), [Effect::Ask(Request::Overview)]);
    assert_eq!(bench.keys("left"), [Effect::Ask(Request::Lineage)]);
    let lines = vec![line(3, None, &[5, 4]), line(2, Some("before the 名前 rename"), &[]), line(1, None, &[1])];
    bench.reply(Reply::Lineage(question(&THREE).id, lines));
    bench
}

fn differs() -> Differs {
    let changed = |seq, change, before: Option<&str>, after: Option<&str>| Changed {
        seq,
        change,
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
    };
    let changes = vec![
        changed(7, Change::Relabelled, Some("negative"), Some("neutral")),
        changed(8, Change::Relabelled, None, Some("positive")),
        changed(9, Change::Moved, Some("train"), Some("test")),
    ];
    let mut differs = Differs::new(changes, 2);
    differs.items = [(7, "It came in a box."), (8, "箱に入っていた。"), (9, "odd")]
        .map(|(seq, text)| (seq, (format!("r-{seq}"), text.to_owned())))
        .into();
    differs
}

/// What changed between the newest two.
pub fn compared() -> Bench {
    let mut bench = snapshots();
    assert_eq!(bench.keys("V"), [Effect::Ask(Request::DiffSnapshots(id(2), id(3)))], "since the one before");
    bench.reply(Reply::SnapshotsDiffer(id(2), id(3), Box::new(differs())));
    bench
}

/// What the newest holds.
pub fn held() -> Bench {
    let mut bench = snapshots();
    assert_eq!(bench.keys("enter"), [Effect::Ask(Request::Holds(id(3)))]);
    let holds = Holds {
        items: [4_000, 574, 1_000],
        settled: [3_000, 500, 100],
        origins: [("unanimous".to_owned(), 3_500), ("ruled".to_owned(), 100)].into(),
        values: THREE.map(|label| (label.to_owned(), [1_000, 100, 33])).into(),
    };
    bench.reply(Reply::Holds(id(3), Box::new(holds)));
    bench
}

#[test]
fn the_line_goes_from_a_snapshot_to_its_runs_to_what_they_predict() {
    let mut bench = snapshots();
    let text = bench.text(120, 40);
    for told in ["after snapshot 2", "run 4 boosted", "champion", "5,574 predictions", "03030303"] {
        assert!(text.contains(told), "{told}: {text}");
    }
    bench.keys("down");
    assert!(bench.text(80, 24).contains("nothing was trained on it"), "{}", bench.text(80, 24));
    bench.keys("f5");
    bench.reply(Reply::Lineage(question(&THREE).id, vec![line(4, None, &[]), line(2, None, &[])]));
    assert_eq!(bench.app.data.snapshots.chosen().map(|line| line.snapshot.number), Some(2), "it stays chosen");
    assert!(held().text(80, 24).contains("settled values: 100 ruled, 3,500 unanimous"));
}

#[test]
fn the_items_of_a_change_are_listed_and_escape_goes_back() {
    let mut bench = compared();
    let text = bench.text(80, 24);
    assert!(text.contains("▸ relabelled         2") && text.contains("negative › neutral"), "{text}");
    assert!(text.contains("2 changes are of items that you have not answered yet"), "{text}");
    let asked = bench.keys("enter");
    assert!(matches!(&asked[..], [Effect::Ask(Request::Look(items, _))] if items[..] == [7, 8]), "{asked:?}");
    assert!(bench.text(80, 24).contains("whose settled value changed"));
    bench.keys("esc");
    bench.keys("up enter");
    assert!(bench.message().contains("no item changed so"), "{}", bench.message());
    bench.keys("esc");
    assert!(bench.app.data.snapshots.open.is_none() && bench.app.screen == ScreenName::Data);
    bench.keys("esc");
    assert_eq!(bench.app.screen, ScreenName::Label);
}

#[test]
fn two_marked_snapshots_are_compared_the_older_first_and_the_first_alone_with_none() {
    let mut bench = snapshots();
    assert_eq!(bench.keys("x down down x V"), [Effect::Ask(Request::DiffSnapshots(id(1), id(3)))]);
    bench.reply(Reply::Failed(Box::new(Request::DiffSnapshots(id(1), id(3))), Error::conflict("it is not there")));
    assert!(bench.app.data.snapshots.open.is_none() && bench.message().contains("not there"));
    let mut first = snapshots();
    assert_eq!(first.keys("down down V"), []);
    assert!(first.message().contains("this is the first"), "{}", first.message());
}

#[test]
fn a_state_is_kept_under_a_name_or_none_by_whoever_may() {
    let mut bench = snapshots();
    let kept = |name: Option<&str>| vec![Effect::Ask(Request::KeepSnapshot(name.map(str::to_owned)))];
    assert_eq!(bench.keys("K b e f o r e enter"), kept(Some("before")));
    bench.reply(Reply::SnapshotKept("kept as snapshot 4 before".into()));
    assert_eq!(bench.effects, [Effect::Ask(Request::Overview), Effect::Ask(Request::Lineage)]);
    bench.effects.clear();
    assert_eq!(bench.keys("K enter"), kept(None));
    assert_eq!(bench.keys("K x esc"), []);
    assert_eq!(bench.message(), "nothing was kept");
    bench.app.seat.as_mut().expect("a seat").role = Role::Reviewer;
    assert_eq!(bench.keys("K"), []);
    assert!(bench.message().contains("may not split items and take snapshots"), "{}", bench.message());
    let mut elsewhere = Bench::seated(&THREE);
    elsewhere.keys("f6 K");
    assert!(elsewhere.message().contains("works on the snapshots"), "{}", elsewhere.message());
}

#[test]
fn snapshots_look_as_they_did() {
    check("snapshots", &snapshots());
    check("snapshot-held", &held());
    check("snapshots-compared", &compared());
}
