//! Texts to read: the guidelines, the queue.

use std::cell::{Cell, RefCell};

use super::moved;
use crate::domain::Guidelines;
use crate::tui::text::Wrapped;
use crate::workflow::labelling::QueuePanel;

/// A text that somebody reads.
#[derive(Debug)]
pub struct Reader {
    /// What it is.
    pub content: Content,
    /// Rows scrolled away above.
    pub top: usize,
    /// How far one can scroll, as the last frame found.
    pub last: Cell<usize>,
    /// The rows of the text.
    pub wrapped: RefCell<Wrapped>,
}

/// What is read.
#[derive(Debug)]
pub enum Content {
    /// The guidelines, and the lines that are new to this person.
    Guidelines(Guidelines, Vec<String>),
    /// Something else, under a heading.
    Text(String, String),
    /// The queue, once the store has told.
    Queue(Option<Box<QueuePanel>>),
}

impl Reader {
    /// Reads the guidelines.
    pub fn of_guidelines(guidelines: Guidelines, changed: Vec<String>) -> Self {
        Self::new(Content::Guidelines(guidelines, changed))
    }

    /// Reads the queue.
    pub fn of_queue() -> Self {
        Self::new(Content::Queue(None))
    }

    /// Reads a text under a heading.
    pub fn of_text(title: String, text: String) -> Self {
        Self::new(Content::Text(title, text))
    }

    fn new(content: Content) -> Self {
        Self { content, top: 0, last: Cell::new(usize::MAX), wrapped: RefCell::default() }
    }

    /// The store told what the queue is.
    pub fn queue(&mut self, panel: QueuePanel) {
        if let Content::Queue(queue) = &mut self.content {
            *queue = Some(Box::new(panel));
        }
    }

    /// Scrolls, as far as there is text.
    pub fn scroll(&mut self, rows: i32) {
        self.top = moved(self.top.min(self.last.get()), rows, self.last.get().saturating_add(1));
    }
}
