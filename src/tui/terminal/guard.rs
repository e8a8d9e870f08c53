//! Takes the terminal and gives it back.

use std::io::{self, IsTerminal, Write};
use std::panic::{self, PanicHookInfo};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange, KeyboardEnhancementFlags,
    PopKeyboardEnhancementFlags, PushKeyboardEnhancementFlags,
};
use crossterm::{cursor, execute, queue, terminal};

use crate::error::{Error, Result};

/// Presses and the wheel, not every movement: a moving mouse sends nothing over a slow line.
const MOUSE_ON: &[u8] = b"\x1b[?1000h\x1b[?1006h";
const MOUSE_OFF: &[u8] = b"\x1b[?1006l\x1b[?1000l";

type Hook = dyn Fn(&PanicHookInfo<'_>) + Sync + Send + 'static;

/// Has the terminal until it is dropped.
pub struct Guard {
    modes: Arc<Modes>,
    previous: Arc<Hook>,
}

/// What is switched on.
#[derive(Default)]
struct Modes {
    entered: AtomicBool,
    mouse: AtomicBool,
    keys: AtomicBool,
}

impl Guard {
    /// Takes the terminal. A panic on this thread gives it back before the message is printed; one on any other
    /// thread leaves the screen alone and is handed to `report`.
    pub fn enter(mouse: bool, report: impl Fn(String) + Send + Sync + 'static) -> Result<Self> {
        if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
            return Err(Error::usage("this needs a terminal, and there is none")
                .hint("every screen's content is also a subcommand: `karat help`"));
        }
        let modes = Arc::new(Modes::default());
        modes.mouse.store(mouse, Ordering::SeqCst);
        let previous: Arc<Hook> = Arc::from(panic::take_hook());
        let (ui, of_hook, then) = (thread::current().id(), Arc::clone(&modes), Arc::clone(&previous));
        panic::set_hook(Box::new(move |info| {
            if thread::current().id() == ui {
                of_hook.leave();
                then(info);
            } else {
                tracing::error!("a thread panicked: {info}");
                report(told(info));
            }
        }));
        let guard = Self { modes, previous };
        guard.modes.enter().map_err(|e| Error::io(format!("the terminal could not be set up: {e}")))?;
        Ok(guard)
    }

    /// Listens to the mouse or leaves it to the terminal.
    pub fn mouse(&self, on: bool) -> io::Result<()> {
        self.modes.mouse.store(on, Ordering::SeqCst);
        let mut out = io::stdout();
        out.write_all(if on { MOUSE_ON } else { MOUSE_OFF })?;
        out.flush()
    }

    /// Has every key reported with whether it repeats, or none; for terminals that speak kitty's protocol.
    pub fn report_repeats(&self, on: bool) -> io::Result<()> {
        if self.modes.keys.swap(on, Ordering::SeqCst) == on {
            return Ok(());
        }
        if on {
            execute!(io::stdout(), PushKeyboardEnhancementFlags(flags()))
        } else {
            execute!(io::stdout(), PopKeyboardEnhancementFlags)
        }
    }

    /// Gives the terminal back and has the process stopped, as Ctrl-Z does. It may run on for a moment, or at all where
    /// nobody could continue it: [`Guard::resume`] takes the terminal again.
    pub fn suspend(&self) -> io::Result<()> {
        self.modes.leave();
        Ok(rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::TSTP)?)
    }

    /// Takes the terminal again after the process was continued.
    pub fn resume(&self) -> io::Result<()> {
        self.modes.leave();
        self.modes.enter()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.modes.leave();
        if !thread::panicking() {
            let previous = Arc::clone(&self.previous);
            panic::set_hook(Box::new(move |info| previous(info)));
        }
    }
}

impl Modes {
    fn enter(&self) -> io::Result<()> {
        self.entered.store(true, Ordering::SeqCst);
        terminal::enable_raw_mode()?;
        let mut out = io::stdout();
        queue!(out, terminal::EnterAlternateScreen, EnableBracketedPaste, EnableFocusChange)?;
        if self.mouse.load(Ordering::SeqCst) {
            out.write_all(MOUSE_ON)?;
        }
        out.flush()
    }

    fn leave(&self) {
        if !self.entered.swap(false, Ordering::SeqCst) {
            return;
        }
        let mut out = io::stdout();
        if self.keys.swap(false, Ordering::SeqCst) {
            attempt(queue!(out, PopKeyboardEnhancementFlags));
        }
        attempt(out.write_all(MOUSE_OFF));
        attempt(queue!(out, terminal::EndSynchronizedUpdate, DisableFocusChange, DisableBracketedPaste));
        attempt(queue!(out, terminal::LeaveAlternateScreen, cursor::Show));
        attempt(out.flush());
        attempt(terminal::disable_raw_mode());
    }
}

/// A step of giving back: a terminal that is gone must not keep the next step from being tried.
fn attempt(step: io::Result<()>) {
    if let Err(error) = step {
        tracing::debug!("restoring the terminal: {error}");
    }
}

fn flags() -> KeyboardEnhancementFlags {
    KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES
        | KeyboardEnhancementFlags::REPORT_EVENT_TYPES
        | KeyboardEnhancementFlags::REPORT_ALTERNATE_KEYS
        | KeyboardEnhancementFlags::REPORT_ALL_KEYS_AS_ESCAPE_CODES
}

fn told(info: &PanicHookInfo<'_>) -> String {
    let payload = info.payload();
    let what = payload.downcast_ref::<&str>().map(|s| (*s).to_owned());
    let what = what.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_default();
    format!("a background job failed: {what}; what was saved is saved, the log has the details")
}
