//! The embeddings of a project's texts.
//!
//! An encoder takes milliseconds for a text, so that what it said is kept: when items come, go or change, only texts
//! that it has not seen are encoded, and what is encoded is kept every few minutes, for a process may be killed. A file holds the rows in the order of the items, then the digest of every text,
//! then how many there are and how wide.

use super::{Cache, Mapped, Writer};
use crate::domain::Digest;
use crate::error::{Error, Kind, Result};
use std::collections::{HashMap, HashSet};

const KIND: &str = "embeddings";
/// Texts that are encoded at once: long ones and short ones each find company of their length.
const BLOCK: usize = 4096;
/// Texts that are encoded before they are kept: minutes of work, where writing the file takes seconds.
const ROUND: usize = 16 * BLOCK;
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

/// The embeddings of all texts: what is kept, and what `encode` says of the others, kept from now on. Of many texts what is
/// done is kept from time to time. Where the folder cannot be written they stay in memory.
///
/// `of` names the encoder and whose texts these are.
///
/// # Errors
/// What `texts` and `encode` say.
pub fn embeddings(cache: &Cache, of: &Digest, width: usize, texts: Texts<'_>, encode: Encode<'_>) -> Result<Embedded> {
    let digests = digests(texts)?;
    loop {
        let known = match Known::load(cache, of, width) {
            Some(known) if known.digests() == digests.as_flattened() => return Ok(known.embedded()),
            known => known,
        };
        let kept = kept_next(&digests, known.as_ref());
        let whole = kept.iter().all(|kept| *kept);
        let some = |visit: &mut dyn FnMut(&str)| {
            let mut kept = kept.iter();
            texts(&mut |text| {
                if kept.next() == Some(&true) {
                    visit(text);
                }
            })
        };
        let own: Vec<_> = digests.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(digest, _)| *digest).collect();
        let written = cache.write(KIND, of, |writer| {
            fill(writer, known.as_ref(), width, &own, &some, encode)?;
            writer.append(own.as_flattened())?;
            writer.append(&(own.len() as u64).to_ne_bytes())?;
            writer.append(&(width as u64).to_ne_bytes())
        });
        match written {
            Ok(file) if whole => return Ok(Embedded { width, rows: Rows::Mapped(file, own.len()) }),
            Ok(_) => {}
            Err(error) if error.kind == Kind::Io => {
                tracing::warn!(%error, "the cache cannot be written; the embeddings stay in memory");
                return held(known.as_ref(), width, &digests, texts, encode);
            }
            Err(error) => return Err(error),
        }
    }
}

/// Which texts the next file holds: those that are known, and of the others as many as one round encodes.
fn kept_next(digests: &[[u8; DIGEST]], known: Option<&Known>) -> Vec<bool> {
    let places = known.map(Known::places).unwrap_or_default();
    let mut unseen: HashSet<&[u8; DIGEST]> = HashSet::new();
    let keep = |digest| {
        let room = places.contains_key(digest) || unseen.contains(digest) || unseen.len() < ROUND;
        if room && !places.contains_key(digest) {
            unseen.insert(digest);
        }
        room
    };
    digests.iter().map(keep).collect()
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
    fill(&mut rows, known, width, digests, texts, encode)?;
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

/// Adds the row of every text.
fn fill(
    to: &mut impl Sink,
    known: Option<&Known>,
    width: usize,
    digests: &[[u8; DIGEST]],
    texts: Texts<'_>,
    encode: Encode<'_>,
) -> Result<()> {
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
    read.and(outcome)?;
    pack(&mut block, &mut done)
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
    fn what_was_kept_before_a_stop_is_not_encoded_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = Cache::new(folder.path(), 1 << 30);
        let texts: Vec<String> = (0..ROUND + 7).map(|i| i.to_string()).collect();
        let each = |visit: &mut dyn FnMut(&str)| {
            texts.iter().for_each(|text| visit(text));
            Ok(())
        };
        let (asked, stop) = (Cell::new(0), Cell::new(true));
        let encode = |_: usize, texts: &[String]| {
            asked.set(asked.get() + texts.len());
            match stop.get() && asked.get() > ROUND {
                true => Err(Error::new(Kind::Interrupted, "stopped")),
                false => Ok(texts.iter().flat_map(|text| [text.len() as f32, 1.0]).collect()),
            }
        };
        let once = || embeddings(&cache, &Digest([1; 32]), 2, &each, &encode);
        assert_eq!(once().map_err(|e| e.kind).err(), Some(Kind::Interrupted));
        asked.set(0);
        stop.set(false);
        let all = once().expect("embedded");
        assert_eq!((asked.get(), all.values().len()), (7, 2 * texts.len()));
        let want: Vec<f32> = texts.iter().flat_map(|text| [text.len() as f32, 1.0]).collect();
        assert_eq!(all.values(), want);
    }
}
