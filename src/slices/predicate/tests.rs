use super::*;
use crate::domain::IsoDate;
use polars::prelude::{Column, DataFrame};

pub(super) fn vocabulary() -> Vocabulary {
    let field = |name: &str, kind| (name.to_owned(), kind);
    Vocabulary {
        fields: vec![
            field("product", FieldType::Text),
            field("n", FieldType::Integer),
            field("x", FieldType::Number),
            field("ok", FieldType::Boolean),
            field("odd name", FieldType::Text),
            field("created", FieldType::Date),
            field("split", FieldType::Text),
            field("date", FieldType::Integer),
        ],
        people: vec!["ana".into(), "rater-1".into()],
        labels: vec!["negative".into(), "positive".into()],
        ratings: false,
    }
}

/// Four rows; the last has nothing but an id.
pub(super) fn frame(needs: &BTreeSet<Need>) -> DataFrame {
    let day = |s: &str| IsoDate::parse(s).map(|d| d.start);
    let column = |need: &Need| {
        let name = need.column().into();
        match need {
            Need::Field(f, _) => match f.as_str() {
                "product" => Column::new(name, [Some("phone"), Some("Camera"), Some("mp3 player"), None]),
                "n" => Column::new(name, [Some(1_i64), Some(-2), Some(3), None]),
                "x" => Column::new(name, [Some(0.5), Some(0.0), Some(-1.5), None]),
                "ok" => Column::new(name, [Some(true), Some(false), None, None]),
                "created" => {
                    Column::new(name, [day("2023-08-26 06:33:37"), day("2023-12-31"), day("2024-01-01"), None])
                }
                "date" => Column::new(name, [Some(1_i64), Some(2), Some(3), None]),
                _ => Column::new(name, [Some("a"), Some("b"), Some("c"), None]),
            },
            Need::Id => Column::new(name, ["1", "2", "3", "4"]),
            Need::TextMeasure(measure) if measure.kind() == FieldType::Integer => {
                Column::new(name, [10_i64, 20, 30, 0])
            }
            Need::TextMeasure(measure) if measure.kind() == FieldType::Boolean => {
                Column::new(name, [true, false, true, false])
            }
            Need::TextMeasure(_) => Column::new(name, ["Latin", "Latin", "Han", "Latin"]),
            Need::TextTest(..) => Column::new(name, [true, false, true, false]),
            Need::Split => Column::new(name, ["test", "train", "train", "train"]),
            Need::Lane => Column::new(name, [Some("learn"), Some("random"), None, None]),
            Need::LabelOrigin => Column::new(name, [Some("imported"), None, None, None]),
            _ => Column::new(name, [Some("positive"), Some("negative"), None, None]),
        }
    };
    DataFrame::new(4, needs.iter().map(column).collect()).unwrap()
}

pub(super) fn rows(source: &str) -> Vec<usize> {
    let predicate = Predicate::parse(source, &vocabulary()).unwrap_or_else(|e| panic!("{e} {:?}", e.hint));
    let mask = predicate.mask(&frame(predicate.needs())).unwrap();
    assert_eq!(mask.len(), 4, "{source}");
    (1..=4).filter(|row| mask[row - 1]).collect()
}

fn fault(source: &str) -> PredicateError {
    Predicate::parse(source, &vocabulary()).unwrap_err()
}

