//! A label without the screen: serve the next item and save its answer, each answer on disk before the next is served.

use crate::Figures;
use crate::harness::TestEnv;
use crate::measure::{ms, percentile};
use karat::clock::SystemClock;
use karat::domain::{Said, Value};
use karat::paths::Paths;
use karat::project::Place;
use karat::workflow::labelling::{Sitting, Submission};
use std::error::Error;
use std::io;
use std::sync::Arc;
use std::time::Instant;

const LABELS: usize = 1000;

/// Labels one item after the other, the ranker's rounds running beside as they do.
pub fn measure(env: &TestEnv) -> Result<Figures, Box<dyn Error>> {
    let place =
        Place { clock: Arc::new(SystemClock), os_user: "bea".into(), host: "bench".into(), pid: std::process::id() };
    let at = |name: &str| env.path(name);
    let paths =
        Paths { config_file: at("config.toml"), config: at("c"), cache: at("cache"), state: at("s"), data: at("d") };
    let began = Instant::now();
    let mut sitting = Sitting::begin(&env.path("rows.karat"), paths, place, "cem", None)?;
    sitting.serve()?;
    let first = began.elapsed();
    let label = sitting.question().live_labels().next().ok_or(io::Error::other("a question without labels"))?.id;
    let mut labels = Vec::with_capacity(LABELS);
    for _ in 0..LABELS {
        let started = Instant::now();
        let Some(served) = sitting.serve()? else { break };
        sitting.submit(&Submission::of(served.seq, Said::Value(Value::Choice(label))))?;
        labels.push(started.elapsed());
    }
    sitting.leave()?;
    Ok(vec![
        ("open and serve the first item", ms(first)),
        ("one label (serve, save), median", ms(percentile(&mut labels, 0.5))),
        ("one label (serve, save), 99%", ms(percentile(&mut labels, 0.99))),
    ])
}
