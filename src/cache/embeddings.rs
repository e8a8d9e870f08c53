//! The embeddings of a project's texts.
//!
//! An encoder takes milliseconds for a text, so that what it said is kept: when items come, go or change, only texts
//! that it has not seen are encoded. A file holds the rows in the order of the items, then the digest of every text,
//! then how many there are and how wide.

use super::{Cache, Mapped, Writer};
use crate::domain::Digest;
use crate::error::{Error, Kind, Result};
use std::collections::HashMap;

const KIND: &str = "embeddings";
/// Texts that are encoded at once: long ones and short ones each find company of their length.
const BLOCK: usize = 4096;
/// Bytes of a text's digest.
const DIGEST: usize = 32;
/// How many and how wide, at the end.
const TAIL: usize = 16;

/// Embeddings of rows, one behind the other, each of the same width.
#[derive(Debug)]
pub struct Embedded {
    width: usize,
    rows: Rows,
}

#[derive(Debug)]
enum Rows {
    Mapped(Mapped, usize),
    Held(Vec<f32>),
}

impl Embedded {
    /// Numbers of a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The numbers of all rows.
    pub fn values(&self) -> &[f32] {
        match &self.rows {
            Rows::Held(values) => values,
            Rows::Mapped(file, rows) => numbers(file, rows * self.width),
        }
    }
}

/// Visits every text, in the order of the rows; it may be called more than once, and says the same each time.
pub type Texts<'a> = &'a dyn Fn(&mut dyn FnMut(&str)) -> Result<()>;
/// Encodes some texts: as many rows, one behind the other. How many are done before these comes first.
pub type Encode<'a> = &'a dyn Fn(usize, &[String]) -> Result<Vec<f32>>;

/// The embeddings of all texts: what is kept, and what `encode` says of the others, kept from now on. Where encoding is
/// stopped, what was done so far is kept. Where the folder cannot be written they stay in memory.
///
/// `of` names the encoder and whose texts these are.
///
/// # Errors
/// What `texts` and `encode` say.
pub fn embeddings(cache: &Cache, of: &Digest, width: usize, texts: Texts<'_>, encode: Encode<'_>) -> Result<Embedded> {
    let known = Known::load(cache, of, width);
    let digests = digests(texts)?;
    let known = match known {
        Some(known) if known.digests() == digests.as_flattened() => return Ok(known.embedded()),
        known => known,
    };
    let mut stopped = None;
    let written = cache.write(KIND, of, |writer| {
        let done = fill(writer, known.as_ref(), width, &digests, texts, encode);
        let rows = match done {
            Ok(()) => digests.len(),
            Err((rows, error)) if error.kind == Kind::Interrupted => {
                stopped = Some(error);
                rows
            }
            Err((_, error)) => return Err(error),
        };
        writer.append(digests[..rows].as_flattened())?;
        writer.append(&(rows as u64).to_ne_bytes())?;
        writer.append(&(width as u64).to_ne_bytes())
    });
    if let Some(error) = stopped {
        return Err(error);
    }
    match written {
        Ok(file) => Ok(Embedded { width, rows: Rows::Mapped(file, digests.len()) }),
        Err(error) if error.kind == Kind::Io => {
            tracing::warn!(%error, "the cache cannot be written; the embeddings stay in memory");
            held(known.as_ref(), width, &digests, texts, encode)
        }
        Err(error) => Err(error),
    }
}

/// As [`embeddings`], of texts that were in their place once: nothing is written.
///
/// # Errors
/// What `texts` and `encode` say.
pub fn remembered(cache: &Cache, of: &Digest, width: usize, texts: Texts<'_>, encode: Encode<'_>) -> Result<Embedded> {
    let digests = digests(texts)?;
    held(Known::load(cache, of, width).as_ref(), width, &digests, texts, encode)
}

fn held(
    known: Option<&Known>,
    width: usize,
    digests: &[[u8; DIGEST]],
    texts: Texts<'_>,
    encode: Encode<'_>,
) -> Result<Embedded> {
    let mut rows = Vec::new();
    fill(&mut rows, known, width, digests, texts, encode).map_err(|(_, error)| error)?;
    Ok(Embedded { width, rows: Rows::Held(rows) })
}

fn digests(texts: Texts<'_>) -> Result<Vec<[u8; DIGEST]>> {
    let mut digests = Vec::new();
    texts(&mut |text| digests.push(*blake3::hash(text.as_bytes()).as_bytes()))?;
    Ok(digests)
}

/// Where rows go, and where they are found again.
trait Sink {
    fn add(&mut self, rows: &[f32]) -> Result<()>;
    fn find(&self, rows: &[usize], width: usize) -> Result<Vec<f32>>;
}

