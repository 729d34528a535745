//! What an application and a storage Worker say to each other.
//!
//! A message is a head, which is text, and bodies. The head is JSON: a list of [`Call`]s one way, and of
//! as many [`Answer`]s the other. A call begins with a [declaration](Declaration), what the application
//! relies on, and the storage Worker answers it only if that is so, and if the application was
//! [granted](Grants) what it asks for. Nothing of it is text that a person writes.

mod bucket;
mod declaration;
mod few;
mod grants;
mod kv;
mod message;
#[cfg(test)]
mod tests;

pub use bucket::{
    Asked, BucketCall, ConditionsRecord, EtagsRecord, FoundRecord, GetCall, HttpRecord, LinkCall,
    LinkRecord, ListCall, ObjectRecord, PageRecord, PartRecord, PutCall, RangeRecord, ServedRecord,
    SignCall, SizeRecord, UploadCall,
};
pub use declaration::Declaration;
pub use grants::{Grant, Grants, Needs, Refusal, Scope};
pub use kv::{
    EntryRecord, ExpiryRecord, GetEntryCall, KvCall, ListEntriesCall, ListedRecord, PutEntryCall,
    RotateCall,
};
pub use message::{Answer, Call, Calls, Failure, is_in_bounds};

/// The version of all this. It changes when an older side would misread a newer one.
pub const PROTOCOL: u32 = 1;

/// The method that a storage Worker has: `storageCall(head, body)` gives `[head, ...bodies]`.
pub const METHOD: &str = "storageCall";

/// The field of `ctx.props` that holds the [grants](Grants).
pub const PROPS: &str = "storage";

/// Most bytes of a body that travel in the message itself. Longer ones, and those of unknown length, are
/// streams: a message has at most 32 MiB, and is in memory as a whole.
pub const INLINE_BYTES_MAX: u64 = 64 * 1024;

/// Most calls of one message.
pub const CALLS_MAX: usize = 1000;

/// Most bytes of the head of one call: the longest take 10,000 parts with their etags, or 1,000 keys of
/// which every byte is escaped.
pub const HEAD_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Most bytes of the head of several calls.
pub const CALLS_HEAD_BYTES_MAX: usize = 2 * 1024 * 1024;

/// Most bytes of one text in a head, as it is written: more than metadata of which every byte is escaped.
pub const TEXT_BYTES_MAX: usize = 64 * 1024;

/// Most etags of a condition.
pub const ETAGS_MAX: usize = 1000;
