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
            Failure::Disk(error) if is_full(&error) => disk_full().with_source(error),
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
                Some(ErrorCode::DiskFull) => disk_full().with_source(error),
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
                _ if is_full(&error) => "the disk is full",
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

/// Whether there is no room for what was to be written, for anybody or for this user.
fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

fn disk_full() -> Error {
    Error::new(ErrorKind::FolderUnusable, "the disk is full")
}

fn internal() -> Error {
    Error::new(ErrorKind::Internal, "the disk or the database failed")
}

#[cfg(test)]
mod tests {
    use rusqlite::ffi;

    use super::*;

    #[test]
    fn a_full_disk_is_told_from_a_failing_one() {
        let disk = |kind: io::ErrorKind| Failure::from(io::Error::from(kind));
        let database =
            |code| Failure::from(rusqlite::Error::SqliteFailure(ffi::Error::new(code), None));
        for (failure, kind, message) in [
            (disk(io::ErrorKind::StorageFull), ErrorKind::FolderUnusable, "the disk is full"),
            (disk(io::ErrorKind::QuotaExceeded), ErrorKind::FolderUnusable, "the disk is full"),
            (database(ffi::SQLITE_FULL), ErrorKind::FolderUnusable, "the disk is full"),
            (disk(io::ErrorKind::Other), ErrorKind::Internal, "the disk or the database failed"),
            (database(ffi::SQLITE_IOERR), ErrorKind::Internal, "the disk or the database failed"),
        ] {
            let error = Error::from(failure);
            assert_eq!((error.kind(), error.message()), (kind, message), "{error:?}");
            assert!(std::error::Error::source(&error).is_some());
        }
    }

    #[test]
    fn a_full_disk_is_told_of_a_folder_that_is_opened() {
        for kind in [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded] {
            let error = not_opened(Path::new("data"), io::Error::from(kind).into());
            assert_eq!(error.kind(), ErrorKind::FolderUnusable);
            assert!(error.to_string().contains("`data`: the disk is full"), "{error}");
        }
    }
}
