//! Several requests at once, and in one message to each storage Worker.

mod requests;

use std::cell::RefCell;
use std::mem;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use futures_channel::oneshot;
use futures_util::StreamExt;
use futures_util::future::{BoxFuture, poll_fn};
use futures_util::stream::FuturesUnordered;
use storage_core::ErrorKind;
use storage_core::rpc::{Answer, CALLS_HEAD_BYTES_MAX, CALLS_MAX, Call};

use super::stub;
use super::transport::{Answered, CallBody, Transport};
use crate::error::{Error, Result};

pub use requests::Requests;

/// Most bytes of a message, of the 32 MiB that the platform takes.
const MESSAGE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// More than what a head has of a call beside its texts.
const CALL_BYTES: usize = 128;

/// Makes several requests at the same time, and gives what came of each, in their order.
///
/// It takes a `Vec` of requests of one type, or a tuple of up to 12 of any types. Requests of handles that go
/// by a storage Worker (`#[storage(via = "..")]`) travel together: one message takes all of them to each
/// storage Worker, except bodies that are long (64 KiB) or of unknown length, which go by themselves. Requests
/// of other handles are just made at the same time.
///
/// Nothing is atomic, and none waits for another: each succeeds or fails by itself.
///
/// # Examples
///
/// ```
/// # #[storage::bucket(name = "user-assets")]
/// # struct UserAssets;
/// # #[storage::kv(name = "app-configs")]
/// # struct AppConfigs;
/// # #[storage::app(name = "media-api")]
/// # struct App { assets: storage::Bucket<UserAssets>, configs: storage::Kv<AppConfigs> }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> storage::Result<()> {
/// # let app = App::memory();
/// let (avatar, theme) = storage::batch((
///     app.assets.put("avatars/1.png", vec![0x89, b'P', b'N', b'G']),
///     app.configs.put("theme", "dark"),
/// ))
/// .await;
/// assert_eq!((avatar?.size(), theme?.size()), (4, Some(4)));
///
/// let heads = ["avatars/1.png", "avatars/2.png"].map(|key| app.assets.head(key));
/// let found = storage::batch(heads.into_iter().collect::<Vec<_>>()).await;
/// assert!(found[0].as_ref().is_ok_and(Option::is_some));
/// assert!(found[1].as_ref().is_ok_and(Option::is_none));
/// # Ok(())
/// # }
/// ```
pub fn batch<R: Requests>(requests: R) -> impl Future<Output = R::Results> + Send + use<R> {
    gathered(requests.all())
}

/// The same for the method of an app, whose type is to be short.
pub fn batch_of_app<R: Requests>(requests: R) -> BoxFuture<'static, R::Results> {
    Box::pin(gathered(requests.all()))
}

thread_local! {
    /// Where calls are put that are made now.
    static SCOPE: RefCell<Option<Scope>> = const { RefCell::new(None) };
}

/// Where calls are to be put that are made now, if it is in a batch.
pub(super) fn scope() -> Option<Scope> {
    SCOPE.with_borrow(Clone::clone)
}

/// Calls that wait to be sent together.
#[derive(Clone, Default)]
pub(super) struct Scope(Arc<Mutex<Vec<Waiting>>>);

struct Waiting {
    transport: Arc<dyn Transport>,
    call: Call,
    body: CallBody,
    answered: oneshot::Sender<Result<(Answer, CallBody)>>,
}

impl Scope {
    /// Sends a call together with others.
    pub(super) async fn send(
        &self,
        transport: &Arc<dyn Transport>,
        call: Call,
        body: CallBody,
    ) -> Result<(Answer, CallBody)> {
        let (answered, answer) = oneshot::channel();
        self.lock().push(Waiting { transport: Arc::clone(transport), call, body, answered });
        let gone = |_| Err(Error::new(ErrorKind::Unavailable, "the batch was given up"));
        answer.await.unwrap_or_else(gone)
    }