#[test]
fn expressions_choose_the_rows_that_sql_would() {
    for (source, expected) in [
        ("product = 'phone'", &[1][..]),
        ("product <> 'phone'", &[2, 3]),
        ("PRODUCT == 'phone' or n in (3)", &[1, 3]),
        ("product LIKE '%p%'", &[1, 3]),
        ("product LIKE 'c_mera'", &[]),
        ("product ILIKE 'c_MERA'", &[2]),
        ("product NOT LIKE '%p%'", &[2]),
        ("product IS NULL", &[4]),
        ("product IS NOT NULL", &[1, 2, 3]),
        ("\"odd name\" >= 'b'", &[2, 3]),
        ("n BETWEEN -2 AND 1", &[1, 2]),
        ("n NOT BETWEEN -2 AND 1", &[3]),
        ("n IN (1, NULL)", &[1]),
        ("n NOT IN (1, NULL)", &[]),
        ("n NOT IN (1, 2.5)", &[2, 3]),
        ("x IN (0, 0.5)", &[1, 2]),
        ("product IN ('phone', 'Camera')", &[1, 2]),
        ("n = 1.0", &[1]),
        ("n + x > 1", &[1, 3]),
        ("n / x > -3", &[1, 3]),
        ("n / 0 > 0 OR n / 0 <= 0", &[]),
        ("x % 1 = 0.5", &[1]),
        ("1e308 * 10 * n > 0", &[]),
        ("-n > 1", &[2]),
        ("abs(x) = 1.5", &[3]),
        ("round(x) = 1 AND round(x * 3, 1) = 1.5", &[1]),
        ("ok", &[1]),
        ("NOT ok", &[2]),
        ("ok IS TRUE", &[1]),
        ("ok IS NOT TRUE", &[2, 3, 4]),
        ("ok IN (false)", &[2]),
        ("ok OR n > 0", &[1, 3]),
        ("NULL", &[]),
        ("true", &[1, 2, 3, 4]),
        ("1 = 1", &[1, 2, 3, 4]),
        ("NOT (1 = 1)", &[]),
        ("lower('PHONE') = product", &[1]),
        ("length(trim(' ab ')) = 2 AND n = 1", &[1]),
        ("upper(product) = 'CAMERA'", &[2]),
        ("coalesce(product, 'none') = 'none'", &[4]),
        ("coalesce(n, x, 0) = 0", &[4]),
        ("CASE WHEN n > 0 THEN 'yes' WHEN n < 0 THEN 'no' END = 'yes'", &[1, 3]),
        ("CASE product WHEN 'phone' THEN 1 ELSE 0.5 END = 0.5", &[2, 3, 4]),
        ("contains(product, 'play')", &[3]),
        ("text.words > 10 AND text.contains('refund')", &[3]),
        ("text.starts_with('a') = true", &[1, 3]),
        ("text.matches('re(fund|turn)')", &[1, 3]),
        ("matches(product, '^[a-z]+$')", &[1]),
        ("matches(product, '(?i)C.*a') OR n = 3", &[2, 3]),
        ("field.SPLIT = 'a' AND \"product\" = 'phone'", &[1]),
        ("answer.ana = 'positive'", &[1]),
        ("answer.\"rater-1\" = label.value", &[1, 2]),
        ("label.origin IS NULL", &[2, 3, 4]),
        ("gold <> answer.ana", &[]),
        ("split = 'test'", &[1]),
        ("field.split = 'b'", &[2]),
        ("lane IN ('random')", &[2]),
        ("id = '3'", &[3]),
        ("created = '2023'", &[1, 2]),
        ("created = '2023-08-26'", &[1]),
        ("created > '2023-08-26'", &[2, 3]),
        ("created <= '2023-12-31'", &[1, 2]),
        ("'2023-09' < created", &[2, 3]),
        ("created <> '2023-12'", &[1, 3]),
        ("created BETWEEN '2023-12' AND '2024'", &[2, 3]),
        ("created IN ('2023-08', '2024-01-01')", &[1, 3]),
        ("created = created AND month(created) = 8 AND year(created) = 2023", &[1]),
        ("date > 1", &[2, 3]),
    ] {
        assert_eq!(rows(source), expected, "{source}");
    }
}

