//! The loop: waits, drains, updates, draws only what changed, and leaves everything as it was.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossterm::event::{Event, MouseButton, MouseEventKind};
use jiff::tz::TimeZone;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::app::App;
use super::keys::Key;
use super::look::{ASCII, LINES, Look, Symbols};
use super::msg::{Effect, Moment, Msg};
use super::store::{SittingDesk, Store, Tell};
use super::terminal::{Guard, Probe, Screen, copy_sequence, probe};
use super::theme::{Depth, Theme, automatic};
use super::{highlight, update, view};
use crate::clock::Clock;
use crate::config::{self, Ascii, Config};
use crate::error::{Error, Result};
use crate::paths::Paths;
use crate::project::Place;
use crate::workflow::labelling::Seat;

/// How long the terminal may take to say what it is.
const PATIENCE: Duration = Duration::from_millis(300);
/// How soon after Ctrl-Z the process stops, if it does.
const STOPS_WITHIN: Duration = Duration::from_millis(500);
/// Most messages that are taken in before a frame.
const MOST_AT_ONCE: usize = 1_000;

/// Opens the screen on a project and stays until the person leaves.
///
/// # Errors
/// Where there is no terminal, or it fails.
pub fn run(seat: Seat, paths: &Paths, place: Place) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|e| Error::io(format!("the loop could not be started: {e}")))?;
    runtime.block_on(sit(seat, paths, place))
}

async fn sit(seat: Seat, paths: &Paths, place: Place) -> Result<()> {
    let (config, mut wrong) = configuration(paths);
    let (tell, inbox) = unbounded_channel();
    let trouble = tell.clone();
    let guard = Guard::enter(config.mouse, move |what| send(&trouble, Msg::Trouble(what)))?;
    let (look, complaints) = look(&config, paths)?;
    wrong.extend(complaints);
    let (mut app, conflicts) = App::new(look, config, Some(themes(paths)));
    wrong.extend(conflicts);
    match (wrong.first(), &seat.welcome) {
        (Some(first), _) => app.complain(&Error::usage(format!("{first}{}", more(wrong.len())))),
        (None, Some(welcome)) => app.tell(welcome.clone()),
        (None, None) => {}
    }
    let clock = Arc::clone(&place.clock);
    let (told, paths_of_store) = (tell.clone(), paths.clone());
    let told: Tell = Arc::new(move |reply| send(&told, Msg::Store(reply)));
    let of_desk = Arc::clone(&told);
    let open = move || SittingDesk::open(&seat, paths_of_store, place, of_desk);
    let store = Store::start(open, told)?;
    let screen = Screen::new().map_err(lost)?;
    let mut turn = Loop {
        app,
        guard,
        screen,
        store: Some(store),
        tell,
        inbox,
        clock,
        start: Instant::now(),
        kitty: false,
        stopped: false,
    };
    let ended = turn.go().await;
    if ended.is_err()
        && let Err(error) = turn.take(Msg::Terminate)
    {
        tracing::debug!("leaving a terminal that is gone: {error}");
    }
    if ended.is_ok() && !turn.app.label.pending.is_empty() {
        turn.app.tell("leaving as soon as your answer is on disk");
        turn.draw().map_err(lost)?;
    }
    if let Some(store) = turn.store.take() {
        store.finish();
    }
    drop(turn);
    ended.map_err(lost)
}

struct Loop {
    app: App,
    guard: Guard,
    screen: Screen,
    store: Option<Store>,
    tell: UnboundedSender<Msg>,
    inbox: UnboundedReceiver<Msg>,
    clock: Arc<dyn Clock>,
    start: Instant,
    kitty: bool,
    /// Whether the terminal was handed to the shell.
    stopped: bool,
}

