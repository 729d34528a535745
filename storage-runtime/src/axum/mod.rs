//! Bodies and objects in axum's requests and responses.

mod extract;
mod respond;

use std::time::SystemTime;

/// A time as HTTP writes it, to the second.
fn http_date(time: SystemTime) -> String {
    httpdate::fmt_http_date(time)
}
