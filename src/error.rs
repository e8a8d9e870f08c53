//! The one error of the house: what went wrong, where, and what to do next.
//!
//! The kind decides the exit code and how a face shows it; the message says what and where (file, line, item);
//! the hint says what to do. Pure cores have small error enums of their own and are turned into this at the
//! workflow's edge.

use std::fmt;

/// What sort of failure this is; decides the process's exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The command line or a typed expression was wrong.
    Usage,
    /// The data that came in was wrong.
    Data,
    /// The project says otherwise: somebody else was first, or the same id means two things.
    Conflict,
    /// A file could not be read or written.
    Io,
    /// A project file is not, or no longer, what Karat wrote.
    Damaged,
    /// A check or threshold is not met.
    Gate,
    /// A fault of ours.
    Internal,
    /// The user stopped it.
    Interrupted,
}

/// An error that a person can act on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Error {
    /// What sort of failure.
    pub kind: Kind,
    /// What went wrong and where; one sentence, no trailing full stop.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// The house's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Makes an error of a kind with its message.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None }
    }
    /// Wrong use of a command or expression.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }
    /// Wrong data.
    pub fn data(message: impl Into<String>) -> Self {
        Self::new(Kind::Data, message)
    }
    /// The project says otherwise.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(Kind::Conflict, message)
    }
    /// Reading or writing failed.
    pub fn io(message: impl Into<String>) -> Self {
        Self::new(Kind::Io, message)
    }
    /// A fault of ours.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(Kind::Internal, message)
    }
    /// Adds what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
    /// Names the file that an I/O error was about.
    pub fn file(path: &std::path::Path, error: &std::io::Error) -> Self {
        let what = match error.kind() {
            std::io::ErrorKind::NotFound => "does not exist".to_owned(),
            std::io::ErrorKind::PermissionDenied => "may not be opened by you".to_owned(),
            _ => error.to_string(),
        };
        Self::io(format!("{}: {what}", path.display()))
    }
    /// Names what keeps a file from being made: most often its folder.
    pub fn making(path: &std::path::Path, error: &std::io::Error) -> Self {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        match folder {
            Some(folder) if error.kind() == std::io::ErrorKind::NotFound => {
                Self::io(format!("{}: the folder {} does not exist", path.display(), folder.display()))
                    .hint("make the folder first, or choose another")
            }
            _ => Self::file(path, error),
        }
    }
    /// The exit code of the process: 1 failed, 2 usage, 3 gate, 130 interrupted.
    pub fn exit_code(&self) -> u8 {
        match self.kind {
            Kind::Usage => 2,
            Kind::Gate => 3,
            Kind::Interrupted => 130,
            Kind::Data | Kind::Conflict | Kind::Io | Kind::Damaged | Kind::Internal => 1,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.hint {
            Some(hint) => write!(f, "\n  {hint}"),
            None => Ok(()),
        }
    }
}
