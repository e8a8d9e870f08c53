//! Reads a file of any format into a [`Table`].

mod delimited;
mod json;
mod json_row;
mod parquet;

use super::format::Format;
use super::input::Input;
use super::table::Table;
use crate::error::{Error, Result};
use std::path::Path;

/// How to read.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReadOptions {
    /// The format, where ending and content should not decide.
    pub format: Option<Format>,
    /// Leaves rows out that are not right and describes them, instead of refusing the file.
    pub keep_good: bool,
}

/// How far reading has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Rows so far.
    pub rows: u64,
    /// Bytes so far.
    pub bytes: u64,
    /// Bytes in all.
    pub of: u64,
}

/// Told now and then how far reading has come; an error from it stops the reading.
pub type OnProgress<'a> = &'a mut dyn FnMut(Progress) -> Result<()>;

/// Rows between two reports of progress.
const REPORT_EVERY: u64 = 4096;

/// Reads all rows of a file. The first thing that is wrong is the error, with its line, unless good rows are kept.
pub fn read(path: &Path, options: ReadOptions, on_progress: OnProgress<'_>) -> Result<Table> {
    let input = Input::open(path)?;
    let mut table = table_of(path, &input, options.format)?;
    run(&input, &mut table, &mut Watch { of: input.size, report: on_progress, rows: 0, blocks: None })?;
    if !options.keep_good && table.rejected.count > 0 {
        let error = std::mem::take(&mut table.rejected).into_error();
        return Err(error.unwrap_or_else(|| Error::internal("a rejected row without a reason")));
    }
    if table.rows() == 0 {
        return Err(Error::data(format!("{} has no rows", table.name)).hint("it needs at least one row of data"));
    }
    Ok(table)
}

/// Rows that are handed on at once.
const BLOCK: usize = 16_384;
/// Bytes of text in them, at most, but for one row.
const BLOCK_BYTES: usize = 32 << 20;

/// Takes some rows, in order; an error from it stops the reading.
pub type OnBlock<'a, 'b> = &'a mut (dyn FnMut(&Table) -> Result<()> + 'b);

/// A file that can be gone through any number of times, some rows at once, so that its size does not matter. What cannot
/// be read twice, such as a pipe, is copied to the disk first.
#[derive(Debug)]
pub struct Stream {
    input: Input,
    empty: Table,
}

impl Stream {
    /// Opens a file; `-` is standard input.
    ///
    /// # Errors
    /// Where it cannot be read, or is of no format that is known.
    pub fn open(path: &Path, format: Option<Format>) -> Result<Self> {
        let input = Input::open(path)?;
        let empty = table_of(path, &input, format)?;
        Ok(Self { input, empty })
    }

    /// Hands all rows on, and tells how many there are. A column that comes later is not there in the blocks before.
    ///
    /// # Errors
    /// The first thing that is wrong, with its line: what comes before it was handed on.
    pub fn each_block(&self, on_progress: OnProgress<'_>, on_block: OnBlock<'_, '_>) -> Result<u64> {
        let mut table = self.empty.clone();
        let mut watch = Watch { of: self.input.size, report: on_progress, rows: 0, blocks: Some(on_block) };
        run(&self.input, &mut table, &mut watch)?;
        watch.hand_on(&mut table)?;
        match watch.rows {
            0 => Err(Error::data(format!("{} has no rows", table.name)).hint("it needs at least one row of data")),
            rows => Ok(rows),
        }
    }
}

fn table_of(path: &Path, input: &Input, format: Option<Format>) -> Result<Table> {
    let format = match format {
        Some(format) => format,
        None => Format::detect(path, &input.head)?,
    };
    Ok(Table::new(input, format))
}

fn run(input: &Input, table: &mut Table, watch: &mut Watch<'_, '_>) -> Result<()> {
    match table.format {
        Format::Csv => delimited::read(input, None, table, watch),
        Format::Tsv => delimited::read(input, Some(b'\t'), table, watch),
        Format::Jsonl => json::read_lines(input, table, watch),
        Format::Json => json::read_array(input, table, watch),
        Format::Parquet => parquet::read(input, table, watch),
    }
}

