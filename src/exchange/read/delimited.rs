//! CSV and TSV: every field is text; a row that is not as wide as the header is named, never padded.

use super::super::input::Input;
use super::super::table::{Cell, Table, excerpt};
use super::Watch;
use crate::error::{Error, Result};
use csv::{ByteRecord, ReaderBuilder};
use std::collections::HashSet;

/// What may separate fields; the first of equals wins.
const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

pub(super) fn read(input: &Input, delimiter: Option<u8>, table: &mut Table, watch: &mut Watch<'_, '_>) -> Result<()> {
    let delimiter = delimiter.unwrap_or_else(|| {
        let found = sniff(&input.head);
        if found != b',' {
            table.notes.push(format!("fields are separated by {:?}", char::from(found)));
        }
        found
    });
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(input.reader()?);
    let mut record = ByteRecord::new();
    let failed = |e: csv::Error| Error::io(format!("{}: {e}", input.path.display()));
    if !reader.read_byte_record(&mut record).map_err(failed)? {
        return Err(Error::data(format!("{} is blank", table.name)).hint("it needs a header and rows"));
    }
    let header = record.clone();
    declare(&header, table)?;
    let width = header.len();
    let mut last = 0;
    loop {
        let start = reader.position().byte();
        if !reader.read_byte_record(&mut record).map_err(failed)? {
            break;
        }
        last = start;
        match checked(&record, &header, width) {
            Ok(()) => {
                table.push_row(start, record.iter().map(|f| Cell::Bare(str::from_utf8(f).unwrap_or_default())))?
            }
            Err(Fault { column, message, hint }) => {
                let mut rejected = std::mem::take(&mut table.rejected);
                rejected.push_with(|| {
                    let column = column.and_then(|c| table.columns.get(c)).map(|c| format!(", column {:?}", c.name));
                    let place = table.place_at(start);
                    Error::data(format!("{place}{}: {message}", column.unwrap_or_default())).hint(hint)
                });
                table.rejected = rejected;
            }
        }
        watch.row(reader.position().byte(), table)?;
    }
    if record_is_open(&input.tail(last), delimiter) {
        return Err(Error::data(format!("{}: a quote is opened here and never closed", table.place_at(last)))
            .hint("close it; a quote inside a quoted text is written twice: \"\""));
    }
    Ok(())
}

/// The separator that the first line holds most of.
fn sniff(head: &[u8]) -> u8 {
    let line = head.split(|b| *b == b'\n').next().unwrap_or_default();
    let mut quoted = false;
    let mut counts = [0_usize; DELIMITERS.len()];
    for b in line {
        quoted ^= *b == b'"';
        if let Some(i) = DELIMITERS.iter().position(|d| d == b)
            && !quoted
        {
            counts[i] += 1;
        }
    }
    let most = counts.iter().max().copied().unwrap_or(0);
    DELIMITERS.into_iter().zip(counts).find(|(_, n)| *n == most).map_or(b',', |(d, _)| d)
}

/// Makes the columns of a header, each name once.
fn declare(header: &ByteRecord, table: &mut Table) -> Result<()> {
    let mut seen = HashSet::new();
    for (i, bytes) in header.iter().enumerate() {
        let place = format!("{} line 1, column {}", table.name, i + 1);
        let name = str::from_utf8(bytes)
            .map_err(|_| Error::data(format!("{place}: the name is not UTF-8")).hint(reencode(&table.name)))?
            .trim();
        if name.contains('\0') {
            return Err(Error::data(format!("{place}: the name holds a NUL byte")).hint("is this a text file?"));
        }
        let name = if name.is_empty() {
            let name = format!("column {}", i + 1);
            table.notes.push(format!("column {} has no name in the header and is called {name:?}", i + 1));
            name
        } else {
            name.to_owned()
        };
        if !seen.insert(name.clone()) {
            return Err(Error::data(format!("{place}: the header has {name:?} twice")).hint("rename one of them"));
        }
        table.column_or_new(&name);
    }
    Ok(())
}

struct Fault {
    column: Option<usize>,
    message: String,
    hint: String,
}

