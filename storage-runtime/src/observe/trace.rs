//! Which request an operation is done for.

use std::cell::RefCell;
use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;

use crate::bucket::AsRequest;

/// The most characters of an id.
const CHARACTERS_MAX: usize = 128;

thread_local! {
    /// Of the future that is being polled.
    static CURRENT: RefCell<Option<TraceId>> = const { RefCell::new(None) };
}

/// The id of a request: 1 to 128 visible ASCII characters. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TraceId(Arc<str>);

impl TraceId {
    /// That text, if it can be an id.
    ///
    /// ```
    /// use storage::observe::TraceId;
    ///
    /// assert_eq!(TraceId::new("8f2c").unwrap().as_str(), "8f2c");
    /// assert!(TraceId::new("two words").is_none());
    /// ```
    #[must_use]
    pub fn new(id: &str) -> Option<Self> {
        let is_id = (1..=CHARACTERS_MAX).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_graphic());
        is_id.then(|| Self(id.into()))
    }

    /// The id that a request brings along: the trace of its `traceparent` (W3C Trace Context), else its
    /// `cf-ray`, which Cloudflare gives every request. A client can send any `traceparent`, so an id tells
    /// what belongs together and proves nothing.
    pub fn of(request: &impl AsRequest) -> Option<Self> {
        let parent = request.header("traceparent");
        let parent = parent.as_deref().and_then(trace_of_parent).and_then(Self::new);
        parent.or_else(|| Self::new(&request.header("cf-ray")?))
    }

    /// The id of what is being done, inside of [`with_trace`]. For transports, which carry it on, and for
    /// lines of your own.
    #[must_use]
    pub fn current() -> Option<Self> {
        CURRENT.with_borrow(Clone::clone)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Does something for a request: every operation in it has that id, whatever else is being done on this
/// thread. Without one, it has that of the [`with_trace`] around it, if there is one.
///
/// It holds while the future is polled. What is spawned from it is outside, and takes a `with_trace` of its
/// own.
///
/// # Examples
///
/// ```
/// use storage::observe::{TraceId, with_trace};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let id = with_trace(TraceId::new("8f2c"), async { TraceId::current() }).await;
/// assert_eq!(id, TraceId::new("8f2c"));
/// assert_eq!(TraceId::current(), None);
/// # }
/// ```
pub async fn with_trace<F: Future>(trace: Option<TraceId>, future: F) -> F::Output {
    let mut future = pin!(future);
    poll_fn(|context| in_trace(trace.as_ref(), || future.as_mut().poll(context))).await
}

/// The same of what is done at once.
pub(crate) fn in_trace<T>(trace: Option<&TraceId>, work: impl FnOnce() -> T) -> T {
    let _scope = trace.cloned().map(Scope::enter);
    work()
}

/// An id on this thread, until it is dropped, also by a panic.
struct Scope {
    outer: Option<TraceId>,
}

impl Scope {
    fn enter(trace: TraceId) -> Self {
        Self { outer: CURRENT.replace(Some(trace)) }
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        CURRENT.set(self.outer.take());
    }
}

/// The trace of `00-<32 digits>-<16 digits>-<2 digits>`.
fn trace_of_parent(parent: &str) -> Option<&str> {
    let is_hex = |part: &str, len: usize| {
        part.len() == len && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let mut parts = parent.split('-');
    let (version, trace) = (parts.next()?, parts.next()?);
    let is_one = is_hex(version, 2)
        && version != "ff"
        && is_hex(trace, 32)
        && trace.bytes().any(|byte| byte != b'0')
        && is_hex(parts.next()?, 16)
        && is_hex(parts.next()?, 2);
    is_one.then_some(trace)
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    struct Request(&'static [(&'static str, &'static str)]);

    impl AsRequest for Request {
        fn method(&self) -> Cow<'_, str> {
            "GET".into()
        }

        fn header(&self, name: &str) -> Option<Cow<'_, str>> {
            self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).into())
        }
    }

    #[test]
    fn an_id_is_that_of_the_trace_or_of_the_ray() {
        const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
        const RAY: (&str, &str) = ("cf-ray", "8f2c1b0a7d3e4c5f-VIE");
        let id = |headers| TraceId::of(&Request(headers)).map(|id| id.to_string());
        let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assert_eq!(id(Box::leak(Box::new([("traceparent", parent), RAY]))).as_deref(), Some(TRACE));
        assert_eq!(id(&[RAY]).as_deref(), Some(RAY.1));
        assert_eq!(id(&[]), None);
        for wrong in [
            "",
            "00",
            "00-4bf92f3577b34da6a3ce929d0e0e4736",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-\"},{\"a\":\"b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
        ] {
            assert_eq!(id(Box::leak(Box::new([("traceparent", wrong)]))), None, "{wrong}");
        }
        assert_eq!(id(&[("cf-ray", "line\nbreak")]), None);
        assert!(TraceId::new(&"x".repeat(128)).is_some());
        assert!(TraceId::new(&"x".repeat(129)).is_none());
    }

    #[tokio::test]
    async fn futures_that_are_polled_in_turns_keep_their_ids() {
        let work = |id: &'static str| {
            with_trace(TraceId::new(id), async move {
                for _ in 0..10 {
                    assert_eq!(TraceId::current().unwrap().as_str(), id);
                    tokio::task::yield_now().await;
                }
                let inner = with_trace(TraceId::new("inner"), async { TraceId::current() }).await;
                assert_eq!(inner.unwrap().as_str(), "inner");
                let same = with_trace(None, async { TraceId::current() }).await;
                assert_eq!(same.unwrap().as_str(), id);
            })
        };
        futures_util::future::join(work("one"), work("other")).await;
        assert_eq!(TraceId::current(), None);
    }
}
