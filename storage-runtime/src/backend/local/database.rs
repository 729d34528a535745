//! The database: its schema, and how it is read and written.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::error::{Failure, unusable};

/// What marks a database as ours: `stor` in ASCII.
const APPLICATION: i32 = 0x7374_6f72;

/// The version of the schema. A database of an older one is brought up to it, one of a newer one is
/// refused.
const VERSION: i32 = 1;

/// How long a write waits for those of other processes.
const PATIENCE: Duration = Duration::from_secs(30);

/// How many idle connections for reading are kept.
const IDLE_MAX: usize = 8;

/// Keys are blobs: they are compared byte by byte, and may hold any character.
const SCHEMA: &str = "
    CREATE TABLE objects (
        bucket TEXT NOT NULL,
        key BLOB NOT NULL,
        size INTEGER NOT NULL,
        etag TEXT NOT NULL,
        version TEXT NOT NULL,
        uploaded INTEGER NOT NULL, -- milliseconds since 1970
        attributes TEXT NOT NULL,  -- JSON
        file TEXT,                 -- in the folder of bodies, or
        bytes BLOB,                -- here
        PRIMARY KEY (bucket, key)
    ) STRICT;
    CREATE INDEX objects_file ON objects (file) WHERE file IS NOT NULL;

    CREATE TABLE uploads (
        id TEXT NOT NULL PRIMARY KEY,
        bucket TEXT NOT NULL,
        key BLOB NOT NULL,
        created INTEGER NOT NULL,  -- milliseconds since 1970
        attributes TEXT NOT NULL   -- JSON
    ) STRICT;
    CREATE INDEX uploads_created ON uploads (created);

    CREATE TABLE parts (
        upload TEXT NOT NULL,
        number INTEGER NOT NULL,
        size INTEGER NOT NULL,
        md5 BLOB NOT NULL,
        file TEXT,
        bytes BLOB,
        PRIMARY KEY (upload, number)
    ) STRICT;
    CREATE INDEX parts_file ON parts (file) WHERE file IS NOT NULL;

    CREATE TABLE entries (
        namespace TEXT NOT NULL,
        key BLOB NOT NULL,
        metadata TEXT NOT NULL,    -- JSON
        expires INTEGER,           -- milliseconds since 1970
        value BLOB NOT NULL,
        PRIMARY KEY (namespace, key)
    ) STRICT;
    CREATE INDEX entries_expires ON entries (expires) WHERE expires IS NOT NULL;

    CREATE TABLE sweeps (number INTEGER NOT NULL) STRICT;
    INSERT INTO sweeps VALUES (0);
";

/// One connection that writes, because SQLite has one writer at a time, and some that read: they
/// neither wait for the writer nor for each other.
pub(super) struct Database {
    path: PathBuf,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
}

impl Database {
    /// Opens the database, and makes it if it is not there and `may_create` holds.
    pub(super) fn open(path: &Path, may_create: bool) -> Result<Self, Failure> {
        let mut connection = Connection::open(path)?;
        connection.busy_timeout(PATIENCE)?;
        match (number(&connection, "application_id")?, number(&connection, "user_version")?) {
            (APPLICATION, VERSION) => {}
            (APPLICATION, newer) if newer > VERSION => {
                let message = format!(
                    "its database has schema {newer}, this version of the library knows up to \
                     {VERSION}; help: use the newer version of the library that wrote it"
                );
                return Err(unusable(message).into());
            }
            (0, 0) if is_empty(&connection)? => {
                if !may_create {
                    let message = "it has bodies but no database; help: restore `storage.sqlite3`, \
                                   or name an empty folder";
                    return Err(unusable(message).into());
                }
                create(&mut connection)?;
            }
            _ => return Err(unusable("its `storage.sqlite3` is of another program").into()),
        }
        configure(&connection)?;
        let writer = Mutex::new(connection);
        Ok(Self { path: path.to_owned(), writer, readers: Mutex::default() })
    }

    /// Reads one state of the database.
    pub(super) fn read<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let idle = locked(&self.readers).pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => self.connect()?,
        };
        let transaction = connection.transaction()?;
        let found = read(&transaction)?;
        transaction.commit()?;
        let mut idle = locked(&self.readers);
        if idle.len() < IDLE_MAX {
            idle.push(connection);
        }
        Ok(found)
    }

    /// The one that writes, of this process.
    pub(super) fn writer(&self) -> Writer<'_> {
        Writer(locked(&self.writer))
    }

    fn connect(&self) -> Result<Connection, Failure> {
        let connection = Connection::open(&self.path)?;
        connection.busy_timeout(PATIENCE)?;
        configure(&connection)?;
        connection.pragma_update(None, "query_only", true)?;
        Ok(connection)
    }
}

/// The right to write, of this process.
pub(super) struct Writer<'a>(MutexGuard<'a, Connection>);

impl Writer<'_> {
    /// Begins to write: nobody else does until the transaction ends.
    pub(super) fn begin(&mut self) -> Result<Transaction<'_>, Failure> {
        Ok(self.0.transaction_with_behavior(TransactionBehavior::Immediate)?)
    }
}

fn create(connection: &mut Connection) -> Result<(), Failure> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(SCHEMA)?;
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    Ok(transaction.commit()?)
}

fn configure(connection: &Connection) -> Result<(), Failure> {
    // Readers and the writer do not wait for each other.
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // What was acknowledged is on the disk, also after a loss of power.
    connection.pragma_update(None, "synchronous", "FULL")?;
    Ok(())
}

fn number(connection: &Connection, pragma: &str) -> Result<i32, Failure> {
    Ok(connection.pragma_query_value(None, pragma, |row| row.get(0))?)
}

fn is_empty(connection: &Connection) -> Result<bool, Failure> {
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(tables == 0)
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A transaction that a panic cut off was rolled back when it was dropped.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