impl Loop {
    async fn go(&mut self) -> io::Result<()> {
        let mut signals = Signals::new()?;
        self.take(Msg::Now(self.now()))?;
        self.draw()?;
        self.ask_the_terminal()?;
        listen(self.tell.clone())?;
        loop {
            self.draw()?;
            let first = tokio::select! {
                msg = self.inbox.recv() => msg,
                msg = signals.next() => Some(msg),
                () = tokio::time::sleep(STOPS_WITHIN), if self.stopped => Some(Msg::Resumed),
            };
            let now = self.now();
            self.take(Msg::Now(now))?;
            let mut next = first;
            for _ in 0..MOST_AT_ONCE {
                if let Some(msg) = next
                    && self.take(msg)?
                {
                    return Ok(());
                }
                next = match self.inbox.try_recv() {
                    Ok(msg) => Some(msg),
                    Err(_) => break,
                };
            }
        }
    }

    /// Takes in a message and does what follows; whether the program ends.
    fn take(&mut self, msg: Msg) -> io::Result<bool> {
        for effect in update(&mut self.app, msg) {
            if self.perform(effect)? {
                return Ok(true);
            }
        }
        if self.kitty {
            self.guard.report_repeats(!self.app.is_typing())?;
        }
        Ok(false)
    }

    fn perform(&mut self, effect: Effect) -> io::Result<bool> {
        match effect {
            Effect::Ask(request) => {
                if let Some(store) = &self.store {
                    store.ask(request);
                }
            }
            Effect::Copy(text) => self.screen.send(&copy_sequence(&text))?,
            Effect::Mouse(on) => self.guard.mouse(on)?,
            Effect::Highlight(seq, text, language) => {
                let tell = self.tell.clone();
                let read = move || send(&tell, Msg::Highlighted(seq, highlight::read(&text, &language)));
                std::thread::Builder::new().name("highlight".into()).spawn(read)?;
            }
            Effect::Theme(name) => self.theme(&name),
            Effect::Redraw => {
                self.screen.forget()?;
                self.app.dirty = true;
            }
            Effect::Suspend => {
                self.guard.suspend()?;
                self.stopped = true;
            }
            Effect::Retake => {
                self.stopped = false;
                self.guard.resume()?;
                self.screen.forget()?;
            }
            Effect::Quit => return Ok(true),
        }
        Ok(false)
    }

    fn theme(&mut self, name: &str) {
        let look = &self.app.look;
        match Theme::load(name, self.app.themes.as_deref(), look.depth) {
            Ok((theme, wrong)) => {
                self.app.look.theme = theme;
                match wrong.first() {
                    Some(first) => self.app.tell(format!("theme {name}, {first}{}", more(wrong.len()))),
                    None => self.app.tell(format!("theme {name}")),
                }
            }
            Err(error) => self.app.complain(&error),
        }
        self.app.dirty = true;
    }

    fn draw(&mut self) -> io::Result<()> {
        if self.stopped || !std::mem::take(&mut self.app.dirty) {
            return Ok(());
        }
        self.screen.draw(|frame| view(&self.app, frame))?;
        if self.app.awaits_paint() {
            let now = self.now();
            self.take(Msg::Now(now))?;
            self.take(Msg::Painted)?;
        }
        Ok(())
    }

    /// Learns what the terminal can do, after the first frame and before anybody else reads from it.
    fn ask_the_terminal(&mut self) -> io::Result<()> {
        let said = probe(PATIENCE)?;
        self.kitty = said.kitty;
        self.app.look.symbols = symbols(self.app.config.ascii, &said);
        self.app.dirty = true;
        self.screen.forget()?;
        for key in said.typed {
            self.take(Msg::Key(key, false))?;
        }
        Ok(())
    }

    fn now(&self) -> Moment {
        let steady = i64::try_from(self.start.elapsed().as_millis()).unwrap_or(i64::MAX);
        Moment { wall: self.clock.now(), steady }
    }
}

struct Signals {
    terminate: Signal,
    hang_up: Signal,
    interrupt: Signal,
    resume: Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        let resumed = SignalKind::from_raw(rustix::process::Signal::CONT.as_raw());
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            resume: signal(resumed)?,
        })
    }

    async fn next(&mut self) -> Msg {
        tokio::select! {
            _ = self.terminate.recv() => Msg::Terminate,
            _ = self.hang_up.recv() => Msg::Terminate,
            _ = self.interrupt.recv() => Msg::Terminate,
            _ = self.resume.recv() => Msg::Resumed,
        }
    }
}

