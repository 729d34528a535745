//! What a backend has to do, and no more: everything convenient is built above these traits.

mod bucket;
mod kv;
mod payload;

pub use bucket::{
    BucketBackend, CompleteUpload, CreateUpload, FoundBody, FoundObject, GetObject, ListObjects,
    PutObject, UploadPart,
};
pub(crate) use kv::whole_seconds;
pub use kv::{
    EntryExpiry, EntryMetadata, EntryValue, FoundEntry, GetEntries, GetEntry, GetMode, KvBackend,
    ListEntries, ListedEntry, PutEntry, PutMode,
};
pub use payload::{ByteStream, Payload, ReadBody};
