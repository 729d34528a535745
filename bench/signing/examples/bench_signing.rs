//! A module of wasm that signs, for the Worker that times it: `cargo xtask bench signing`.

use std::sync::{LazyLock, Mutex, PoisonError};

use storage_core::signing::sigv4::{Credentials, Endpoint, Method, Presigner, Request};

static PRESIGNER: LazyLock<Option<Presigner>> = LazyLock::new(|| {
    let endpoint = Endpoint::account("9d4b5a7c0e1f42d38a6b7c8d9e0f1a2b").ok()?;
    let credentials =
        Credentials::new("0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210");
    Some(Presigner::new(endpoint, credentials.ok()?))
});

/// What was signed last, for the Worker to look at.
static URL: Mutex<String> = Mutex::new(String::new());

/// Signs the same request so many times in a row, each a second later than the one before, and gives
/// the length of the last URL: 0 if that failed.
#[unsafe(no_mangle)]
pub extern "C" fn sign(times: u32, now: u32) -> usize {
    let mut url = URL.lock().unwrap_or_else(PoisonError::into_inner);
    url.clear();
    // What the other signer puts in by itself.
    let query = &[("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD"), ("x-id", "PutObject")];
    let headers = &[("content-type", "image/png")];
    let request = Request::new(Method::Put, "user-assets", "avatars/2026/11/ada lovelace.png", 600);
    let request = Request { headers, query, ..request };
    for call in 0..times {
        let signed = PRESIGNER.as_ref().and_then(|it| it.sign(&request, (now + call).into()).ok());
        *url = signed.unwrap_or_default();
    }
    url.len()
}

/// Where the URL is.
#[unsafe(no_mangle)]
pub extern "C" fn url() -> *const u8 {
    URL.lock().unwrap_or_else(PoisonError::into_inner).as_ptr()
}
