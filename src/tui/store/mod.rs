//! The thread that owns the project's connection: it answers requests in their order, looks around in between, and
//! finishes what it was asked before it ends. Whatever it says comes back as a message.

mod beside;
mod desk;
mod pace;
mod reader;
mod runs;
mod snapshots;
mod standing;
mod trainings;

pub use desk::SittingDesk;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::msg::{Reply, Request};
use crate::error::{Error, Result};

/// How often the store looks around.
const TICK: Duration = Duration::from_secs(1);
/// How often it looks while something runs whose progress is shown.
const BUSY_TICK: Duration = Duration::from_millis(100);

/// Hands what the store says to the loop, from any thread.
pub type Tell = Arc<dyn Fn(Reply) + Send + Sync>;

/// What the store thread talks to.
pub trait Desk {
    /// The first data, as soon as it can be had.
    fn sit(&mut self) -> Result<Reply>;
    /// Answers a request.
    fn handle(&mut self, request: &Request) -> Result<Vec<Reply>>;
    /// Looks around; gives what is new.
    fn tick(&mut self) -> Result<Vec<Reply>>;
    /// Whether something runs in the background.
    fn is_busy(&self) -> bool;
    /// Gives back what was lent.
    fn leave(&mut self);
}

/// The store thread, seen from the loop.
#[derive(Debug)]
pub struct Store {
    requests: Option<mpsc::Sender<Request>>,
    thread: Option<JoinHandle<()>>,
}

impl Store {
    /// Starts the thread; it opens the desk itself, so that the first frame does not wait for it.
    pub fn start<D: Desk>(open: impl FnOnce() -> Result<D> + Send + 'static, tell: Tell) -> Result<Self> {
        let (requests, inbox) = mpsc::channel();
        let work = move || {
            let served = catch_unwind(AssertUnwindSafe(|| match open() {
                Ok(mut desk) => serve(&mut desk, &inbox, &*tell),
                Err(error) => tell(Reply::Closed(error)),
            }));
            if served.is_err() {
                tell(Reply::Closed(
                    Error::internal("the part that writes the project has failed")
                        .hint("everything said as saved is saved; leave with Ctrl-Q and open the project again"),
                ));
            }
        };
        let thread = thread::Builder::new().name("store".into()).spawn(work);
        let thread = thread.map_err(|e| Error::io(format!("no thread could be started: {e}")))?;
        Ok(Self { requests: Some(requests), thread: Some(thread) })
    }

    /// Asks; nothing happens where the thread is gone, which it has said itself.
    pub fn ask(&self, request: Request) {
        if let Some(requests) = &self.requests
            && requests.send(request).is_err()
        {
            tracing::warn!("the store is gone");
        }
    }

    /// Waits until everything that was asked is done.
    pub fn finish(mut self) {
        self.requests = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the store thread panicked");
        }
    }
}

fn serve(desk: &mut impl Desk, inbox: &mpsc::Receiver<Request>, tell: &dyn Fn(Reply)) {
    match desk.sit() {
        Ok(reply) => tell(reply),
        Err(error) => return tell(Reply::Closed(error)),
    }
    let mut last = Instant::now();
    loop {
        let every = if desk.is_busy() { BUSY_TICK } else { TICK };
        match inbox.recv_timeout(every.saturating_sub(last.elapsed())) {
            Ok(request) => match desk.handle(&request) {
                Ok(replies) => replies.into_iter().for_each(tell),
                Err(error) => tell(Reply::Failed(Box::new(request), error)),
            },
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if last.elapsed() >= every {
            last = Instant::now();
            match desk.tick() {
                Ok(replies) => replies.into_iter().for_each(tell),
                Err(error) => tracing::warn!("looking around: {error}"),
            }
        }
    }
    desk.leave();
}

#[cfg(test)]
mod with_a_file;

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    struct Clerk(Arc<Mutex<Vec<String>>>);

    impl Clerk {
        fn note(&self, what: impl Into<String>) {
            self.0.lock().unwrap().push(what.into());
        }
    }

    impl Desk for Clerk {
        fn sit(&mut self) -> Result<Reply> {
            self.note("sit");
            Ok(Reply::Done("here".into()))
        }
        fn handle(&mut self, request: &Request) -> Result<Vec<Reply>> {
            match request {
                Request::Queue => panic!("a broken clerk"),
                Request::Redo => Err(Error::conflict("nothing to redo")),
                _ => {
                    self.note(format!("{request:?}"));
                    Ok(vec![Reply::Nothing(<_>::default())])
                }
            }
        }
        fn tick(&mut self) -> Result<Vec<Reply>> {
            Ok(Vec::new())
        }
        fn is_busy(&self) -> bool {
            false
        }
        fn leave(&mut self) {
            self.note("leave");
        }
    }

    fn run(requests: &[Request]) -> (Vec<String>, Vec<Reply>) {
        let (notes, replies) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(Vec::new())));
        let (clerk, told) = (Clerk(Arc::clone(&notes)), Arc::clone(&replies));
        let tell: Tell = Arc::new(move |reply| told.lock().unwrap().push(reply));
        let store = Store::start(move || Ok(clerk), tell).unwrap();
        requests.iter().for_each(|request| store.ask(request.clone()));
        store.finish();
        let (notes, replies) = (notes.lock().unwrap().clone(), replies.lock().unwrap().clone());
        (notes, replies)
    }

    #[test]
    fn everything_asked_is_done_before_it_ends() {
        let (notes, replies) = run(&[Request::Serve, Request::Redo, Request::Open(7)]);
        assert_eq!(notes, ["sit", "Serve", "Open(7)", "leave"]);
        assert!(matches!(&replies[2], Reply::Failed(request, _) if **request == Request::Redo), "{replies:?}");
    }

    #[test]
    fn a_panic_in_it_is_told() {
        let (_, replies) = run(&[Request::Queue]);
        assert!(
            matches!(replies.last(), Some(Reply::Closed(error)) if error.message.contains("failed")),
            "{replies:?}"
        );
    }
}
