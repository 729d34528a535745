//! What the Workers of the benchmark are asked to do: the same for both that are written in Rust.
//!
//! `POST /{bindings}/{operation}/{count}` runs an operation so many times and answers the sum of what
//! it saw, which is the same for every Worker: proof that all did the work. `PUT /upload` and
//! `GET /download` pass one large object through. `PUT /seal` answers what its body is stored as when it
//! is encrypted, `PUT /store` stores that as an object, and `GET /open` answers the plaintext of the
//! object.

/// The binding of the bucket.
pub const OBJECTS: &str = "OBJECTS";

/// The binding of the KV namespace.
pub const ENTRIES: &str = "ENTRIES";

/// What every small write writes.
pub const BODY: [u8; 1024] = [b'x'; 1024];

/// What values are cut from that are only encrypted.
pub static VALUE: [u8; 256 * 1024] = [b'x'; 256 * 1024];

/// The content type of every small write.
pub const CONTENT_TYPE: &str = "text/plain";

/// The one field of metadata of every small write.
pub const METADATA: (&str, &str) = ("uploadedBy", "system-client");

/// When entries of the KV namespace expire.
pub const TTL_SECONDS: u64 = 86_400;

/// The key of AES-256-GCM that everything is encrypted with. In a real store each message has its own.
pub const AES_KEY: [u8; 32] = [7; 32];

/// The nonce of the first chunk of everything that is encrypted.
pub const BASE_NONCE: [u8; 12] = [9; 12];

/// What stands before the chunks: in a real store a salt and a commitment to the key.
pub const SEALED_PREFIX: [u8; 56] = [5; 56];

/// The key of the object that was encrypted.
pub const SEALED: &str = "sealed/large";

/// How many keys the small writes go to in turn.
const KEYS: u32 = 10;

/// One request for a loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Task {
    /// On which bindings.
    pub bindings: Bindings,
    /// What to do.
    pub operation: Operation,
    /// How often.
    pub count: u32,
}

/// On which bindings a loop runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bindings {
    /// Those of the Worker's environment.
    Real,
    /// Objects with the same methods that answer at once and store nothing: see `stub.js`.
    Stub,
}

/// One step of a loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Read an entry, its content type and its metadata.
    KvGet,
    /// List all entries, with their metadata.
    KvList,
    /// Read an entry and decrypt it.
    KvOpen,
    /// Write an entry, with content type, metadata and time to live.
    KvPut,
    /// Encrypt an entry and write it.
    KvSeal,
    /// Read an object, its content type and its metadata.
    R2Get,
    /// The same without the body.
    R2Head,
    /// List all objects, with their content types and metadata.
    R2List,
    /// Write an object, with content type and metadata.
    R2Put,
    /// Encrypt so many bytes of a value, and store it nowhere.
    Seal(usize),
}

impl Task {
    /// Reads the path of a request.
    #[must_use]
    pub fn parse(path: &str) -> Option<Self> {
        let mut parts = path.strip_prefix('/')?.splitn(3, '/');
        let bindings = match parts.next()? {
            "real" => Bindings::Real,
            "stub" => Bindings::Stub,
            _ => return None,
        };
        let operation = match parts.next()? {
            "kv-get" => Operation::KvGet,
            "kv-list" => Operation::KvList,
            "kv-open" => Operation::KvOpen,
            "kv-put" => Operation::KvPut,
            "kv-seal" => Operation::KvSeal,
            "r2-get" => Operation::R2Get,
            "r2-head" => Operation::R2Head,
            "r2-list" => Operation::R2List,
            "r2-put" => Operation::R2Put,
            other => Operation::Seal(other.strip_prefix("seal-")?.parse().ok()?),
        };
        Some(Self { bindings, operation, count: parts.next()?.parse().ok()? })
    }
}

/// The key of the n-th step, in a Worker whose keys begin with that prefix.
///
/// All Workers work on one bucket and one namespace, so that none finds a store in a better state.
#[must_use]
pub fn key(prefix: &str, number: u32) -> String {
    format!("{prefix}{}", number % KEYS)
}

#[cfg(target_arch = "wasm32")]
pub use stub::env;

#[cfg(target_arch = "wasm32")]
mod stub {
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen(module = "/stub.js")]
    extern "C" {
        fn stub_env() -> JsValue;
    }

    /// The environment to work on: the given one, or one of bindings that do nothing.
    #[must_use]
    pub fn env(bindings: super::Bindings, real: worker::Env) -> worker::Env {
        match bindings {
            super::Bindings::Real => real,
            super::Bindings::Stub => stub_env().unchecked_into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_task() {
        let task = Task { bindings: Bindings::Stub, operation: Operation::KvGet, count: 7 };
        assert_eq!(Task::parse("/stub/kv-get/7"), Some(task));
        for path in ["", "/", "/upload", "/real/r2-get", "/real/r2-get/x", "/real/none/1"] {
            assert_eq!(Task::parse(path), None, "{path}");
        }
    }

    #[test]
    fn keys_repeat() {
        assert_eq!([0, 9, 10].map(|number| key("a/", number)), ["a/0", "a/9", "a/0"]);
    }
}
