//! The head of a message.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

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
