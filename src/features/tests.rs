use super::*;

const TEXTS: [&str; 5] =
    ["The battery lasts all day", "the BATTERY died, twice!", "Über 10 € für schlechte Qualität", "屏幕很好", ""];

fn places(recipe: &Recipe, text: &str) -> Vec<u32> {
    let mut places = Vec::new();
    Grams::new(recipe).each(text, |place, _| places.push(place));
    places
}

fn plain(words: u8) -> Recipe {
    Recipe { words, chars: Chars::None, symbols: false, ..Recipe::default() }
}

#[test]
fn rows_do_not_depend_on_the_number_of_threads() {
    let texts: Vec<String> = (0..3000).map(|i| format!("{} number {} of {}", TEXTS[i % 5], i % 97, i % 13)).collect();
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| Features::extract(&texts, &Recipe::default()))
    };
    assert_eq!(with(1), with(4));
}

#[test]
fn a_row_has_length_one_unless_nothing_in_it_weighs() {
    let features = Features::extract(&TEXTS, &Recipe { min_items: 1, ..Recipe::default() });
    let rows = features.rows();
    assert_eq!(rows.len(), TEXTS.len());
    for i in 0..4 {
        let square: f32 = rows.row(i).iter().map(|(_, v)| v * v).sum();
        assert!((square - 1.0).abs() < 1e-5, "row {i} has squared length {square}");
    }
    assert_eq!(rows.row(4).iter().count(), 0);
    assert_eq!(rows.row(99).iter().count(), 0);
}

#[test]
fn weights_are_those_of_the_textbook() {
    let features = Features::extract(&["a a b", "b c", "c d", "d b"], &Recipe { min_items: 1, ..plain(1) });
    let idf = |items: f64| (5.0 / (1.0 + items)).ln() + 0.5;
    let (a, b) = ((1.0 + 2.0f64.ln()) * idf(1.0), idf(3.0));
    let length = a.hypot(b);
    let mut row: Vec<f32> = features.rows().row(0).iter().map(|(_, v)| v).collect();
    row.sort_by(f32::total_cmp);
    assert!((f64::from(row[0]) - b / length).abs() < 1e-6);
    assert!((f64::from(row[1]) - a / length).abs() < 1e-6);
}

#[test]
fn case_is_folded_and_punctuation_counts_only_when_asked() {
    assert_eq!(places(&plain(2), "THE Battery, died!"), places(&plain(2), "the battery died"));
    let symbols = Recipe { symbols: true, ..plain(2) };
    assert_ne!(places(&symbols, "died!"), places(&symbols, "died"));
    assert_eq!(places(&symbols, "died\u{1b}\u{7}"), places(&symbols, "died"));
}

#[test]
fn words_and_runs_of_words_are_told_with_the_bytes_they_cover() {
    let mut told = Vec::new();
    let recipe = plain(3);
    Grams::new(&recipe).each("Où est-il", |_, range| told.push(range));
    assert_eq!(told, [0..3, 4..7, 0..7, 8..10, 4..10, 0..10]);
    assert_eq!(places(&plain(1), "屏幕很好").len(), 4, "each ideograph is a word");
    assert_eq!(places(&Recipe { words: 0, chars: Chars::Within(3..=4), ..plain(0) }, "cat").len(), 3 + 2);
    let start = Recipe { chars: Chars::Start(6), ..plain(0) };
    assert_eq!(places(&start, "battery"), places(&start, "Batteries"), "forms of a word share their start");
    assert_eq!(places(&start, "cat").len(), 0, "a short word is its own start");
}

#[test]
fn rare_places_weigh_nothing() {
    let features = Features::extract(&["x same", "y same", "z same", "same"], &plain(1));
    assert_eq!(features.rows().row(0).iter().count(), 1);
}

#[test]
fn bytes_read_back_and_damage_is_noticed() {
    let features = Features::extract(&TEXTS, &Recipe { bits: 10, ..Recipe::default() });
    let words = |bytes: &[u8]| Words(bytes.chunks(8).map(|c| u64::from_ne_bytes(c.try_into().expect("8"))).collect());
    let read = Features::from_bytes(words(features.bytes())).expect("the same bytes");
    assert_eq!(read.rows().row(1).iter().collect::<Vec<_>>(), features.rows().row(1).iter().collect::<Vec<_>>());
    assert!(Features::from_bytes(words(&features.bytes()[8..])).is_none());
    assert!(Features::from_bytes(words(&[])).is_none());
    let mut damaged = features.bytes().to_vec();
    let starts = features.rows().filled().next_multiple_of(2) * 4;
    damaged[starts + 8] = 0xFF;
    assert!(Features::from_bytes(words(&damaged)).is_none());
}

#[test]
fn a_new_text_is_weighted_as_the_collection_is() {
    let recipe = Recipe { min_items: 1, ..Recipe::default() };
    let features = Features::extract(&TEXTS, &recipe);
    let new = features.with_row(&TEXTS[0].into(), &recipe, |row| row.iter().collect::<Vec<_>>());
    assert_eq!(new, features.rows().row(0).iter().collect::<Vec<_>>());
}

#[test]
fn fields_become_tokens_that_near_numbers_share() {
    assert_eq!(field_token("price", &FieldValue::Integer(9)), field_token("price", &FieldValue::Number(12.5)));
    assert_ne!(field_token("price", &FieldValue::Integer(9)), field_token("price", &FieldValue::Integer(-9)));
    assert_eq!(field_token("price", &FieldValue::Null), None);
    assert_eq!(field_token("product", &FieldValue::Text("phone".into())).as_deref(), Some("product=phone"));
}

struct Words(Vec<u64>);

impl AsRef<[u8]> for Words {
    fn as_ref(&self) -> &[u8] {
        bytemuck::cast_slice(&self.0)
    }
}
