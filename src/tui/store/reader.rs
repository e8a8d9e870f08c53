//! What is looked up on a thread and a connection of its own: at a million items a search takes a second, and saving an
//! answer waits for none.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};

use super::Tell;
use crate::error::{Error, Result};
use crate::project::{Interrupt, Project};
use crate::tui::msg::{Reply, Request};

/// Reads something from the project.
pub type LookUp = Box<dyn FnOnce(&Project) -> Result<Reply> + Send>;

/// One thing to look up.
pub struct Search {
    /// What the screen asked.
    pub request: Request,
    /// Its number: a greater one takes its place.
    pub number: u64,
    /// Looks it up.
    pub look_up: LookUp,
}

/// The thread that searches; dropping it ends it.
pub struct Reader {
    inbox: Option<mpsc::Sender<Search>>,
    /// The number of the search that is wanted; none has the greatest.
    newest: Arc<AtomicU64>,
    interrupt: Interrupt,
    thread: Option<JoinHandle<()>>,
}

impl Reader {
    /// Starts it on a connection that is only read from.
    pub fn start(project: Project, tell: Tell) -> Result<Self> {
        let (inbox, searches) = mpsc::channel();
        let (interrupt, newest) = (project.interrupt(), Arc::new(AtomicU64::default()));
        let wanted = Arc::clone(&newest);
        let search = move || serve(&project, &searches, &wanted, &*tell);
        let thread = thread::Builder::new().name("search".into()).spawn(search);
        let thread = thread.map_err(|e| Error::io(format!("no thread could be started: {e}")))?;
        Ok(Self { inbox: Some(inbox), newest, interrupt, thread: Some(thread) })
    }

    /// Looks for something else; what is still being looked for is given up.
    pub fn find(&self, search: Search) {
        self.newest.store(search.number, Ordering::SeqCst);
        self.interrupt.now();
        if self.inbox.as_ref().is_some_and(|inbox| inbox.send(search).is_err()) {
            tracing::warn!("nobody searches any more");
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.newest.store(u64::MAX, Ordering::SeqCst);
        self.inbox = None;
        self.interrupt.now();
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the thread that searches panicked");
        }
    }
}

/// Does one search after the other; of one that is not the newest any more, nothing is told.
fn serve(project: &Project, searches: &mpsc::Receiver<Search>, newest: &AtomicU64, tell: &dyn Fn(Reply)) {
    let is_wanted = |search: &Search| newest.load(Ordering::SeqCst) == search.number;
    for search in searches {
        if !is_wanted(&search) {
            continue;
        }
        let Search { request, number, look_up } = search;
        let found = catch_unwind(AssertUnwindSafe(|| look_up(project)));
        let found = found.unwrap_or_else(|_| Err(Error::internal("looking it up failed; the log has the details")));
        if newest.load(Ordering::SeqCst) == number {
            tell(found.unwrap_or_else(|error| Reply::Failed(Box::new(request), error)));
        }
    }
}
