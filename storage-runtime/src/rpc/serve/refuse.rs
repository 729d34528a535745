//! What is refused, and how a failure is told.

use std::error::Error as _;

use storage_core::ErrorKind;
use storage_core::rpc::Failure;

use crate::backend;
use crate::error::Error;

/// A call that was not granted.
pub(super) fn forbidden(detail: &str) -> Error {
    let message = "this application may not do that with its storage";
    Error::new(ErrorKind::Forbidden, message).with_detail(detail)
}

/// A call that relies on something else than there is.
pub(super) fn mismatch(detail: &str) -> Error {
    let message = "the storage Worker declares something else than this application relies on";
    Error::new(ErrorKind::DeclarationMismatch, message).with_detail(format!(
        "{detail}; help: deploy the storage Worker first, with the same declarations"
    ))
}

/// A failure, as a message has it. It is said in the storage Worker's log too if the fault may be on this side.
pub(super) fn failure(error: &Error) -> Failure {
    if error.http_status() >= 500 || error.kind() == ErrorKind::Forbidden {
        backend::note(error);
    }
    let message = error.message().to_owned();
    let mut log = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        log = format!("{log}: {cause}");
        source = cause.source();
    }
    let log = (log != message).then_some(log);
    Failure { code: error.code().to_owned(), message, log }
}
