//! What a backend has to do, and no more: everything convenient is built above these traits.

mod bucket;
mod kv;
mod payload;

pub use bucket::{
    BucketBackend, CompleteUpload, CreateUpload, FoundBody, FoundObject, GetObject, ListObjects,
    PutObject, UploadPart,
};
pub use kv::{EntryMetadata, FoundEntry, KvBackend, ListEntries, ListedEntry, PutEntry, PutMode};
pub use payload::{ByteStream, Payload, ReadBody};