/// Whether a record can be taken: as wide as the header, not the header again, UTF-8 and without NUL.
fn checked(record: &ByteRecord, header: &ByteRecord, width: usize) -> std::result::Result<(), Fault> {
    if record.len() != width {
        let several = record.iter().any(|f| f.contains(&b'\n'));
        let hint = if several {
            "it spans several lines: is a quote missing?"
        } else if record.len() > width {
            "a text that holds the separator needs double quotes around it"
        } else {
            "is a separator or a quote missing?"
        };
        let fields = if record.len() == 1 { "field" } else { "fields" };
        let message = format!("{} {fields} where the header has {width}", record.len());
        return Err(Fault { column: None, message, hint: hint.to_owned() });
    }
    if record == header {
        return Err(Fault {
            column: None,
            message: "the header stands here again".to_owned(),
            hint: "were two files joined? remove the line".to_owned(),
        });
    }
    for (i, field) in record.iter().enumerate() {
        if let Err(e) = str::from_utf8(field) {
            let good = str::from_utf8(&field[..e.valid_up_to()]).unwrap_or_default();
            let byte = field.get(e.valid_up_to()).copied().unwrap_or_default();
            let after: String = good.chars().rev().take(12).collect::<Vec<_>>().into_iter().rev().collect();
            return Err(Fault {
                column: Some(i),
                message: format!(
                    "byte 0x{byte:02X} is not UTF-8, at character {} after {}",
                    good.chars().count() + 1,
                    excerpt(&after)
                ),
                hint: reencode("FILE"),
            });
        }
        if field.contains(&0) {
            return Err(Fault {
                column: Some(i),
                message: "holds a NUL byte".to_owned(),
                hint: "remove it: tr -d '\\000'".to_owned(),
            });
        }
    }
    Ok(())
}

fn reencode(file: &str) -> String {
    format!("save it as UTF-8; if it is Windows or Latin-1 text: iconv -f WINDOWS-1252 -t UTF-8 {file}")
}

/// Whether the last record of a file ends inside a quoted field.
fn record_is_open(record: &[u8], delimiter: u8) -> bool {
    let (mut open, mut at_start) = (false, true);
    let mut bytes = record.iter().peekable();
    while let Some(b) = bytes.next() {
        match (open, b) {
            (true, b'"') if bytes.peek() == Some(&&b'"') => {
                bytes.next();
            }
            (true, b'"') => open = false,
            (true, _) => {}
            (false, b'"') if at_start => open = true,
            (false, b) => {
                at_start = *b == delimiter || *b == b'\n' || *b == b'\r';
                continue;
            }
        }
        at_start = false;
    }
    open
}

#[cfg(test)]
mod tests {
    use super::super::tests::{err, table};

    #[test]
    fn ids_and_texts_stay_strings() {
        let t = table("a.csv", b"id,text,n\n007,true,1\n0x1F,\"a\"\"b\nc\",\n");
        assert_eq!(t.columns[0].iter().collect::<Vec<_>>(), ["007", "0x1F"]);
        assert_eq!(t.columns[1].iter().collect::<Vec<_>>(), ["true", "a\"b\nc"]);
        assert_eq!(t.columns[2].present(), 1);
        assert_eq!((t.place(0).as_str(), t.place(1).as_str()), ("a.csv line 2", "a.csv line 3"));
    }

    #[test]
    fn other_separators_and_a_bom_are_taken_and_said() {
        let t = table("a.csv", b"\xef\xbb\xbfid;text\n1;a,b\n");
        assert_eq!((t.columns[0].name.as_str(), t.columns[1].get(0)), ("id", "a,b"));
        assert!(t.notes[0].contains("byte order mark") && t.notes[1].contains("';'"), "{:?}", t.notes);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        for (bytes, says) in [
            (&b"id,text\n1,a\n\n2,b,c\n"[..], "a.csv line 4: 3 fields where the header has 2"),
            (b"id,text\r\n1,a\r\n2\r\n", "a.csv line 3: 1 field where the header has 2"),
            (b"id,text\n1,a\nid,text\n", "a.csv line 3: the header stands here again"),
            (b"id,id\n1,a\n", "a.csv line 1, column 2: the header has \"id\" twice"),
            (b"id,text\n1,caf\xe9\n", "a.csv line 2, column \"text\": byte 0xE9 is not UTF-8, at character 4"),
            (b"id,text\n1,a\0b\n", "a.csv line 2, column \"text\": holds a NUL byte"),
            (b"id,text\n1,a\n2,\"b\n3,c\n", "a.csv line 3: a quote is opened here and never closed"),
            (b"id,text\n", "a.csv has no rows"),
            (b"\n\n", "a.csv is blank"),
        ] {
            let e = err("a.csv", bytes);
            assert!(e.message.starts_with(says), "{} against {says}", e.message);
            assert!(e.hint.is_some());
        }
    }
}
