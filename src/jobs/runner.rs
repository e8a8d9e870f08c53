//! One piece of work on a thread of its own.

use super::threads::be_nice;
use crate::domain::{Curves, Point};
use crate::error::{Error, Result};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Progress is passed on at most this often (25 Hz).
const PROGRESS_EVERY: Duration = Duration::from_millis(40);

/// How far a job has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// What it is doing now: "features", "training".
    pub stage: String,
    /// Units done in this stage.
    pub done: u64,
    /// Units in this stage; 0 where nobody knows.
    pub total: u64,
}

/// What a job's own code sees of the outside: somewhere to report and draw to, and whether to stop.
#[derive(Clone, Default)]
pub struct Control(Arc<Shared>);

type Listener = Box<dyn FnMut(&Progress) + Send>;

#[derive(Default)]
struct Shared {
    cancelled: AtomicBool,
    progress: Mutex<Reported>,
    listener: Mutex<Option<Listener>>,
}

#[derive(Default)]
struct Reported {
    newest: Option<Progress>,
    curves: Curves,
    passed_on: Option<Instant>,
}

impl Control {
    /// A control whose progress is handed to `listener`, at most 25 times a second and at every new stage.
    pub fn listening(listener: impl FnMut(&Progress) + Send + 'static) -> Self {
        let control = Self::default();
        *lock(&control.0.listener) = Some(Box::new(listener));
        control
    }

    /// Tells how far the job has come; `total` 0 where nobody knows.
    pub fn report(&self, stage: &str, done: u64, total: u64) {
        let progress = Progress { stage: stage.to_owned(), done, total };
        let due = {
            let mut reported = lock(&self.0.progress);
            let same = reported.newest.as_ref().is_some_and(|newest| newest.stage == stage);
            let due = !same || done == total || reported.passed_on.is_none_or(|at| at.elapsed() >= PROGRESS_EVERY);
            if due {
                reported.passed_on = Some(Instant::now());
            }
            reported.newest = Some(progress.clone());
            due
        };
        if due && let Some(listener) = lock(&self.0.listener).as_mut() {
            listener(&progress);
        }
    }

    /// Draws on at a curve.
    pub fn draw(&self, point: Point) {
        lock(&self.0.progress).curves.add(point);
    }

    /// The curves as far as they are drawn.
    pub fn curves(&self) -> Curves {
        lock(&self.0.progress).curves.clone()
    }

    /// The newest progress.
    pub fn progress(&self) -> Option<Progress> {
        lock(&self.0.progress).newest.clone()
    }

    /// Asks the job to stop at the next good moment.
    pub fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked to stop.
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::Relaxed)
    }

    /// Stops here if it was asked to.
    ///
    /// # Errors
    /// `Interrupted` once [`Control::cancel`] was called.
    pub fn check(&self) -> Result<()> {
        match self.is_cancelled() {
            true => Err(Error::new(crate::error::Kind::Interrupted, "stopped")),
            false => Ok(()),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A job that is under way or done. Dropping it asks it to stop and does not wait.
pub struct Job<T> {
    /// Which one this is: a result of an older generation than wanted is stale.
    pub generation: u64,
    control: Control,
    result: mpsc::Receiver<Result<T>>,
    thread: Option<JoinHandle<()>>,
}

impl<T: Send + 'static> Job<T> {
    /// Starts `work` on a thread of its own with lowered priority. A panic in it comes back as an internal error.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(
        name: &str,
        generation: u64,
        control: Control,
        work: impl FnOnce(&Control) -> Result<T> + Send + 'static,
    ) -> Result<Self> {
        let (sender, result) = mpsc::channel();
        let (inside, label) = (control.clone(), name.to_owned());
        let thread = std::thread::Builder::new().name(format!("karat-{name}")).spawn(move || {
            be_nice();
            let outcome = catch_unwind(AssertUnwindSafe(|| work(&inside))).unwrap_or_else(|panic| {
                tracing::error!(job = label, "panicked: {}", said(panic.as_ref()));
                Err(Error::internal(format!("{label} failed: {}", said(panic.as_ref())))
                    .hint("nothing was lost; the log file says more"))
            });
            if sender.send(outcome).is_err() {
                tracing::debug!(job = label, "nobody waits for it any more");
            }
        });
        let thread = thread.map_err(|e| Error::io(format!("{name}: no thread to run on: {e}")))?;
        Ok(Self { generation, control, result, thread: Some(thread) })
    }

    /// What the outside sees of the job: progress, and the way to stop it.
    pub fn control(&self) -> &Control {
        &self.control
    }

    /// The result, once, if it is there.
    pub fn poll(&mut self) -> Option<Result<T>> {
        self.result.try_recv().ok()
    }

    /// The result, once, if it comes within this time.
    pub fn wait_for(&mut self, time: Duration) -> Option<Result<T>> {
        self.result.recv_timeout(time).ok()
    }

    /// Waits for the result.
    ///
    /// # Errors
    /// What the job said; an internal error where its result was taken before.
    pub fn wait(mut self) -> Result<T> {
        let outcome = self.result.recv().unwrap_or_else(|_| Err(Error::internal("the job's result was taken before")));
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("a job's thread ended badly");
        }
        outcome
    }
}

impl<T> Drop for Job<T> {
    fn drop(&mut self) {
        self.control.cancel();
    }
}

fn said(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no reason given")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    #[test]
    fn a_job_gives_its_result() {
        let job = Job::start("sum", 1, Control::default(), |_| Ok((1..=10).sum::<i32>())).expect("a thread");
        assert_eq!(job.wait(), Ok(55));
    }

    #[test]
    fn a_panic_is_an_error_with_its_reason() {
        let job = Job::<()>::start("round", 1, Control::default(), |_| panic!("no more {}", "luck")).expect("a thread");
        let error = job.wait().expect_err("it panicked");
        assert_eq!(error.kind, Kind::Internal);
        assert!(error.message.contains("no more luck"), "{error}");
    }

    #[test]
    fn a_cancelled_job_stops_at_its_next_check() {
        let (go, gate) = mpsc::channel::<()>();
        let job = Job::start("long", 1, Control::default(), move |control| {
            gate.recv().map_err(|e| Error::internal(e.to_string()))?;
            control.check()
        })
        .expect("a thread");
        job.control().cancel();
        go.send(()).expect("the job waits");
        assert_eq!(job.wait().map_err(|e| e.kind), Err(Kind::Interrupted));
    }

    #[test]
    fn progress_is_thinned_but_stages_and_ends_are_told() {
        let told = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&told);
        let control = Control::listening(move |p| lock(&sink).push((p.stage.clone(), p.done)));
        for done in 1..=1000 {
            control.report("features", done, 1000);
        }
        control.report("training", 0, 2);
        let told = lock(&told);
        assert!(told.len() < 1000);
        assert!(told.contains(&("features".to_owned(), 1000)));
        assert_eq!(told.last(), Some(&("training".to_owned(), 0)));
        assert_eq!(control.progress().map(|p| p.total), Some(2));
    }
}