#[test]
fn faults_point_and_suggest() {
    for (source, place, message, hint) in [
        ("prodct = 'phone'", "prodct", "no field is called \"prodct\"", "did you mean \"product\"?"),
        ("n > 1 AND (product = phone", "(", "never closed", "write )"),
        ("n > 1 AND product = \"phone number\"", "\"phone number\"", "no field is called", "single quotes"),
        ("label.value = 'postive'", "'postive'", "can never be", "did you mean \"positive\"?"),
        ("answer.bob = 'positive'", "answer.bob", "nobody is called \"bob\"", "there are ana, rater-1"),
        ("answer.rater-1 = 'positive'", "answer.rater", "nobody is called", "answer.\"rater-1\""),
        ("text.wrods > 3", "text.wrods", "nothing is called text.wrods", "did you mean \"text.words\"?"),
        ("text.contain('x')", "", "no function is called text.contain", "did you mean \"text.contains\"?"),
        ("lwoer(product) = 'x'", "", "no function is called lwoer", "did you mean \"lower\"?"),
        ("n = '20'", "'20'", "this is text, compared with a number", "without quotes: 20"),
        ("product = 7", "7", "a number, compared with text", "quotes: '7'"),
        ("created > 'soon'", "'soon'", "no date", "'2026-11-20'"),
        ("n = NULL", "NULL", "never true", "IS NULL"),
        ("n + 1", "n + 1", "a condition is needed", "compare"),
        ("product AND n = 1", "product", "this is text where a condition", "compare"),
        ("ok < true", "", "have no order", ""),
        ("n IN (x)", "x", "only written values", "OR"),
        ("n > 1 n < 2", "n", "ended before this", "AND"),
        ("n > 1; DROP TABLE item", ";", "; has no meaning here", "operators"),
        ("n > (SELECT 1)", "SELECT", "no queries within", "one item at a time"),
        ("n IN (select x FROM item)", "select", "no queries within", "one item at a time"),
        ("SELECT * FROM item WHERE n > 1", "SELECT", "a query where a condition", "after WHERE"),
        ("WHERE n > 1", "WHERE", "begins after WHERE", "leave WHERE out"),
        ("text.contains('(' AND n > 1", "(", "never closed", "write )"),
        ("n > 1)", ")", "this ) closes nothing", "leave it out"),
        ("AND n > 1", "AND", "nothing stands before this AND", "write a condition"),
        ("ok OR (AND n > 1)", "AND", "nothing stands before this AND", "write a condition"),
        ("ok OR AND n > 1", "OR", "nothing stands after this OR", "write a condition"),
        ("n > 1 or", "or", "nothing stands after this OR", "write a condition"),
        ("n IS DISTINCT FROM 1", "DISTINCT", "only NULL, TRUE or FALSE", "a <> b OR a IS NULL"),
        ("n IS NOT DISTINCT FROM 1", "DISTINCT", "only NULL, TRUE or FALSE", "a = b"),
        ("n LIKE", "", "ends where a name, a number or a 'text' should follow", ""),
        ("n IN 3", "3", "( should stand here", "IN takes a list"),
        ("split = 'b'", "'b'", "can never be", "reached as field.split"),
        ("n IS 3", "3", "only NULL, TRUE or FALSE", "= and <>"),
        ("n IS", "IS", "only NULL, TRUE or FALSE", ""),
        ("text ~ 'a'", "~", "no meaning here", "text.matches"),
        ("product REGEXP 'a'", "REGEXP", "no operator here", "matches(field"),
        ("text.matches('it''s (b')", "(", "no regular expression: unclosed group", "text.contains"),
        ("matches(product, 'a{2,1}')", "{2,1}", "no regular expression: invalid repetition", ""),
        ("text.matches('ж[')", "[", "no regular expression: unclosed character class", ""),
        ("text.matches('(\\w{900}){900}')", "(\\w{900}){900}", "too large", ""),
        ("product = 'phone", "'phone", "unterminated", "quote"),
        ("lower(product, 'x') = 'y'", "", "lower takes 1 value, not 2", ""),
        ("sum(n) > 3", "", "no function is called sum", "there are"),
        ("lower(*) = 'x'", "", "plain values", ""),
        ("n BETWEEN 'a' AND 3", "'a'", "compared with a number", ""),
        ("", "", "there is no expression", "text.words"),
        ("-- only this", "", "only a comment", ""),
        ("9e999 > n", "9e999", "no number", ""),
        ("product LIKE n", "n", "pattern must be a text", "LIKE"),
        ("a.b.c = 1", "a.b.c", "nothing is called a.b.c", "begin with"),
        ("`n` = 1", "`n`", "no quote here", "double quotes"),
    ] {
        let e = fault(source);
        assert!(e.message.contains(message), "{source}: {}", e.message);
        assert!(e.hint.as_deref().unwrap_or_default().contains(hint), "{source}: {:?}", e.hint);
        if !place.is_empty() {
            assert_eq!(&source[e.at.clone()], place, "{source}: {e}");
        }
    }
}

#[test]
fn a_fault_is_drawn_under_its_place() {
    let e = fault("product = 'телефон' AND n > 1 AND\n  prise > 3");
    assert_eq!(e.to_string(), "no field is called \"prise\"\n      prise > 3\n      ^^^^^");
    let e = fault("product = '手机' AND prise > 3");
    assert_eq!(e.pointer().1, format!("{}^^^^^", " ".repeat(21)), "wide characters take two cells");
}

