//! The head of a message.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::few::few;
use super::{CALLS_HEAD_BYTES_MAX, CALLS_MAX, HEAD_BYTES_MAX, TEXT_BYTES_MAX};
use crate::ErrorKind;

/// One call. What is asked for is read once it is known who asks: a newer caller may have words for it
/// that an older storage Worker does not know.
#[derive(Debug, Serialize, Deserialize)]
pub struct Call {
    /// What the caller relies on: a [`Declaration`](super::Declaration).
    pub on: String,
    /// What is asked for: a [`BucketCall`](super::BucketCall) or a [`KvCall`](super::KvCall).
    pub ask: Box<RawValue>,
    /// How many bytes of body there are, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub len: Option<u64>,
    /// The id of the request that it is made for, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<String>,
}

/// The calls of a head: of more than [`CALLS_MAX`], that and one.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct Calls(#[serde(deserialize_with = "few::<CALLS_MAX, _, _>")] pub Vec<Call>);

/// Whether the head of so many calls, as long as it is and with the texts that it has, is one that a storage
/// Worker reads: so little that whatever it says does not fill its memory. Of what can't be read, parsers
/// quote texts at several times their length.
#[must_use]
pub fn is_in_bounds(head: &str, calls: usize) -> bool {
    let max = if calls > 1 { CALLS_HEAD_BYTES_MAX } else { HEAD_BYTES_MAX };
    // Of a short head, as nearly all are, no text has to be looked at.
    head.len() <= max && (head.len() <= TEXT_BYTES_MAX || texts_are_short(head))
}

fn texts_are_short(head: &str) -> bool {
    let mut text: Option<usize> = None; // how long it is so far
    let mut bytes = head.bytes();
    while let Some(byte) = bytes.next() {
        text = match (text, byte) {
            (None, b'"') => Some(0),
            (None, _) | (Some(_), b'"') => None,
            (Some(len), b'\\') => {
                bytes.next();
                Some(len + 2)
            }
            (Some(len), _) => Some(len + 1),
        };
        if text.is_some_and(|len| len > TEXT_BYTES_MAX) {
            return false;
        }
    }
    true
}

/// What came of a call: `ok` or `error`.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Answer {
    /// What was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ok: Option<Box<RawValue>>,
    /// How many bytes of body there are, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub len: Option<u64>,
    /// Why there is nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Failure>,
}

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The code of the kind: a newer storage Worker may have one that is not known here.
    pub code: String,
    /// What to tell whoever sent the request.
    pub message: String,
    /// What the log should say beside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log: Option<String>,
}

impl Failure {
    /// The kind, if it is known here.
    #[must_use]
    pub fn kind(&self) -> Option<ErrorKind> {
        ErrorKind::ALL.iter().copied().find(|kind| kind.code() == self.code)
    }
}
