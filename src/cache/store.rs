//! The folder and the form of its files.

use crate::domain::Digest;
use crate::error::{Error, Result};
use memmap2::Mmap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// Bytes before the body; the body starts at a multiple of 64.
const HEADER: usize = 128;
const MAGIC: [u8; 8] = *b"karatc01";
const FINISHED: &str = "kc";
const UNFINISHED: &str = "part";

/// A folder of derived data, of limited size.
#[derive(Debug, Clone)]
pub struct Cache {
    folder: PathBuf,
    limit: u64,
}

/// A checked file, mapped into memory; gives its body, which starts at a multiple of 64 bytes.
#[derive(Debug)]
pub struct Mapped(Mmap);

impl AsRef<[u8]> for Mapped {
    fn as_ref(&self) -> &[u8] {
        self.0.get(HEADER..).unwrap_or_default()
    }
}

/// A file under construction; gone if it is dropped before the end.
#[derive(Debug)]
pub struct Writer {
    path: PathBuf,
    file: File,
}

impl Cache {
    /// Uses a folder, which need not exist yet, for at most `limit` bytes.
    pub fn new(folder: impl Into<PathBuf>, limit: u64) -> Self {
        Self { folder: folder.into(), limit }
    }

    /// Where the data of a kind and key is, or would be.
    pub fn path(&self, kind: &str, key: &Digest) -> PathBuf {
        let mut name = key.to_string();
        name.truncate(32);
        self.folder.join(format!("{kind}-{name}.{FINISHED}"))
    }

    /// Maps what was written for a kind and key. A file that does not hold what it should is taken away; `None` then,
    /// and where there is none.
    pub fn load(&self, kind: &str, key: &Digest) -> Option<Mapped> {
        let path = self.path(kind, key);
        let mapped = map(&File::open(&path).ok()?).ok()?;
        let (given, body) = mapped.split_at_checked(HEADER).unwrap_or((&[], &[]));
        if given == header(kind, key, body) {
            return Some(Mapped(mapped));
        }
        tracing::warn!(path = %path.display(), "a cache file is damaged or of another version; it is computed again");
        // Nothing is lost if this fails: the file is checked again the next time.
        let _ = fs::remove_file(&path);
        None
    }

    /// Writes the data of a kind and key through `fill` and maps it. The file has its name only once it is whole.
    pub fn write(&self, kind: &str, key: &Digest, fill: impl FnOnce(&mut Writer) -> Result<()>) -> Result<Mapped> {
        let path = self.path(kind, key);
        let mut writer = self.writer(&path)?;
        fill(&mut writer)?;
        let failed = |e: io::Error| Error::file(&path, &e);
        let mapped = map(&writer.file).map_err(failed)?;
        let header = header(kind, key, mapped.get(HEADER..).unwrap_or_default());
        writer.file.seek(SeekFrom::Start(0)).and_then(|_| writer.file.write_all(&header)).map_err(failed)?;
        writer.file.sync_all().map_err(failed)?;
        fs::rename(&writer.path, &path).map_err(failed)?;
        File::open(&self.folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
        self.trim(&path);
        Ok(Mapped(mapped))
    }

    fn writer(&self, path: &Path) -> Result<Writer> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = path.with_extension(format!("{}-{number}.{UNFINISHED}", std::process::id()));
        let open = || {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.folder)?;
            let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
            // Held for as long as the file is open: tells others that its writer lives.
            file.lock()?;
            Ok(file)
        };
        let mut writer = Writer { file: open().map_err(|e| Error::file(&path, &e))?, path };
        writer.append(&[0; HEADER])?;
        Ok(writer)
    }

    /// Takes away what dead writers left, and the oldest files until the folder is within its limit; never `keep`.
    fn trim(&self, keep: &Path) {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut files: Vec<_> = entries
            .filter_map(|entry| {
                let about = entry.metadata().ok()?;
                Some((about.modified().ok()?, about.len(), entry.path()))
            })
            .collect();
        files.retain(|(_, _, path)| match path.extension().and_then(|e| e.to_str()) {
            Some(FINISHED) => true,
            Some(UNFINISHED) if is_abandoned(path) => fs::remove_file(path).is_err(),
            _ => false,
        });
        files.sort();
        let mut total: u64 = files.iter().map(|f| f.1).sum();
        for (_, bytes, path) in files {
            if total > self.limit && path != keep && fs::remove_file(&path).is_ok() {
                total -= bytes;
            }
        }
    }
}

impl Writer {
    /// Adds bytes to the body.
    pub fn append(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes).map_err(|e| Error::file(&self.path, &e))
    }

    /// The body so far.
    pub fn so_far(&self) -> Result<Mapped> {
        map(&self.file).map(Mapped).map_err(|e| Error::file(&self.path, &e))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // After the end the file has its new name and there is nothing to remove.
        let _ = fs::remove_file(&self.path);
    }
}

fn is_abandoned(path: &Path) -> bool {
    let Ok(file) = File::open(path) else { return false };
    !matches!(file.try_lock(), Err(TryLockError::WouldBlock))
}

#[expect(unsafe_code, reason = "mapping a file is unsafe by nature")]
fn map(file: &File) -> io::Result<Mmap> {
    // SAFETY: the bytes of a finished file never change: it is written under another name, renamed, and only ever
    // unlinked. A file under construction is changed by its one writer alone, who appends while a map of it is read.
    unsafe { Mmap::map(file) }
}

/// Magic and version, order of bytes, kind, key, length and checksum of the body.
fn header(kind: &str, key: &Digest, body: &[u8]) -> [u8; HEADER] {
    let mut header = [0; HEADER];
    let checksum = blake3::Hasher::new().update(kind.as_bytes()).update(body).finalize();
    let parts: [&[u8]; 5] = [
        &MAGIC,
        &0x0102_0304_0506_0708_u64.to_ne_bytes(),
        &key.0,
        &(body.len() as u64).to_ne_bytes(),
        checksum.as_bytes(),
    ];
    for (to, from) in header.iter_mut().zip(parts.into_iter().flatten()) {
        *to = *from;
    }
    header
}
