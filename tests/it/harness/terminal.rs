//! A terminal that a test types into and reads from. It waits for what must appear or go, never for time.

use super::TestEnv;
use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};
use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::os::fd::BorrowedFd;
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long a thing that must happen may take before the test is called failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running program and the screen it paints.
pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    master: Option<Box<dyn MasterPty + Send>>,
    keyboard: File,
    seen: Arc<Seen>,
    reader: Option<JoinHandle<()>>,
}

struct Seen {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    parser: vt100::Parser<Answers>,
    bytes: usize,
    raw_tail: Vec<u8>,
    /// The test wants the line to drop; the reader lets go at the next byte.
    dropping: bool,
    ended: bool,
}

/// Answers the questions that programs put to a terminal, and keeps the last frame that was painted to its end.
struct Answers {
    line: File,
    frame: String,
}

impl vt100::Callbacks for Answers {
    fn unhandled_csi(
        &mut self,
        screen: &mut vt100::Screen,
        mark: Option<u8>,
        _: Option<u8>,
        params: &[&[u16]],
        last: char,
    ) {
        let reply = match (mark, params, last) {
            (None, [[6]], 'n') => {
                let (row, column) = screen.cursor_position();
                format!("\x1b[{};{}R", row + 1, column + 1)
            }
            (None, _, 'c') => "\x1b[?62;22c".to_owned(),
            (Some(b'?'), [[2026]], 'l') => {
                self.frame = screen.contents();
                return;
            }
            _ => return,
        };
        // The program may be gone already; then nobody waits for the reply.
        let _ = self.line.write_all(reply.as_bytes());
    }
}

impl Terminal {
    /// Starts `karat` in a terminal of 24 rows and 80 columns.
    pub fn start(env: &TestEnv, args: &[&str]) -> Self {
        Self::start_sized(env, args, 24, 80)
    }

    /// Starts `karat` in a terminal of this size.
    pub fn start_sized(env: &TestEnv, args: &[&str], rows: u16, cols: u16) -> Self {
        Self::spawn(env, env!("CARGO_BIN_EXE_karat"), args, rows, cols)
    }

    /// Starts a shell with job control that runs `karat` with these arguments and then this script.
    pub fn start_in_shell(env: &TestEnv, args: &str, then: &str) -> Self {
        let script = format!("'{}' {args}; {then}", env!("CARGO_BIN_EXE_karat"));
        Self::spawn(env, "bash", &["-m", "-c", &script], 24, 80)
    }

    fn spawn(env: &TestEnv, program: &str, args: &[&str], rows: u16, cols: u16) -> Self {
        let mut command = CommandBuilder::new(program);
        command.args(args);
        command.cwd(env.dir());
        command.env_clear();
        for (name, value) in env.variables() {
            command.env(name, value);
        }
        let pair = native_pty_system().openpty(size(rows, cols)).expect("a pseudo terminal");
        let child = pair.slave.spawn_command(command).expect("a karat that starts");
        drop(pair.slave);
        let line = duplicate(pair.master.as_ref());
        let (rows, cols) = (positive(rows), positive(cols));
        let parser = vt100::Parser::new_with_callbacks(
            rows,
            cols,
            0,
            Answers { line: line.try_clone().expect("a descriptor"), frame: String::new() },
        );
        let state = State { parser, bytes: 0, raw_tail: Vec::new(), dropping: false, ended: false };
        let seen = Arc::new(Seen { state: Mutex::new(state), changed: Condvar::new() });
        let keyboard = line.try_clone().expect("a descriptor");
        let reader = std::thread::spawn({
            let seen = Arc::clone(&seen);
            move || read(line, &seen)
        });
        Self { child, master: Some(pair.master), keyboard, seen, reader: Some(reader) }
    }

    /// Types these bytes in one write.
    pub fn keys(&mut self, keys: &str) -> &mut Self {
        self.keyboard.write_all(keys.as_bytes()).expect("a program that can be typed to");
        self
    }

    /// Presses the left button of the mouse on the first cell of this text, and lets it go.
    pub fn click(&mut self, text: &str) -> &mut Self {
        let place = self.screen(|screen| {
            let (_, columns) = screen.size();
            let rows = screen.rows(0, columns.get()).enumerate();
            rows.filter_map(|(row, line)| Some((row, line[..line.find(text)?].chars().count()))).next()
        });
        let (row, column) = place.unwrap_or_else(|| panic!("{text:?} is not on the screen:\n{}", self.contents()));
        self.keys(&format!("\x1b[<0;{};{}M\x1b[<0;{0};{1}m", column + 1, row + 1))
    }

    /// Waits until the text stands on the screen.
    pub fn wait_for(&mut self, text: &str) -> &mut Self {
        self.wait_until(&format!("{text:?} on the screen"), |screen| screen.contents().contains(text))
    }

    /// Waits until the text no longer stands on the screen.
    pub fn wait_gone(&mut self, text: &str) -> &mut Self {
        self.wait_until(&format!("{text:?} to go"), |screen| !screen.contents().contains(text))
    }

    /// Waits until the screen is as wanted.
    pub fn wait_until(&mut self, what: &str, wanted: impl Fn(&vt100::Screen) -> bool) -> &mut Self {
        self.wait(what, |state| wanted(state.parser.screen()));
        self
    }

