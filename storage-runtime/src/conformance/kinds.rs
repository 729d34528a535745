//! The kinds of errors that are none of a backend's.

use crate::ErrorKind;

/// The kinds that no case causes, and why. Every other kind is expected by a case.
pub const NOT_CAUSED: &[(ErrorKind, &str)] = &[
    (
        ErrorKind::BindingMissing,
        "there is no handle then: opening one is tested on workerd (`tests/e2e/`)",
    ),
    (
        ErrorKind::DeclarationMismatch,
        "an answer of a storage Worker to an application that relies on more: tested in `rpc/tests/`",
    ),
    (
        ErrorKind::DecryptionFailed,
        "the bytes have to be changed behind the handle: tested in `encryption/tests.rs`, and on \
         workerd (`tests/e2e/`)",
    ),
    (
        ErrorKind::FolderUnusable,
        "there is no handle then: opening a folder is tested with damaged ones (`tests/local/`)",
    ),
    (
        ErrorKind::Forbidden,
        "an answer of a storage Worker to whoever was not granted that: tested in `rpc/tests/`, and on \
         workerd (`tests/e2e/`)",
    ),
    (
        ErrorKind::Internal,
        "a failure that nobody expects: what the platform throws is tested in \
         `backend/thrown.rs`",
    ),
    (
        ErrorKind::Misconfigured,
        "a server does not start then (`tests/rest/`), and no link is made (`storage-runtime/tests/signed/`)",
    ),
    (
        ErrorKind::LinkRefused,
        "an answer to a signed URL, and no backend's: tested in `storage-runtime/tests/signed/`, and on \
         workerd (`tests/e2e/`)",
    ),
    (
        ErrorKind::RateLimited,
        "the platform's doing: neither its simulator nor a native backend has such a limit; what \
         it throws is tested in `backend/thrown.rs`",
    ),
    (
        ErrorKind::SecretInvalid,
        "there is no handle then: opening one is tested in `encryption/tests.rs`",
    ),
    (
        ErrorKind::SecretMissing,
        "there is no handle then: opening one is tested in `encryption/tests.rs`",
    ),
    (
        ErrorKind::Unavailable,
        "an outage, or a folder on disk that another process keeps locked: what the platform throws \
         is tested in `backend/thrown.rs`",
    ),
];
