//! Which format a file is in: by its ending, corrected by what it begins with.

use crate::domain::words;
use crate::error::{Error, Result};
use std::path::Path;

words! {
    /// A file format for rows.
    Format: "format" {
        /// Separated by commas (or semicolons, bars: found out, and said).
        Csv = "csv",
        /// Separated by tabs.
        Tsv = "tsv",
        /// One JSON object a line.
        Jsonl = "jsonl",
        /// One JSON array of objects.
        Json = "json",
        /// Apache Parquet.
        Parquet = "parquet",
    }
}

/// What files of other kinds begin with, what they are, and what to do about it.
const STRANGERS: &[(&[u8], &str, &str)] = &[
    (b"\x1f\x8b", "a gzip archive", "unpack it first: gunzip"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", "unpack it first: unzstd"),
    (b"BZh", "a bzip2 archive", "unpack it first: bunzip2"),
    (b"\xfd7zXZ", "an xz archive", "unpack it first: unxz"),
    (b"PK\x03\x04", "a zip archive or a spreadsheet", "unpack it, or save the sheet as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old spreadsheet", "save the sheet as CSV (UTF-8)"),
    (b"%PDF", "a PDF", "only CSV, TSV, JSONL, JSON and Parquet can be read"),
    (b"SQLite format 3\0", "a SQLite file, perhaps a project", "`karat FILE` opens a project"),
];

impl Format {
    /// The format that a path's ending names, if it names one.
    pub fn of_path(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "tsv" | "tab" => Some(Self::Tsv),
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "json" => Some(Self::Json),
            "parquet" | "pq" => Some(Self::Parquet),
            _ => None,
        }
    }

    /// Whether the format tells an empty text from a missing value.
    pub fn tells_empty(self) -> bool {
        !matches!(self, Self::Csv | Self::Tsv)
    }

    /// Decides the format of a file from its ending and its first bytes (after a BOM).
    pub fn detect(path: &Path, head: &[u8]) -> Result<Self> {
        if head.starts_with(b"PAR1") {
            return Ok(Self::Parquet);
        }
        if let Some((_, what, todo)) = STRANGERS.iter().find(|(magic, ..)| head.starts_with(magic)) {
            return Err(Error::data(format!("{} is {what}", path.display())).hint(*todo));
        }
        let first = head.iter().find(|b| !b.is_ascii_whitespace());
        let named = Self::of_path(path);
        match (named, first) {
            (Some(Self::Parquet), _) => {
                Err(Error::data(format!("{} does not begin as a Parquet file does", path.display()))
                    .hint("the copy may be broken; or say what it is with --format"))
            }
            (Some(Self::Jsonl | Self::Json) | None, Some(b'[')) => Ok(Self::Json),
            (_, Some(b'{')) => Ok(Self::Jsonl),
            (Some(format), _) => Ok(format),
            (None, _) if head.split(|b| *b == b'\n').next().is_some_and(|line| line.contains(&b'\t')) => Ok(Self::Tsv),
            (None, _) => Ok(Self::Csv),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_corrects_the_ending() {
        let of = |name: &str, head: &str| Format::detect(Path::new(name), head.as_bytes()).unwrap();
        assert_eq!(of("a.csv", "id,text\n"), Format::Csv);
        assert_eq!(of("a.json", "{\"a\":1}\n"), Format::Jsonl);
        assert_eq!(of("a.jsonl", " [ {"), Format::Json);
        assert_eq!(of("a.csv", "PAR1"), Format::Parquet);
        assert_eq!(of("a", "id\ttext\n"), Format::Tsv);
    }

    #[test]
    fn strangers_are_named() {
        let e = Format::detect(Path::new("a.csv"), b"PK\x03\x04rest").unwrap_err();
        assert!(e.to_string().contains("spreadsheet") && e.hint.is_some());
    }
}
