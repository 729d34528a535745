//! How much of what was found may be in memory at once.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use futures_channel::oneshot;
use storage_core::rpc::INLINE_BYTES_MAX;

/// Most bytes of bodies in an answer itself, of the 32 MiB that the platform takes, and as many again of what
/// is read of several entries by one call. The others are streams that nobody has read, as long ones always
/// are.
const ANSWER_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// What is left for the calls of a message.
pub(super) struct Room {
    is_shared: bool,
    bodies: AtomicU64,
    of_many: AtomicU64,
    /// The end of the call that reads several entries, and was the last to begin.
    last: Mutex<Option<oneshot::Receiver<()>>>,
}

impl Room {
    /// That of so many calls.
    pub(super) fn of(calls: usize) -> Self {
        Self {
            is_shared: calls > 1,
            bodies: ANSWER_BYTES_MAX.into(),
            of_many: ANSWER_BYTES_MAX.into(),
            last: Mutex::default(),
        }
    }

    /// Whether there are other calls in the message.
    pub(super) fn is_shared(&self) -> bool {
        self.is_shared
    }

    /// Whether a body of that length may be in the answer itself. If so, it has its place now.
    pub(super) fn takes(&self, len: u64) -> bool {
        let take = |left: u64| left.checked_sub(len);
        len <= INLINE_BYTES_MAX
            && self.bodies.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok()
    }

    /// What a call may read of several entries, once it is its turn.
    pub(super) async fn turn(&self) -> Turn<'_> {
        let (end, next) = oneshot::channel();
        let before = {
            let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
            last.replace(next)
        };
        if let Some(before) = before {
            // Nothing is ever sent: it ends when the other call is done, or dropped.
            let _ = before.await;
        }
        Turn { left: &self.of_many, _end: end }
    }
}

/// The turn of a call: no other reads several entries meanwhile.
pub(super) struct Turn<'a> {
    left: &'a AtomicU64,
    _end: oneshot::Sender<()>,
}

impl Turn<'_> {
    /// How many bytes may be read.
    pub(super) fn left(&self) -> u64 {
        self.left.load(Ordering::Relaxed)
    }

    /// Ends it, with so many bytes in memory.
    pub(super) fn took(self, len: u64) {
        self.left.fetch_sub(len.min(self.left()), Ordering::Relaxed);
    }
}
