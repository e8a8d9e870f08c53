//! Properties: three-valued logic against a table by hand, and that nothing typed takes the program down.

use super::Predicate;
use super::tests::{frame, rows, vocabulary};
use proptest::prelude::*;

/// A condition over `ok`, `n` and NULL, with what it is by SQL's three-valued logic for each row.
fn logic() -> impl Strategy<Value = (String, [Option<bool>; 4])> {
    let not = |a: Option<bool>| a.map(|a| !a);
    let and = |a: Option<bool>, b: Option<bool>| match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    };
    let leaf = prop_oneof![
        Just(("ok".to_owned(), [Some(true), Some(false), None, None])),
        Just(("n > 0".to_owned(), [Some(true), Some(false), Some(true), None])),
        Just(("n IN (1, NULL)".to_owned(), [Some(true), None, None, None])),
        Just(("n IS NULL".to_owned(), [Some(false), Some(false), Some(false), Some(true)])),
        Just(("NULL".to_owned(), [None; 4])),
        Just(("true".to_owned(), [Some(true); 4])),
    ];
    leaf.prop_recursive(5, 40, 2, move |inner| {
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            inner.prop_map(move |(s, v)| (format!("NOT ({s})"), v.map(not))),
            pair.clone().prop_map(move |((a, x), (b, y))| {
                (format!("({a}) AND ({b})"), std::array::from_fn(|i| and(x[i], y[i])))
            }),
            pair.prop_map(move |((a, x), (b, y))| {
                (format!("({a}) OR ({b})"), std::array::from_fn(|i| not(and(not(x[i]), not(y[i])))))
            }),
        ]
    })
}

/// Pieces of the language and of what is not in it.
fn soup() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "n",
        "x",
        "ok",
        "product",
        "created",
        "text",
        ".words",
        "text.contains",
        "answer.ana",
        "label.value",
        "id",
        "(",
        "(",
        ")",
        ")",
        ",",
        "=",
        "<",
        ">=",
        "<>",
        "+",
        "-",
        "*",
        "/",
        "%",
        "AND",
        "OR",
        "NOT",
        "IN",
        "BETWEEN",
        "LIKE",
        "ILIKE",
        "IS",
        "NULL",
        "true",
        "CASE",
        "WHEN",
        "THEN",
        "ELSE",
        "END",
        "1",
        "0",
        "2.5",
        "'a'",
        "'%a_'",
        "'2023'",
        "\"odd name\"",
        "lower(",
        "coalesce(",
        "round(",
        "abs(",
        "year(",
        "length(",
        ";",
        "[",
        "{",
        "--",
        "/*",
        "é",
        "'",
        "\"",
        ":",
        "::",
        "SELECT",
        "EXISTS",
        "INTERVAL",
        "\n",
        "\r",
        "\t",
        "\0",
        "🙂",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.join(" "))
}

/// Conditions that are mostly right, to reach the evaluation.
fn sentence() -> impl Strategy<Value = String> {
    let value = prop::sample::select(vec![
        "n",
        "x",
        "1",
        "0",
        "2.5",
        "-3",
        "NULL",
        "text.words",
        "abs(x)",
        "n + x",
        "n / x",
        "n % 0",
        "round(x, 2)",
        "product",
        "'phone'",
        "lower(product)",
        "coalesce(product, 'a')",
        "created",
        "'2023-08'",
        "year(created)",
        "ok",
        "true",
        "CASE WHEN ok THEN n ELSE x END",
        "gold",
        "'positive'",
        "length(product)",
        "coalesce(n, 1)",
    ]);
    let link = prop::sample::select(vec![
        "=",
        "<>",
        "<",
        ">=",
        "LIKE",
        "IN (1, NULL) OR n =",
        "BETWEEN 0 AND",
        "IS NULL OR 1 =",
    ]);
    let part = (value.clone(), link, value).prop_map(|(a, op, b)| format!("{a} {op} {b}"));
    prop::collection::vec((prop::sample::select(vec!["AND", "OR", "AND NOT", "OR NOT"]), part), 1..5)
        .prop_map(|parts| parts.into_iter().fold("true".to_owned(), |all, (op, part)| format!("{all} {op} ({part})")))
}

fn survives(source: &str) -> Result<(), TestCaseError> {
    match Predicate::parse(source, &vocabulary()) {
        Ok(predicate) => {
            let mask = predicate.mask(&frame(predicate.needs()));
            prop_assert!(mask.is_ok_and(|m| m.len() == 4), "{}", source);
        }
        Err(e) => {
            prop_assert!(e.at.end <= source.len() && e.at.start <= e.at.end, "{}: {:?}", source, e.at);
            prop_assert!(source.is_char_boundary(e.at.start) && source.is_char_boundary(e.at.end), "{}", source);
            prop_assert!(!e.to_string().is_empty());
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn logic_is_three_valued_and_null_is_not_chosen((source, expected) in logic()) {
        let chosen: Vec<usize> = (1..=4).filter(|row| expected[row - 1] == Some(true)).collect();
        prop_assert_eq!(rows(&source), chosen, "{}", source);
    }

    #[test]
    fn nothing_that_is_typed_takes_it_down(source in soup()) {
        survives(&source)?;
    }

    #[test]
    fn what_is_accepted_can_be_evaluated(source in sentence()) {
        survives(&source)?;
    }

    #[test]
    fn nor_does_any_other_text(source in any::<String>()) {
        survives(&source)?;
    }
}
