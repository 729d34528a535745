//! How much of what was found may be in memory at once.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use futures_channel::oneshot;
use serde::Serialize;
use storage_core::rpc::INLINE_BYTES_MAX;

use super::super::transport::CallBody;
use super::{Found, found};
use crate::error::Result;

/// Most bytes of bodies in an answer itself, of the 32 MiB that the platform takes, and as many again of what
/// is read of several entries by one call. The others are streams that nobody has read, as long ones always
/// are.
const ANSWER_BYTES_MAX: u64 = 12 * 1024 * 1024;

/// Most bytes of what listings find, when there are other calls in the message.
const PAGES_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// What an item of a listing has, or more. With metadata an object may have five times that, but then R2 keeps
/// its pages short.
const ITEM_BYTES: u64 = 2 * 1024;

/// Pages that are read at once, of one message.
const PAGES: usize = 4;

/// What is left for the calls of a message.
pub(super) struct Room {
    is_shared: bool,
    bodies: AtomicU64,
    of_many: AtomicU64,
    of_pages: AtomicU64,
    many: Lane,
    pages: [Lane; PAGES],
    next_page: AtomicUsize,
}

/// Calls that take turns: the end of the one that was the last to begin.
#[derive(Default)]
struct Lane(Mutex<Option<oneshot::Receiver<()>>>);

impl Room {
    /// That of so many calls.
    pub(super) fn of(calls: usize) -> Self {
        Self {
            is_shared: calls > 1,
            bodies: ANSWER_BYTES_MAX.into(),
            of_many: ANSWER_BYTES_MAX.into(),
            of_pages: if calls > 1 { PAGES_BYTES_MAX } else { u64::MAX }.into(),
            many: Lane::default(),
            pages: Default::default(),
            next_page: AtomicUsize::default(),
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
        self.many.turn(&self.of_many).await
    }

    /// The same for a page of a listing.
    pub(super) async fn page(&self) -> Turn<'_> {
        let next = self.next_page.fetch_add(1, Ordering::Relaxed);
        let lane = self.pages.get(next % PAGES).unwrap_or(&self.many);
        lane.turn(&self.of_pages).await
    }
}

impl Lane {
    async fn turn<'a>(&self, left: &'a AtomicU64) -> Turn<'a> {
        let (end, next) = oneshot::channel();
        let before = {
            let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            last.replace(next)
        };
        if let Some(before) = before {
            // Nothing is ever sent: it ends when the other call is done, or dropped.
            let _ = before.await;
        }
        Turn { left, _end: end }
    }
}

/// The turn of a call: no other of its lane reads anything meanwhile.
pub(super) struct Turn<'a> {
    left: &'a AtomicU64,
    _end: oneshot::Sender<()>,
}

impl Turn<'_> {
    /// How many bytes may be read.
    pub(super) fn left(&self) -> u64 {
        self.left.load(Ordering::Relaxed)
    }

    /// How many items of a listing may be read: one at least, or nobody got any further.
    pub(super) fn items(&self, limit: u32) -> u32 {
        let most = u32::try_from(self.left() / ITEM_BYTES).unwrap_or(u32::MAX);
        limit.min(most.max(1))
    }

    /// Ends it, with what a listing found.
    pub(super) fn found<T: Serialize>(self, page: &T) -> Result<Found> {
        let (page, body) = found(page, CallBody::Nothing)?;
        self.took(page.get().len() as u64);
        Ok((page, body))
    }

    /// Ends it, with so many bytes in memory.
    pub(super) fn took(self, len: u64) {
        self.left.fetch_sub(len.min(self.left()), Ordering::Relaxed);
    }
}