impl Sink for Vec<f32> {
    fn add(&mut self, rows: &[f32]) -> Result<()> {
        self.extend_from_slice(rows);
        Ok(())
    }

    fn find(&self, rows: &[usize], width: usize) -> Result<Vec<f32>> {
        Ok(rows.iter().flat_map(|row| &self[row * width..(row + 1) * width]).copied().collect())
    }
}

impl Sink for Writer {
    fn add(&mut self, rows: &[f32]) -> Result<()> {
        self.append(bytemuck::cast_slice(rows))
    }

    fn find(&self, rows: &[usize], width: usize) -> Result<Vec<f32>> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let so_far = self.so_far()?;
        let all = numbers(&so_far, so_far.as_ref().len() / size_of::<f32>());
        Ok(rows.iter().flat_map(|row| &all[row * width..(row + 1) * width]).copied().collect())
    }
}

/// Adds the row of every text; says how many rows are there where it ends before the last.
fn fill(
    to: &mut impl Sink,
    known: Option<&Known>,
    width: usize,
    digests: &[[u8; DIGEST]],
    texts: Texts<'_>,
    encode: Encode<'_>,
) -> Result<(), (usize, Error)> {
    let places = known.map(Known::places).unwrap_or_default();
    let mut first: HashMap<&[u8; DIGEST], usize> = HashMap::new();
    let (mut block, mut done) = (Vec::new(), 0);
    let mut pack = |block: &mut Vec<String>, done: &mut usize| -> Result<()> {
        let own = &digests[*done..(*done + block.len()).min(digests.len())];
        // Of a text that stands more than once the first is encoded.
        let (mut unseen, mut repeated) = (Vec::new(), Vec::new());
        for (i, digest) in own.iter().enumerate() {
            if places.contains_key(digest) {
                continue;
            }
            match first.get(digest) {
                Some(row) if row < done => repeated.push(*row),
                Some(_) => {}
                None => {
                    first.insert(digest, *done + i);
                    unseen.push(std::mem::take(&mut block[i]));
                }
            }
        }
        let fresh = if unseen.is_empty() { Vec::new() } else { encode(*done, &unseen)? };
        if fresh.len() != unseen.len() * width {
            return Err(Error::internal("the encoder did not give a row for every text"));
        }
        let earlier = to.find(&repeated, width)?;
        let (mut fresh, mut earlier) = (fresh.chunks_exact(width), earlier.chunks_exact(width));
        let mut rows: Vec<f32> = Vec::with_capacity(own.len() * width);
        for (i, digest) in own.iter().enumerate() {
            let row = match (places.get(digest), first.get(digest)) {
                (Some(place), _) => known.map(|known| known.row(*place)),
                (None, Some(row)) if *row == *done + i => fresh.next(),
                (None, Some(row)) if row < done => earlier.next(),
                (None, Some(row)) => {
                    let at = (row - *done) * width;
                    rows.extend_from_within(at..at + width);
                    continue;
                }
                (None, None) => None,
            };
            rows.extend_from_slice(row.ok_or_else(|| Error::internal("a text has no embedding"))?);
        }
        to.add(&rows)?;
        *done += own.len();
        block.clear();
        Ok(())
    };
    let mut outcome = Ok(());
    let read = texts(&mut |text| {
        if outcome.is_ok() {
            block.push(text.to_owned());
            if block.len() == BLOCK {
                outcome = pack(&mut block, &mut done);
            }
        }
    });
    outcome = read.and(outcome).and_then(|()| pack(&mut block, &mut done));
    outcome.map_err(|error| (done, error))
}

/// What a file of the cache holds.
struct Known {
    file: Mapped,
    rows: usize,
    width: usize,
}

impl Known {
    fn load(cache: &Cache, of: &Digest, width: usize) -> Option<Self> {
        let file = cache.load(KIND, of)?;
        let bytes = file.as_ref();
        let (rest, tail) = bytes.split_at_checked(bytes.len().checked_sub(TAIL)?)?;
        let number = |bytes: &[u8]| Some(u64::from_ne_bytes(bytes.try_into().ok()?) as usize);
        let (rows, its) = (number(&tail[..8])?, number(&tail[8..])?);
        let sound = its == width && rest.len() == rows.checked_mul(width * size_of::<f32>() + DIGEST)?;
        sound.then_some(Self { file, rows, width })
    }

    fn row(&self, place: usize) -> &[f32] {
        &numbers(&self.file, self.rows * self.width)[place * self.width..(place + 1) * self.width]
    }

