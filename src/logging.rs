//! The log file: rotated daily in the state folder, a week kept. It never holds the text of an item, an answer or a note.

use crate::paths::Paths;
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::EnvFilter;

/// Starts logging to `karat.DATE.log`; `$KARAT_LOG` sets the levels (default `info`). A folder that cannot be
/// written means no log, never a failure.
pub fn start(paths: &Paths) {
    let Ok(()) = std::fs::create_dir_all(&paths.state) else { return };
    let file = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("karat")
        .filename_suffix("log")
        .max_log_files(7)
        .build(&paths.state);
    let Ok(file) = file else { return };
    let filter = EnvFilter::try_from_env("KARAT_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let logger = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(file);
    if logger.try_init().is_err() {
        tracing::debug!("logging was started before");
    }
}
