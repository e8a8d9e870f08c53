//! ISO dates as stretches of time: `2023`, `2023-08`, `2023-08-26` and `2023-08-26 06:33:37.5+02:00` each name the
//! time from their first millisecond to their last, so that `= '2023-08'` means the month.

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// The stretch of time that an ISO date names: UTC milliseconds, end exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IsoDate {
    /// Its first millisecond.
    pub start: i64,
    /// One past its last millisecond.
    pub end: i64,
}

impl IsoDate {
    /// Reads a year, month, day, minute, second or fraction of one; without an offset it is UTC.
    pub fn parse(s: &str) -> Option<Self> {
        let (date, time) = match s.find(['T', ' ']) {
            Some(at) => (&s[..at], Some(&s[at + 1..])),
            None => (s, None),
        };
        let mut parts = date.split('-');
        let year = digits(parts.next()?, 4)?;
        let month = parts.next().map(|m| digits(m, 2));
        let day = parts.next().map(|d| digits(d, 2));
        if parts.next().is_some() {
            return None;
        }
        match (month, day, time) {
            (None, None, None) => Some(Self { start: midnight(year, 1, 1)?, end: midnight(year + 1, 1, 1)? }),
            (Some(month), None, None) => {
                let month = month?;
                let (y, m) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
                Some(Self { start: midnight(year, month, 1)?, end: midnight(y, m, 1)? })
            }
            (Some(month), Some(day), time) => {
                let start = midnight(year, month?, day?)?;
                match time {
                    None => Some(Self { start, end: start + DAY }),
                    Some(time) => clock(time).map(|(at, long)| Self { start: start + at, end: start + at + long }),
                }
            }
            _ => None,
        }
    }

    /// Whether this is a whole date, with or without a time: what a date column holds.
    pub fn is_date(s: &str) -> bool {
        s.len() >= 10 && Self::parse(s).is_some()
    }
}

/// Writes UTC milliseconds as `2023-08-26`, or with the time where it is not midnight.
pub fn iso(millis: i64) -> String {
    let (year, month, day) = civil(millis);
    let at = millis.rem_euclid(DAY);
    let (seconds, fraction) = (at / 1000, at % 1000);
    let clock = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    match (at, fraction) {
        (0, _) => format!("{year:04}-{month:02}-{day:02}"),
        (_, 0) => format!("{year:04}-{month:02}-{day:02}T{clock}"),
        _ => format!("{year:04}-{month:02}-{day:02}T{clock}.{fraction:03}"),
    }
}

/// Year, month and day of UTC milliseconds (Hinnant 2013, `civil_from_days`).
pub fn civil(millis: i64) -> (i64, i64, i64) {
    let z = millis.div_euclid(DAY) + 719_468;
    let (era, doe) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    (yoe + era * 400 + i64::from(month <= 2), month, doy - (153 * mp + 2) / 5 + 1)
}

fn digits(s: &str, wide: usize) -> Option<i64> {
    (s.len() == wide && s.bytes().all(|b| b.is_ascii_digit())).then(|| s.parse().ok()).flatten()
}

/// The first millisecond of a day that exists (Hinnant 2013, `days_from_civil`).
fn midnight(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=days).contains(&day) {
        return None;
    }
    let y = year - i64::from(month <= 2);
    let (era, yoe) = (y.div_euclid(400), y.rem_euclid(400));
    let doy = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some((era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468) * DAY)
}

/// Milliseconds since midnight UTC of `06:33[:37[.5]][Z|±02:00]`, and how long the named stretch is.
fn clock(s: &str) -> Option<(i64, i64)> {
    let (s, offset) = match s.find(['Z', '+', '-']) {
        None => (s, 0),
        Some(at) if &s[at..] == "Z" => (&s[..at], 0),
        Some(at) => {
            let sign = if s.as_bytes()[at] == b'-' { -1 } else { 1 };
            let zone = s[at + 1..].replace(':', "");
            let (hours, minutes) = match zone.len() {
                2 => (digits(&zone, 2)?, 0),
                _ => (digits(zone.get(..2)?, 2)?, digits(zone.get(2..)?, 2)?),
            };
            (&s[..at], sign * (hours * 60 + minutes) * 60_000)
        }
    };
    let mut parts = s.split(':');
    let (hours, minutes) = (digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    let (seconds, fraction) = match parts.next() {
        None => (None, None),
        Some(s) => match s.split_once('.') {
            None => (Some(digits(s, 2)?), None),
            Some((s, f)) => (Some(digits(s, 2)?), Some(f)),
        },
    };
    if parts.next().is_some() || hours > 23 || minutes > 59 || seconds.is_some_and(|s| s > 60) {
        return None;
    }
    let millis = match fraction {
        None => 0,
        Some(f) if !f.is_empty() && f.bytes().all(|b| b.is_ascii_digit()) => {
            format!("{f:0<3}").get(..3)?.parse().ok()?
        }
        Some(_) => return None,
    };
    let long = match (seconds, fraction) {
        (None, _) => 60_000,
        (_, None) => 1000,
        _ => 1,
    };
    Some((((hours * 60 + minutes) * 60 + seconds.unwrap_or(0)) * 1000 + millis - offset, long))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_names_a_stretch_of_time() {
        let day = IsoDate::parse("1970-01-02").unwrap();
        assert_eq!((day.start, day.end), (DAY, 2 * DAY));
        assert_eq!(IsoDate::parse("1970").unwrap().end, 365 * DAY);
        assert_eq!(IsoDate::parse("1970-12").unwrap().end, 365 * DAY);
        assert_eq!(IsoDate::parse("1970-01-01 00:01").unwrap(), IsoDate { start: 60_000, end: 120_000 });
        assert_eq!(IsoDate::parse("1970-01-01T02:00:00.25+02:00").unwrap(), IsoDate { start: 250, end: 251 });
        for wrong in ["2023-02-29", "2023-13", "23-01-01", "2023-01-01T", "2023-01-01 24:00", "2023-01-01 1:00", ""] {
            assert_eq!(IsoDate::parse(wrong), None, "{wrong}");
        }
        assert!(IsoDate::is_date("2024-02-29") && !IsoDate::is_date("2024-02"));
    }

    #[test]
    fn iso_writes_what_parse_reads() {
        for s in ["1970-01-01", "2024-02-29", "1899-12-31", "2023-08-26T06:33:37", "2023-08-26T06:33:37.005"] {
            assert_eq!(iso(IsoDate::parse(s).unwrap().start), s);
        }
        assert_eq!(civil(-1), (1969, 12, 31));
    }
}
