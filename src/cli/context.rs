//! What every command needs: the global options, the project they mean, and who is acting.

use super::{Global, ask, find, report};
use crate::clock::SystemClock;
use crate::config::Config;
use crate::domain::{Deed, PersonId, Question};
use crate::error::{Error, Result};
use crate::jobs::{Control, Progress};
use crate::paths::Paths;
use crate::project::{Place, Project};
use crate::workflow::labelling::{Seat, question_to_ask};
use crate::workflow::rights;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// The circumstances of one command.
#[derive(Debug)]
pub struct Context {
    /// The global options.
    pub global: Global,
    /// What the configuration file says.
    config: Config,
}

impl Context {
    /// Takes the global options and the configuration.
    pub fn new(global: Global, config: Config) -> Self {
        Self { global, config }
    }

    /// The folder of the sentence encoder: the one that is named, else the configuration's.
    pub fn encoder<'a>(&'a self, named: Option<&'a Path>) -> Option<&'a Path> {
        named.or(self.config.encoder.as_deref())
    }

    /// The project that is meant.
    ///
    /// # Errors
    /// Where none or several are found, with what to do.
    pub fn project_path(&self) -> Result<PathBuf> {
        find::project(self.global.project.as_deref(), std::env::var_os("KARAT_PROJECT"), Path::new("."))
    }

    /// Opens the project that is meant; waiting for others is told on stderr.
    ///
    /// # Errors
    /// Where none is found or it cannot be opened.
    pub fn open(&self) -> Result<Project> {
        let mut project = Project::open(&self.project_path()?, self.place())?;
        project.notes().iter().for_each(|note| self.note(note));
        if !self.global.quiet {
            project.on_wait(|text| report::to_stderr(&format!("{text}\n")));
        }
        Ok(project)
    }

    /// Who and where this process is.
    pub fn place(&self) -> Place {
        Place { clock: Arc::new(SystemClock), os_user: login_name(), host: host_name(), pid: std::process::id() }
    }

    /// The user's folders.
    ///
    /// # Errors
    /// Where there is no home folder.
    pub fn paths(&self) -> Result<Paths> {
        Paths::of_this_user()
    }

    /// The name of whoever is acting: `--by`, else `$KARAT_USER`, else the configuration, else the login name.
    pub fn who(&self) -> String {
        let variable = std::env::var("KARAT_USER").ok();
        let given = [self.global.by.clone(), variable, self.config.user.clone()].into_iter().flatten();
        given.map(|name| name.trim().to_owned()).find(|name| !name.is_empty()).unwrap_or_else(login_name)
    }

    /// The person who is acting; whoever is new joins with the act that the command does, and not if it fails. On a
    /// terminal, somebody with an unfamiliar login name who gives a known name is asked whether they are that person.
    ///
    /// # Errors
    /// Where the name belongs to a model or an import, the answer is no, they have left, or their role does not suffice
    /// for what they set out to do.
    pub fn actor(&self, project: &mut Project, deed: Deed) -> Result<PersonId> {
        project.may_write()?;
        let name = self.who();
        self.vouch(project, &name)?;
        let by = project.actor(&name)?;
        rights::allow(project, by, deed)?;
        Ok(by)
    }