/// Counts rows, reports every so many, and hands them on where they are wanted in blocks.
struct Watch<'a, 'b> {
    of: Option<u64>,
    report: &'a mut (dyn FnMut(Progress) -> Result<()> + 'b),
    rows: u64,
    blocks: Option<OnBlock<'a, 'b>>,
}

impl Watch<'_, '_> {
    /// Hands on what there is, or says what is wrong with it.
    fn hand_on(&mut self, table: &mut Table) -> Result<()> {
        if let Some(error) = std::mem::take(&mut table.rejected).into_error() {
            return Err(error);
        }
        if let Some(on_block) = self.blocks.as_mut().filter(|_| table.rows() > 0) {
            on_block(table)?;
            table.clear();
        }
        Ok(())
    }

    /// One more row was read, up to this byte.
    fn row(&mut self, bytes: u64, table: &mut Table) -> Result<()> {
        self.rows += 1;
        let full = table.rows() >= BLOCK || table.bytes() >= BLOCK_BYTES;
        if self.blocks.is_some() && (full || table.rejected.count > 0) {
            self.hand_on(table)?;
        }
        if self.rows.is_multiple_of(REPORT_EVERY) {
            (self.report)(Progress { rows: self.rows, bytes, of: self.of.unwrap_or(bytes) })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(name: &str, bytes: &[u8], options: ReadOptions) -> Result<Table> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let mut table = read(&path, options, &mut |_| Ok(()));
        if let Ok(table) = &mut table {
            // Places are looked up in the file, which must outlive the check.
            std::mem::forget(dir);
            table.notes.sort();
        }
        table
    }

    /// Reads bytes as a file of this name.
    pub(super) fn table(name: &str, bytes: &[u8]) -> Table {
        attempt(name, bytes, ReadOptions::default()).unwrap()
    }

    /// The error that reading these bytes gives.
    pub(super) fn err(name: &str, bytes: &[u8]) -> Error {
        attempt(name, bytes, ReadOptions::default()).unwrap_err()
    }

    #[test]
    fn good_rows_can_be_kept() {
        let keep = ReadOptions { keep_good: true, ..ReadOptions::default() };
        let t = attempt("a.csv", b"id,text\n1,a\n2\n3,c\n4,d,e\n", keep).unwrap();
        assert_eq!((t.rows(), t.rejected.count), (2, 2));
        assert!(t.rejected.first[1].message.starts_with("a.csv line 5"));
        let all = err("a.csv", b"id,text\n1,a\n2\n3,c\n4,d,e\n");
        assert!(all.message.ends_with("(and 1 more row is not right)"));
    }

    #[test]
    fn a_missing_file_column_or_format_is_said() {
        let t = table("a.csv", b"id,text\n1,a\n");
        let e = t.column("txet").unwrap_err();
        assert_eq!(
            (e.message.as_str(), e.hint.as_deref()),
            ("a.csv has no column \"txet\"", Some("did you mean \"text\"?"))
        );
        assert!(read(Path::new("/nowhere/a.csv"), ReadOptions::default(), &mut |_| Ok(())).is_err());
        let csv = ReadOptions { format: Some(Format::Csv), ..ReadOptions::default() };
        assert_eq!(attempt("a.jsonl", b"{x\n1\n", csv).unwrap().columns[0].name, "{x");
    }

    #[test]
    fn progress_can_stop_the_reading() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.csv");
        std::fs::write(&path, "n\n".to_owned() + &"1\n".repeat(10_000)).unwrap();
        let stop = |p: Progress| Err(Error::new(crate::error::Kind::Interrupted, format!("at {}", p.rows)));
        assert_eq!(read(&path, ReadOptions::default(), &mut { stop }).unwrap_err().message, "at 4096");
    }
}
