//! The head of a message, before anybody looks at what it asks for.

use bytes::Bytes;
use storage_core::ErrorKind;
use storage_core::rpc::{self, CALLS_MAX, Call, Calls, HEAD_BYTES_MAX, INLINE_BYTES_MAX};

use super::super::transport::CallBody;
use super::super::wire::malformed;
use super::refuse::unreadable;
use crate::error::{Error, Result};

/// The calls of a message, each with its body.
pub(super) async fn read(head: &str, body: CallBody) -> Result<Vec<(Call, CallBody)>> {
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
    if calls.len() == 1 {
        let with_body = |call: Call| {
            let body = body.of_len(call.len);
            (call, body)
        };
        return Ok(calls.into_iter().next().map(with_body).into_iter().collect());
    }
    // Several are short, and their bodies come one behind the other.
    let mut bodies = body.gather(INLINE_BYTES_MAX.saturating_mul(CALLS_MAX as u64)).await?;
    let mut with_body = |call: Call| {
        let body = match call.len {
            None => CallBody::Nothing,
            Some(len) => CallBody::Bytes(take(&mut bodies, len)?),
        };
        Ok((call, body))
    };
    calls.into_iter().map(&mut with_body).collect()
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
