//! The head of a message, before anybody looks at what it asks for.

use bytes::Bytes;
use storage_core::ErrorKind;
use storage_core::rpc::{self, CALLS_MAX, Call, Calls, HEAD_BYTES_MAX};

use super::super::transport::CallBody;
use super::super::wire::malformed;
use super::refuse::unreadable;
use crate::error::{Error, Result};

/// Most bytes that the bodies of several calls have together, as many as an application sends.
const BODIES_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// The calls of a message.
pub(super) fn read(head: &str) -> Result<Vec<Call>> {
    // Nothing of it is parsed before it is known to be little: memory that was taken once stays taken.
    if !rpc::is_in_bounds(head, 1) {
        return Err(out_of_bounds());
    }
    let Calls(calls) = serde_json::from_str(head)
        .map_err(|error| unreadable("what the caller says can't be read", &error))?;
    if calls.len() > CALLS_MAX {
        return Err(malformed("the message has too many calls"));
    }
    if !rpc::is_in_bounds(head, calls.len()) {
        return Err(out_of_bounds());
    }
    Ok(calls)
}

/// The body of each call. Several are short, and come one behind the other.
pub(super) async fn bodies(calls: &[Call], body: CallBody) -> Result<Vec<CallBody>> {
    if let [call] = calls {
        return Ok(vec![body.of_len(call.len)]);
    }
    let lens = calls.iter().filter_map(|call| call.len);
    let len = lens.fold(0, u64::saturating_add).min(BODIES_BYTES_MAX);
    let mut bodies = body.gather(len).await?;
    let of_call = |call: &Call| match call.len {
        None => Ok(CallBody::Nothing),
        Some(len) => take(&mut bodies, len).map(CallBody::Bytes),
    };
    calls.iter().map(of_call).collect()
}

fn take(bodies: &mut Bytes, len: u64) -> Result<Bytes> {
    match usize::try_from(len) {
        Ok(len) if len <= bodies.len() => Ok(bodies.split_to(len)),
        _ => Err(malformed("the bodies are shorter than their lengths")),
    }
}

/// What is said of a head that is longer than any that an application of this library sends.
pub(super) fn out_of_bounds() -> Error {
    let message = "the call is too long for a storage Worker";
    Error::new(ErrorKind::InvalidOption, message).with_detail(format!(
        "its head has at most {HEAD_BYTES_MAX} bytes, {} with several calls, and none of its texts has more \
         than {}",
        rpc::CALLS_HEAD_BYTES_MAX,
        rpc::TEXT_BYTES_MAX
    ))
}
