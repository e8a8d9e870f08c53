//! A file that rows are read from: opened, sniffed and refused where its encoding is not UTF-8, and asked again later
//! on which line a byte stands.

use crate::domain::nearest;
use crate::error::{Error, Result};
use std::cell::Cell;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// So much of the beginning is looked at.
const HEAD: usize = 64 * 1024;
/// So much is read at once.
const CHUNK: usize = 256 * 1024;
/// So much is read at once where only a line is looked for.
const PEEK: usize = 16 * 1024;
const BOM: &[u8] = b"\xef\xbb\xbf";

/// A file to read from, more than once.
#[derive(Debug, Clone)]
pub(super) struct Input {
    pub(super) path: PathBuf,
    /// Bytes after the BOM, where that is known.
    pub(super) size: Option<u64>,
    /// The first bytes, after the BOM.
    pub(super) head: Vec<u8>,
    /// Whether a BOM was skipped.
    pub(super) bom: bool,
    /// A copy of what cannot be read twice, such as a pipe: a file without a name.
    held: Option<Arc<File>>,
    /// A byte after the BOM and the line that it stands on: the last that was asked for.
    known: Cell<(u64, u64)>,
}

/// A file from a byte on, wherever others are reading it.
struct At {
    file: Arc<File>,
    at: u64,
}

impl Read for At {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let n = self.file.read_at(into, self.at)?;
        self.at += n as u64;
        Ok(n)
    }
}

/// A file that nobody else sees and that goes when it is closed.
fn nameless() -> Result<File> {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let name = format!("karat-{}-{}.part", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
    let path = std::env::temp_dir().join(name);
    let made = File::options().read(true).write(true).create_new(true).mode(0o600).open(&path);
    let file = made.map_err(|e| Error::making(&path, &e))?;
    std::fs::remove_file(&path).map_err(|e| Error::making(&path, &e))?;
    Ok(file)
}

/// Where standard input is read from.
const STDIN: &str = "/dev/stdin";

impl Input {
    /// Opens a file and looks at its beginning; `-` is standard input. A pipe is read to its end, onto the disk.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let path = if path == Path::new("-") { Path::new(STDIN) } else { path };
        let mut file = File::open(path).map_err(|e| match e.kind() {
            std::io::ErrorKind::NotFound => suggest(path, Error::file(path, &e)),
            _ => Error::file(path, &e),
        })?;
        let meta = file.metadata().map_err(|e| Error::file(path, &e))?;
        if meta.is_dir() {
            return Err(Error::data(format!("{} is a folder", path.display())).hint("name a file in it"));
        }
        let (mut head, mut held, mut length) = (Vec::new(), None, meta.len());
        if !meta.is_file() {
            let mut copy = nameless()?;
            length = std::io::copy(&mut file, &mut copy).map_err(|e| Error::file(path, &e))?;
            held = Some(Arc::new(copy));
        }
        let from = match &held {
            Some(held) => At { file: Arc::clone(held), at: 0 },
            None => At { file: Arc::new(file), at: 0 },
        };
        from.take(HEAD as u64).read_to_end(&mut head).map_err(|e| Error::file(path, &e))?;
        if length == 0 {
            let called = if path == Path::new(STDIN) { "standard input".into() } else { path.display().to_string() };
            return Err(Error::data(format!("{called} is empty")).hint("it needs a header and rows"));
        }
        refuse_other_encodings(path, &head)?;
        let bom = head.starts_with(BOM);
        if bom {
            head.drain(..BOM.len());
        }
        let size = Some(length - if bom { BOM.len() as u64 } else { 0 });
        Ok(Self { path: path.to_owned(), size, head, bom, held, known: Cell::new((0, 1)) })
    }

    /// Reads from the first byte after the BOM.
    pub(super) fn reader(&self) -> Result<BufReader<impl Read>> {
        self.reader_at(0, CHUNK)
    }

    /// The file, for a reader of its own.
    pub(super) fn file(&self) -> Result<File> {
        let opened = match &self.held {
            Some(held) => held.try_clone(),
            None => File::open(&self.path),
        };
        opened.map_err(|e| Error::file(&self.path, &e))
    }

    fn reader_at(&self, offset: u64, chunk: usize) -> Result<BufReader<At>> {
        let at = offset + if self.bom { BOM.len() as u64 } else { 0 };
        Ok(BufReader::with_capacity(chunk, At { file: Arc::new(self.file()?), at }))
    }

    /// The line, from 1, of the first byte at or after `offset` that is no line break; `None` where the file can no
    /// longer be read. Asked in rising order, it reads the file once.
    pub(super) fn line_at(&self, offset: u64) -> Option<u64> {
        let (mut at, mut line) = Some(self.known.get()).filter(|(known, _)| *known <= offset).unwrap_or((0, 1));
        let mut reader = self.reader_at(at, PEEK).ok()?;
        loop {
            let chunk = reader.fill_buf().ok()?;
            let before = usize::try_from(offset.saturating_sub(at)).unwrap_or(usize::MAX).min(chunk.len());
            line += chunk[..before].iter().filter(|b| **b == b'\n').count() as u64;
            if at + before as u64 == offset {
                self.known.set((offset, line));
            }
            for b in &chunk[before..] {
                match b {
                    b'\n' => line += 1,
                    b'\r' => {}
                    _ => return Some(line),
                }
            }
            let length = chunk.len();
            if length == 0 {
                return Some(line);
            }
            at += length as u64;
            reader.consume(length);
        }
    }

    /// Everything from a byte on, as far as it can be read.
    pub(super) fn tail(&self, offset: u64) -> Vec<u8> {
        let mut tail = Vec::new();
        if !self.reader_at(offset, PEEK).is_ok_and(|mut reader| reader.read_to_end(&mut tail).is_ok()) {
            tail.clear();
        }
        tail
    }
}