    fn digests(&self) -> &[u8] {
        &self.file.as_ref()[self.rows * self.width * size_of::<f32>()..][..self.rows * DIGEST]
    }

    fn places(&self) -> HashMap<&[u8; DIGEST], usize> {
        self.digests().as_chunks::<DIGEST>().0.iter().zip(0..).collect()
    }

    fn embedded(self) -> Embedded {
        Embedded { width: self.width, rows: Rows::Mapped(self.file, self.rows) }
    }
}

/// The first numbers of a file.
fn numbers(file: &Mapped, count: usize) -> &[f32] {
    let bytes = file.as_ref().get(..count * size_of::<f32>()).unwrap_or_default();
    bytemuck::try_cast_slice(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::{Cell, RefCell};

    /// A row of an encoder that counts letters, and notes what it was asked.
    fn get(cache: &Cache, texts: &[&str], asked: &RefCell<Vec<String>>) -> Result<Embedded> {
        let each = |visit: &mut dyn FnMut(&str)| {
            texts.iter().for_each(|text| visit(text));
            Ok(())
        };
        let encode = |_: usize, texts: &[String]| {
            asked.borrow_mut().extend_from_slice(texts);
            Ok(texts.iter().flat_map(|text| [text.len() as f32, text.matches('a').count() as f32]).collect())
        };
        embeddings(cache, &Digest([7; 32]), 2, &each, &encode)
    }

    #[test]
    fn only_texts_that_were_not_seen_are_encoded() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = Cache::new(folder.path(), 1 << 30);
        let asked = RefCell::default();
        let first = get(&cache, &["an apple", "", "a pear", "an apple"], &asked).expect("embedded");
        assert_eq!(first.values(), [8.0, 2.0, 0.0, 0.0, 6.0, 2.0, 8.0, 2.0]);
        assert_eq!(asked.take(), ["an apple", "", "a pear"], "one text is encoded once");
        get(&cache, &["an apple", "", "a pear", "an apple"], &asked).expect("embedded");
        assert!(asked.take().is_empty());
        let changed = get(&cache, &["plum", "an apple", "fig", "fig"], &asked).expect("embedded");
        assert_eq!(changed.values(), [4.0, 0.0, 8.0, 2.0, 3.0, 0.0, 3.0, 0.0]);
        assert_eq!(asked.take(), ["plum", "fig"]);
        get(&cache, &["a pear"], &asked).expect("embedded");
        assert_eq!(asked.take(), ["a pear"], "a text that is gone is kept no longer");
    }

    #[test]
    fn many_blocks_hold_what_one_would() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = Cache::new(folder.path(), 1 << 30);
        let texts: Vec<String> = (0..2 * BLOCK + 5).map(|i| "a".repeat(i % (BLOCK - 3))).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let asked = RefCell::default();
        let want: Vec<f32> = texts.iter().flat_map(|text| [text.len() as f32, text.len() as f32]).collect();
        assert_eq!(get(&cache, &texts, &asked).expect("embedded").values(), want);
        assert_eq!(asked.take().len(), BLOCK - 3);
        let file = folder.path().join("a file");
        std::fs::write(&file, b"").expect("written");
        assert_eq!(get(&Cache::new(file, 1 << 30), &texts, &asked).expect("in memory").values(), want);
    }

    #[test]
    fn what_was_done_before_a_stop_is_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = Cache::new(folder.path(), 1 << 30);
        let texts: Vec<String> = (0..BLOCK + 1).map(|i| i.to_string()).collect();
        let each = |visit: &mut dyn FnMut(&str)| {
            texts.iter().for_each(|text| visit(text));
            Ok(())
        };
        let calls = Cell::new(0);
        let encode = |_: usize, texts: &[String]| {
            calls.set(calls.get() + 1);
            match calls.get() {
                2 => Err(Error::new(Kind::Interrupted, "stopped")),
                _ => Ok(texts.iter().flat_map(|text| [text.len() as f32, 1.0]).collect()),
            }
        };
        let once = || embeddings(&cache, &Digest([1; 32]), 2, &each, &encode);
        assert_eq!(once().map_err(|e| e.kind).err(), Some(Kind::Interrupted));
        let asked: RefCell<Vec<(usize, usize)>> = RefCell::default();
        let counted = |done: usize, texts: &[String]| {
            asked.borrow_mut().push((done, texts.len()));
            encode(done, texts)
        };
        let all = embeddings(&cache, &Digest([1; 32]), 2, &each, &counted).expect("embedded");
        assert_eq!(all.values().len(), 2 * (BLOCK + 1));
        assert_eq!(asked.take(), [(BLOCK, 1)]);
    }
}
