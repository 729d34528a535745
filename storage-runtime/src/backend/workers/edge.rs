//! A request, as a handler has it.

use worker::web_sys;

/// A request of the platform, for [`serve`](super::serve) and [`serve_kv`](super::serve_kv): a `worker::Request`,
/// or a `web_sys::Request`, which a handler of `worker` gets if it asks for that. `worker` then reads nothing of it
/// beforehand, and the server what it needs, once.
pub trait EdgeRequest: sealed::Sealed {
    /// As the platform has it.
    fn into_platform(self) -> web_sys::Request;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for worker::Request {}
    impl Sealed for worker::web_sys::Request {}
}

impl EdgeRequest for worker::Request {
    fn into_platform(self) -> web_sys::Request {
        // Not the method of that name, which makes another request.
        Clone::clone(self.inner())
    }
}

impl EdgeRequest for web_sys::Request {
    fn into_platform(self) -> web_sys::Request {
        self
    }
}
