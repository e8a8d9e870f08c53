//! The hashes once more, from `docs/FILE-FORMAT.md` alone: nothing here calls what the project hashes with.

use super::*;
use rusqlite::types::Value as Stored;

fn part(bytes: &[u8]) -> Vec<u8> {
    [&(bytes.len() as u64).to_le_bytes(), bytes].concat()
}

fn hash(f: &Fixture, message: &[u8]) -> [u8; 32] {
    let project: [u8; 16] = sql::value(&f.project.conn, "SELECT value FROM meta WHERE name = 'project'", []).unwrap();
    let key = blake3::derive_key("karat 2026-11 project file", &project);
    *blake3::keyed_hash(&key, message).as_bytes()
}

fn hash_parts(f: &Fixture, tag: &str, parts: &[&[u8]]) -> [u8; 32] {
    let tail: Vec<u8> = parts.iter().flat_map(|p| part(p)).collect();
    hash(f, &[part(tag.as_bytes()), tail].concat())
}

fn fact(f: &Fixture, table: &str, columns: &[(&str, Stored)]) -> [u8; 32] {
    let mut message = part(table.as_bytes());
    for (name, value) in columns {
        let (kind, bytes) = match value {
            Stored::Null => continue,
            Stored::Integer(n) => (b'i', n.to_le_bytes().to_vec()),
            Stored::Real(x) => (b'r', x.to_bits().to_le_bytes().to_vec()),
            Stored::Text(text) => (b't', part(text.as_bytes())),
            Stored::Blob(bytes) => (b'b', part(bytes)),
        };
        message.extend([part(name.as_bytes()), vec![kind], bytes].concat());
    }
    hash(f, &message)
}

#[test]
fn contents_and_keys_hash_as_the_document_says() {
    let f = Fixture::new();
    let item = f.project.item(3).unwrap();
    assert_eq!(item.text_hash.0, hash_parts(&f, "content", &[b"text 3"]));
    assert_eq!(item.key.0, hash_parts(&f, "item id", &[b"reviews.csv", b"r-3"]));
}

#[test]
fn an_act_hashes_as_the_document_says() {
    let mut f = Fixture::new();
    let (ana, label) = (f.ana, f.label("neutral").id);
    let mut new = f.new_answer(ana, 2, "neutral");
    (new.flag, new.note, new.how.selection_probability) = (true, Some("hm".into()), Some(0.5));
    f.project.write(ana, ActKind::Answer, |w| w.add_answer(&new)).unwrap();
    let (entry, before) = (f.project.log(1).unwrap().remove(0).act, f.project.log(2).unwrap().remove(1).act);
    let answer = f.project.answers().unwrap().remove(0).answer;

    let int = Stored::Integer;
    let text = |t: &str| Stored::Text(t.into());
    let blob = |b: &[u8]| Stored::Blob(b.to_vec());
    let content = |body: &str| blob(&hash_parts(&f, "content", &[body.as_bytes()]));
    let row = fact(
        &f,
        "answer",
        &[
            ("id", blob(answer.id.as_bytes())),
            ("person", blob(ana.as_bytes())),
            ("question", blob(f.question().id.as_bytes())),
            ("item", blob(&answer.item.0)),
            ("item_revision", int(1)),
            ("text", content("text 2")),
            ("value", content(&format!("\"{label}\""))),
            ("skip", Stored::Null),
            ("flag", int(1)),
            ("note", content("hm")),
            ("supersedes", Stored::Null),
            ("lane", text("picked")),
            ("probability", Stored::Real(0.5)),
            ("origin", text("command-line")),
            ("suggestion", text("hidden")),
            ("guidelines", int(0)),
            ("labels", int(0)),
        ],
    );
    let body = hash(&f, &[&part(b"body")[..], &row].concat());
    assert_eq!(entry.body_hash.0, body);
    assert_eq!(entry.parents, [before.id]);
    let os_user = hash_parts(&f, "content", &[b"tester"]);
    let parts: [&[u8]; 10] = [
        entry.id.as_bytes(),
        b"answer",
        ana.as_bytes(),
        &os_user,
        b"here",
        &entry.at.to_le_bytes(),
        b"",
        before.id.as_bytes(),
        &before.hash.0,
        &body,
    ];
    assert_eq!(entry.hash.0, hash_parts(&f, "act", &parts));
}