/// Reads the terminal on a thread of its own. Where the line is dropped, reading may never return, nor rest: the loop
/// hears of that by signal and leaves, and the thread ends with the process.
fn listen(tell: UnboundedSender<Msg>) -> io::Result<()> {
    let read = move || {
        while let Ok(burst) = burst() {
            burst.into_iter().filter_map(translate).for_each(|msg| send(&tell, msg));
        }
        send(&tell, Msg::Terminate);
    };
    std::thread::Builder::new().name("terminal".into()).spawn(read).map(drop)
}

/// Waits for an event and takes what has piled up behind it, so that the loop sees a burst as one.
fn burst() -> io::Result<Vec<Event>> {
    let mut events = vec![crossterm::event::read()?];
    while events.len() < MOST_AT_ONCE && crossterm::event::poll(Duration::ZERO)? {
        events.push(crossterm::event::read()?);
    }
    Ok(events)
}

fn translate(event: Event) -> Option<Msg> {
    match event {
        Event::Key(key) => Key::read(&key).map(|(key, repeat)| Msg::Key(key, repeat)),
        Event::Paste(text) => Some(Msg::Paste(text)),
        Event::Resize(..) => Some(Msg::Resized),
        Event::FocusGained => Some(Msg::Focus(true)),
        Event::FocusLost => Some(Msg::Focus(false)),
        Event::Mouse(mouse) => match mouse.kind {
            MouseEventKind::Down(MouseButton::Left) => Some(Msg::Click(mouse.column, mouse.row)),
            MouseEventKind::ScrollDown => Some(Msg::Wheel(mouse.column, mouse.row, 3)),
            MouseEventKind::ScrollUp => Some(Msg::Wheel(mouse.column, mouse.row, -3)),
            _ => None,
        },
    }
}

/// The configuration, and what in it was not understood.
fn configuration(paths: &Paths) -> (Config, Vec<String>) {
    let file = paths.config_file.file_name().unwrap_or_default().to_string_lossy();
    let name = |complaint: &dyn std::fmt::Display| format!("{file} {complaint}");
    match config::load(&paths.config_file) {
        Ok((config, complaints)) => (config, complaints.iter().map(|c| name(c)).collect()),
        Err(error) => (Config::default(), vec![error.message]),
    }
}

fn look(config: &Config, paths: &Paths) -> Result<(Look, Vec<String>)> {
    let depth = Depth::detect(|name| std::env::var(name).ok());
    let colorfgbg = std::env::var("COLORFGBG").ok();
    let name = match config.theme.as_str() {
        "auto" => automatic(colorfgbg.as_deref(), depth),
        name => name,
    };
    let folder = themes(paths);
    let (theme, wrong) = match Theme::load(name, Some(&folder), depth) {
        Ok((theme, complaints)) => (theme, complaints.iter().map(|c| format!("theme {name} {c}")).collect()),
        Err(error) => {
            let (theme, _) = Theme::load(automatic(colorfgbg.as_deref(), depth), None, depth)?;
            (theme, vec![error.message])
        }
    };
    let symbols = symbols(config.ascii, &Probe::default());
    Ok((Look { theme, depth, symbols, zone: TimeZone::system() }, wrong))
}

/// Lines and blocks, or ASCII alone where the terminal or its locale leaves it in doubt.
fn symbols(ascii: Ascii, said: &Probe) -> &'static Symbols {
    let set = |name: &&str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(set).unwrap_or_default();
    let lines = match ascii {
        Ascii::Always => false,
        Ascii::Never => true,
        Ascii::Auto => said.draws_lines(&locale),
    };
    if lines { &LINES } else { &ASCII }
}

fn themes(paths: &Paths) -> PathBuf {
    paths.config.join("themes")
}

fn more(count: usize) -> String {
    if count > 1 { format!(" (and {} more)", count - 1) } else { String::new() }
}

/// A message to a loop that has ended is of no use to anybody.
fn send(tell: &UnboundedSender<Msg>, msg: Msg) {
    if tell.send(msg).is_err() {
        tracing::debug!("a message came after the end");
    }
}

fn lost(error: io::Error) -> Error {
    Error::io(format!("the terminal is gone: {error}"))
}