    /// The person who is acting, if they are in the project.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn actor_if_known(&self, project: &Project) -> Result<Option<PersonId>> {
        Ok(project.person_named(&self.who())?.map(|person| person.id))
    }

    /// The question that is meant.
    ///
    /// # Errors
    /// Where there is none of that name, none at all, or several to choose from.
    pub fn question(&self, project: &Project) -> Result<Question> {
        project.question(self.global.question.as_deref())
    }

    /// A seat at a project, for the terminal UI; what keeps it from being opened is told before the screen is taken.
    ///
    /// # Errors
    /// Where the project cannot be opened, or whoever acts is not who they say.
    pub fn seat(&self, path: PathBuf) -> Result<Seat> {
        let (project, by) = (Project::open(&path, self.place())?, self.who());
        project.may_write()?;
        self.vouch(&project, &by)?;
        if let Some(person) = project.person_named(&by)? {
            project.refuse_absent(person.id)?;
        }
        question_to_ask(&project, self.global.question.as_deref())?;
        Ok(Seat { project: path, by, question: self.global.question.clone(), welcome: None })
    }

    /// Says something on stderr that is not the command's result.
    pub fn note(&self, text: impl AsRef<str>) {
        if !self.global.quiet {
            report::to_stderr(&format!("{}\n", report::printable_lines(text.as_ref())));
        }
    }

    /// A control whose progress is painted as one line on stderr, where that is a terminal.
    pub fn control(&self) -> Control {
        if self.global.quiet || !std::io::stderr().is_terminal() {
            return Control::default();
        }
        let mut stage = (String::new(), Instant::now());
        Control::listening(move |progress| {
            if stage.0 != progress.stage {
                stage = (progress.stage.clone(), Instant::now());
            }
            report::to_stderr(&progress_line(progress, stage.1.elapsed().as_secs_f64()));
        })
    }

    /// Asks an unfamiliar login name whether it is the person of a known name.
    fn vouch(&self, project: &Project, name: &str) -> Result<()> {
        let Some(person) = project.person_named(name)? else { return Ok(()) };
        let (known, login) = (project.known_os_users(person.id)?, login_name());
        if known.is_empty() || known.contains(&login) || !ask::is_possible() {
            return Ok(());
        }
        let question = format!("{name} has worked here as {}, you are {login}. Are you {name}?", known.join(", "));
        match ask::yes(&question)? {
            true => Ok(()),
            false => Err(Error::usage("then act under a name of your own").hint("say who you are with --by NAME")),
        }
    }
}

/// The login name of this process's user, as the system's list of users has it, else from the environment.
fn login_name() -> String {
    let uid = rustix::process::getuid().as_raw();
    let listed = std::fs::read_to_string("/etc/passwd").ok().and_then(|list| name_of_uid(&list, uid));
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    listed.or_else(|| variable("USER")).or_else(|| variable("LOGNAME")).unwrap_or_else(|| format!("uid-{uid}"))
}

fn name_of_uid(list: &str, uid: u32) -> Option<String> {
    let mut users = list.lines().map(|line| line.split(':').collect::<Vec<_>>());
    users.find(|user| user.get(2).and_then(|id| id.parse().ok()) == Some(uid)).map(|user| user[0].to_owned())
}

fn host_name() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// One line that repaints itself: stage, bar, rate, time left; a finished stage clears the line.
fn progress_line(progress: &Progress, seconds: f64) -> String {
    let Progress { stage, done, total } = progress;
    if *total == 0 {
        return format!("\r\x1b[K{stage} {done}");
    }
    if done >= total {
        return "\r\x1b[K".to_owned();
    }
    if *done == 0 {
        return format!("\r\x1b[K{stage}");
    }
    let rate = *done as f64 / seconds.max(1e-3);
    let left = (total - done) as f64 / rate.max(1e-9);
    let filled = usize::try_from(done * 20 / total).unwrap_or(20);
    let bar = format!("{}{}", "█".repeat(filled), " ".repeat(20 - filled.min(20)));
    format!("\r\x1b[K{stage} ▕{bar}▏ {}% {rate:.0}/s {left:.0} s left", done * 100 / total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_progress_line_tells_share_rate_and_time_left() {
        let line = progress_line(&Progress { stage: "import".into(), done: 250, total: 1000 }, 2.0);
        assert!(line.contains("import") && line.contains("25%") && line.contains("125/s") && line.contains("6 s left"));
        assert_eq!(progress_line(&Progress { stage: "import".into(), done: 1, total: 1 }, 2.0), "\r\x1b[K");
    }

    #[test]
    fn login_names_are_found_by_number() {
        let list = "root:x:0:0::/root:/bin/sh\nana:x:1000:1000::/home/ana:/bin/sh\nbroken\n";
        assert_eq!(name_of_uid(list, 1000).as_deref(), Some("ana"));
        assert_eq!(name_of_uid(list, 7), None);
    }
}