    fn take(&self) -> Vec<Waiting> {
        mem::take(&mut *self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Waiting>> {
        // Nothing panics between two states of the list.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Calls that are made while it is there go to the scope.
struct Entered(Option<Scope>);

impl Entered {
    fn new(scope: &Scope) -> Self {
        Self(SCOPE.replace(Some(scope.clone())))
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        SCOPE.set(self.0.take());
    }
}

/// Runs requests, and sends their calls together once none goes on without an answer.
async fn gathered<T>(requests: BoxFuture<'static, T>) -> T {
    let scope = Scope::default();
    let mut requests = pin!(requests);
    let mut messages = FuturesUnordered::new();
    poll_fn(|context| {
        loop {
            let entered = Entered::new(&scope);
            let polled = requests.as_mut().poll(context);
            drop(entered);
            if polled.is_ready() {
                return polled;
            }
            messages.extend(together(scope.take()).into_iter().map(send));
            match messages.poll_next_unpin(context) {
                Poll::Ready(Some(())) => {}
                Poll::Ready(None) | Poll::Pending => return Poll::Pending,
            }
        }
    })
    .await
}

/// The calls of each message: of one storage Worker, and not too many.
fn together(calls: Vec<Waiting>) -> Vec<Vec<Waiting>> {
    let mut messages: Vec<(usize, usize, Vec<Waiting>)> = Vec::new();
    for waiting in calls {
        let Call { on, ask, trace, .. } = &waiting.call;
        let trace = trace.as_ref().map_or(0, String::len);
        let head = ask.get().len() + on.len() + trace + CALL_BYTES;
        let bytes = head + waiting.body.in_memory().len();
        let has_room = |(heads, sum, calls): &&mut (usize, usize, Vec<Waiting>)| {
            let is_same = calls
                .first()
                .is_some_and(|first| Arc::ptr_eq(&first.transport, &waiting.transport));
            is_same
                && calls.len() < CALLS_MAX
                && *heads + head <= CALLS_HEAD_BYTES_MAX
                && *sum + bytes <= MESSAGE_BYTES_MAX
        };
        match messages.iter_mut().find(has_room) {
            Some((heads, sum, calls)) => {
                *heads += head;
                *sum += bytes;
                calls.push(waiting);
            }
            None => messages.push((head, bytes, vec![waiting])),
        }
    }
    messages.into_iter().map(|(_, _, calls)| calls).collect()
}

/// Sends a message, and tells everybody what came of it.
async fn send(waiting: Vec<Waiting>) {
    let mut transport = None;
    let (mut calls, mut bytes, mut all) = (Vec::new(), Vec::new(), Vec::new());
    for Waiting { transport: to, call, body, answered } in waiting {
        transport = Some(to);
        calls.push(call);
        bytes.extend_from_slice(body.in_memory());
        all.push(answered);
    }
    let Some(transport) = transport else { return };
    let body = if bytes.is_empty() { CallBody::Nothing } else { CallBody::Bytes(bytes.into()) };
    match exchange(&*transport, &calls, body).await {
        Ok((answers, bodies)) => {
            let mut bodies = bodies.into_iter();
            for (answered, answer) in all.into_iter().zip(answers) {
                // Somebody who has gone does not want to know.
                let _ = answered.send(Ok((answer, bodies.next().unwrap_or_default())));
            }
        }
        Err(error) => {
            for answered in all {
                let same = Error::new(error.kind(), error.message());
                let _ = answered.send(Err(same.with_detail(error.to_string())));
            }
        }
    }
}

async fn exchange(
    transport: &dyn Transport,
    calls: &[Call],
    body: CallBody,
) -> Result<(Vec<Answer>, Vec<CallBody>)> {
    let Answered { head, bodies } = transport.call(stub::head(calls)?, body).await?;
    Ok((stub::all_answers(&head, calls.len())?, bodies))
}

impl CallBody {
    /// The bytes that are in memory.
    fn in_memory(&self) -> &[u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Nothing | Self::Platform { .. } | Self::Stream { .. } => &[],
        }
    }
}
