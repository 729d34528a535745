//! Why something on disk failed.

use std::path::Path;
use std::{fmt, io};

use rusqlite::ErrorCode;
use storage_core::ErrorKind;

use crate::error::Error;

/// What can fail below the traits of a backend.
#[derive(Debug)]
pub(super) enum Failure {
    Database(rusqlite::Error),
    Disk(io::Error),
    Known(Error),
}

impl Failure {
    /// Whether a file is not there.
    pub(super) fn is_missing_file(&self) -> bool {
        matches!(self, Self::Disk(error) if error.kind() == io::ErrorKind::NotFound)
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Disk(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Known(error)
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Known(error) => error,
            Failure::Disk(error) => internal().with_source(error),
            Failure::Database(error) => match error.sqlite_error_code() {
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                    Error::new(ErrorKind::Unavailable, "the storage is busy").with_source(error)
                }
                Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                    unusable("its database is damaged").with_source(error)
                }
                Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => {
                    unusable("its database can't be written").with_source(error)
                }
                _ => internal().with_source(error),
            },
        }
    }
}

/// What an error that has to do with the whole folder says: nothing of paths but to the log.
pub(super) fn unusable(detail: impl fmt::Display) -> Error {
    let message = "the storage folder can't be used";
    Error::new(ErrorKind::FolderUnusable, message).with_detail(detail.to_string())
}

/// What an error says that happened while a folder was opened.
pub(super) fn not_opened(root: &Path, failure: Failure) -> Error {
    let root = root.display();
    match failure {
        Failure::Disk(error) => {
            let why = match error.kind() {
                io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => {
                    "a file is in its place; help: name a folder, or one that does not exist yet"
                }
                io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                    "this process may not write there"
                }
                io::ErrorKind::StorageFull => "the disk is full",
                _ => "it can't be read or made",
            };
            unusable(format_args!("`{root}`: {why}")).with_source(error)
        }
        failure => {
            let error = Error::from(failure);
            match error.kind() {
                ErrorKind::FolderUnusable => unusable(format_args!("`{root}`")).with_source(error),
                _ => error,
            }
        }
    }
}

/// A body that the database names is not there, or shorter than it says.
pub(super) fn body_lost(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    unusable("a body is missing or cut short: was the folder changed by hand?").with_source(source)
}

fn internal() -> Error {
    Error::new(ErrorKind::Internal, "the disk or the database failed")
}