fn refuse_other_encodings(path: &Path, head: &[u8]) -> Result<()> {
    let name = path.display();
    let nulls = |odd: usize| head.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    let mostly = |n: usize| head.len() >= 4 && n * 2 * 10 > head.len() * 6;
    let encoding = match head {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => "UTF-32",
        [0xff, 0xfe, ..] => "UTF-16LE",
        [0xfe, 0xff, ..] => "UTF-16BE",
        _ if head.starts_with(b"PAR1") => return Ok(()),
        _ if mostly(nulls(1)) && nulls(0) == 0 => "UTF-16LE",
        _ if mostly(nulls(0)) && nulls(1) == 0 => "UTF-16BE",
        _ => return Ok(()),
    };
    Err(Error::data(format!("{name} is {encoding}, and UTF-8 is needed"))
        .hint(format!("iconv -f {encoding} -t UTF-8 {name} > utf8-{}", file_name(path))))
}

/// Adds the name of a file in the same folder that may have been meant.
fn suggest(path: &Path, error: Error) -> Error {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    match nearest(&file_name(path), names.iter().map(String::as_str)) {
        Some(near) => error.hint(format!("did you mean {:?}?", folder.join(near).display().to_string())),
        None => error,
    }
}

/// The last part of a path, for messages.
pub(super) fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.csv");
        std::fs::write(&path, bytes).unwrap();
        (dir, path)
    }

    #[test]
    fn lines_are_counted_past_a_bom_and_blank_lines() {
        let (_dir, path) = file(b"\xef\xbb\xbfa\r\n\r\nb\nc");
        let input = Input::open(&path).unwrap();
        assert!(input.bom);
        assert_eq!(input.line_at(0), Some(1));
        assert_eq!(input.line_at(2), Some(3), "between \\r and \\n belongs to what follows");
        assert_eq!(input.line_at(7), Some(4));
        assert_eq!(input.line_at(5), Some(3), "also backwards");
        assert_eq!(input.tail(5), b"b\nc"[..].to_vec());
    }

    #[test]
    fn a_mistyped_name_gets_a_suggestion() {
        let (dir, path) = file(b"id\n1\n");
        let e = Input::open(&dir.path().join("b.csv")).unwrap_err();
        assert_eq!(e.hint, Some(format!("did you mean {:?}?", path.display().to_string())));
    }

    #[test]
    fn empty_utf16_and_folders_are_refused() {
        let (dir, path) = file(b"");
        assert!(Input::open(&path).unwrap_err().message.ends_with("is empty"));
        assert!(Input::open(dir.path()).unwrap_err().message.ends_with("is a folder"));
        let utf16: Vec<u8> = "id,text\n1,é\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let (_dir, path) = file(&utf16);
        assert!(Input::open(&path).unwrap_err().message.contains("UTF-16LE"), "also without a BOM");
        let (_dir, path) = file(&[&[0xfe, 0xff][..], &[0, 65]].concat());
        assert!(Input::open(&path).unwrap_err().hint.unwrap().starts_with("iconv -f UTF-16BE"));
    }
}