    /// Waits until the last frame that was painted to its end is as wanted.
    pub fn wait_frame(&mut self, what: &str, wanted: impl Fn(&str) -> bool) -> &mut Self {
        self.wait(what, |state| wanted(&state.parser.callbacks().frame));
        self
    }

    /// What stands on the screen.
    pub fn contents(&self) -> String {
        self.look(|state| state.parser.screen().contents())
    }

    /// What stood on the screen when the program last ended a frame: never half of one.
    pub fn frame(&self) -> String {
        self.look(|state| state.parser.callbacks().frame.clone())
    }

    /// Asks the screen.
    pub fn screen<T>(&self, ask: impl FnOnce(&vt100::Screen) -> T) -> T {
        self.look(|state| ask(state.parser.screen()))
    }

    /// How many bytes the program has sent.
    pub fn bytes(&self) -> usize {
        self.look(|state| state.bytes)
    }

    /// Changes the size, as a window does.
    pub fn resize(&mut self, rows: u16, cols: u16) -> &mut Self {
        self.look(|state| state.parser.set_size(positive(rows), positive(cols)));
        let master = self.master.as_ref().expect("a line that has not dropped");
        master.resize(size(rows, cols)).expect("a size that is taken");
        self
    }

    /// The process.
    pub fn pid(&self) -> Pid {
        let id = self.child.process_id().expect("a process that is not reaped");
        Pid::from_raw(i32::try_from(id).expect("a process id")).expect("a process id")
    }

    /// Sends a signal.
    pub fn signal(&mut self, signal: Signal) -> &mut Self {
        kill_process(self.pid(), signal).expect("a process to signal");
        self
    }

    /// Drops the line as a lost SSH connection does: the kernel hangs up on the program.
    pub fn hang_up(&mut self) {
        let (rows, cols) = self.look(|state| {
            state.dropping = true;
            state.parser.screen().size()
        });
        // Whatever is painted next makes the reader let go of its end.
        self.resize(rows.get(), cols.get() + 1);
        self.reader.take().expect("a reader").join().expect("a reader that ends");
        self.look(|state| state.parser.callbacks_mut().line = null());
        self.keyboard = null();
        self.master = None;
    }

    /// Kills the process outright, reaps it, and reads what it had written.
    pub fn kill(&mut self) {
        kill_process(self.pid(), Signal::KILL).expect("a process to kill");
        self.child.wait().expect("a process to reap");
        self.wait("the end of the output", |state| state.ended);
    }

    /// Waits for the process to end by itself.
    pub fn wait_exit(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("a process to wait for") {
                return status;
            }
            assert!(Instant::now() < deadline, "the program never ended\n{}", self.contents());
            std::thread::yield_now();
        }
    }

    /// Waits until the program ended and everything it wrote was read.
    pub fn wait_end(&mut self) -> ExitStatus {
        let status = self.wait_exit();
        self.wait("the end of the output", |state| state.ended);
        status
    }

    /// The last bytes that the program sent, for what no screen shows.
    pub fn raw_tail(&self) -> Vec<u8> {
        self.look(|state| state.raw_tail.clone())
    }

    fn look<T>(&self, ask: impl FnOnce(&mut State) -> T) -> T {
        ask(&mut self.seen.state.lock().expect("a sound lock"))
    }

    fn wait(&self, what: &str, wanted: impl Fn(&State) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        let mut guard = self.seen.state.lock().expect("a sound lock");
        while !wanted(&guard) {
            let left = deadline.saturating_duration_since(Instant::now());
            // Asked for only where it is told: a bench waits here too.
            let contents = || guard.parser.screen().contents();
            assert!(!left.is_zero(), "waited in vain for {what}; the screen shows\n{}", contents());
            assert!(!guard.ended, "the program ended before {what}; the screen shows\n{}", contents());
            guard = self.seen.changed.wait_timeout(guard, left).expect("a sound lock").0;
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Best effort: the process may have ended, or been reaped, long ago.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(mut line: File, seen: &Seen) {
    let mut buffer = [0; 64 * 1024];
    loop {
        let read = line.read(&mut buffer);
        let mut state = seen.state.lock().expect("a sound lock");
        match read {
            Ok(n) if n > 0 => {
                state.bytes += n;
                state.raw_tail.extend_from_slice(&buffer[..n]);
                let surplus = state.raw_tail.len().saturating_sub(16 * 1024);
                state.raw_tail.drain(..surplus);
                state.parser.process(&buffer[..n]);
            }
            // Reading fails once the last process has closed the other end.
            _ => state.ended = true,
        }
        seen.changed.notify_all();
        if state.ended || state.dropping {
            return;
        }
    }
}

#[allow(unsafe_code, reason = "the library hands out a bare descriptor; it is open as long as the master is borrowed")]
fn duplicate(master: &dyn MasterPty) -> File {
    let fd = master.as_raw_fd().expect("a descriptor");
    // SAFETY: `master` owns the descriptor and outlives this borrow.
    let borrowed = unsafe { BorrowedFd::borrow_raw(fd) };
    File::from(borrowed.try_clone_to_owned().expect("a descriptor"))
}

fn null() -> File {
    File::options().write(true).open("/dev/null").expect("/dev/null")
}

fn positive(n: u16) -> NonZeroU16 {
    NonZeroU16::new(n).expect("a size above 0")
}

fn size(rows: u16, cols: u16) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}