#[test]
fn what_is_too_large_is_refused_in_few_words() {
    let nested = |n: usize| format!("{}n = 1{}", "(".repeat(n), ")".repeat(n));
    assert_eq!(rows(&nested(50)), [1]);
    let chain = |n: usize, op: &str| vec!["n = 1"; n].join(op);
    assert_eq!(rows(&chain(400, " OR ")), [1]);
    assert_eq!(rows(&chain(400, " AND ")), [1]);
    let cases = format!("{}n{} > 1", "CASE WHEN n BETWEEN 1 AND 2 THEN 1 ELSE ".repeat(40), " END".repeat(40));
    assert_eq!(rows(&cases), [3]);
    let list = (0..1500).map(|i| i.to_string()).collect::<Vec<_>>().join(",");
    assert_eq!(rows(&format!("n IN ({list})")), [1, 3]);
    for (source, says) in [
        (nested(100), "nested"),
        (nested(30_000), "nested"),
        (nested(100_000), "bytes"),
        (format!("{} ok", "NOT ".repeat(3000)), "nested"),
        (format!("n{} = 1", " + 1".repeat(100)), "nested"),
        (format!("n{} = 1", " + 1".repeat(1900)), "nested"),
        (format!("n{}", " IS NULL".repeat(1900)), "nested"),
        (format!("{}n", "- ".repeat(3000)), "nested"),
        (chain(1000, " OR "), "parts"),
        (chain(3000, " OR "), "words and values"),
        ("CASE WHEN ".repeat(1000), "nested"),
        ("lower(".repeat(5000), "nested"),
        ("n IN (".repeat(1000), "nested"),
        ("a.".repeat(20_000), ""),
        ("n BETWEEN ".repeat(1000), ""),
        ("😀".repeat(10_000), ""),
        ("x".repeat(1_000_000), "bytes"),
        ("'".repeat(60_001), ""),
        ("é = 'é' OR ".repeat(4000), ""),
    ] {
        let e = fault(&source);
        assert!(e.message.contains(says), "{} for {}…", e.message, source.chars().take(20).collect::<String>());
        assert!(e.to_string().len() < 2000, "the cause is shown alone");
    }
}

#[test]
fn the_names_of_sql_are_plain_names_here() {
    let mut vocabulary = vocabulary();
    for name in ["select", "interval", "position", "order", "from", "cast", "exists", "array", "timestamp", "limit"] {
        vocabulary.fields.push((name.to_owned(), FieldType::Integer));
        let predicate = Predicate::parse(&format!("{name} > 1"), &vocabulary).unwrap();
        assert_eq!(predicate.needs().iter().next(), Some(&Need::field(name, FieldType::Integer)));
    }
}

#[test]
fn ratings_are_numbers() {
    let ratings = Vocabulary { ratings: true, labels: Vec::new(), ..vocabulary() };
    for source in ["answer.ana > 2", "label.value BETWEEN 2 AND 4", "gold + 1 < abs(answer.ana)"] {
        assert!(Predicate::parse(source, &ratings).is_ok(), "{source}");
    }
    let e = Predicate::parse("answer.ana = '2'", &ratings).unwrap_err();
    assert_eq!((&e.source[e.at.clone()], e.hint.as_deref()), ("'2'", Some("write it without quotes: 2")));
}

#[test]
fn a_query_is_told_from_a_field_of_the_name() {
    let mut vocabulary = vocabulary();
    for name in ["select", "distinct", "where", "regexp"] {
        vocabulary.fields.push((name.to_owned(), FieldType::Integer));
        for source in [format!("{name} > 1"), format!("({name} IS NULL)"), format!("\"{name}\" * 2 IN (1)")] {
            assert!(Predicate::parse(&source, &vocabulary).is_ok(), "{source}");
        }
    }
}

#[test]
fn names_of_our_own_hide_fields() {
    let hidden: Vec<bool> = ["split", "ID", "source", "text.words", "label"].map(is_builtin).to_vec();
    assert_eq!(hidden, [true, true, false, false, false]);
}

#[test]
fn a_field_is_called_by_what_means_it() {
    let fields = ["product", "odd name", "id", "order", "a\"b", "Text"].map(|name| (name.to_owned(), FieldType::Text));
    let vocabulary = Vocabulary { fields: fields.to_vec(), ..Vocabulary::default() };
    let spelled: Vec<String> = fields.iter().map(|(name, _)| vocabulary.spelled(name)).collect();
    let want = ["product", "\"odd name\"", "field.\"id\"", "order", "\"a\"\"b\"", "field.\"Text\""];
    assert_eq!(spelled, want);
    assert_eq!(quoted("it's"), "'it''s'");
}
