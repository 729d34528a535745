//! The platform's limits, in one place.
//!
//! Every number is documented by Cloudflare (R2 "Limits", KV "Limits", Workers "Limits"; read
//! November 2026). The macros refuse a declaration that breaks one, the runtime refuses a request
//! that would, before anything is sent, and the CLI refuses a manifest that does.

/// Limits of R2, Cloudflare's object storage.
pub mod r2 {
    /// Longest object key, in bytes of UTF-8.
    pub const KEY_BYTES_MAX: usize = 1024;
    /// Custom metadata of one object: names and values together, in bytes.
    pub const METADATA_BYTES_MAX: usize = 8192;
    /// Largest body of a single put, in bytes: 5 GiB less 5 MiB.
    pub const PUT_BYTES_MAX: u64 = 5 * 1024 * 1024 * 1024 - 5 * 1024 * 1024;
    /// Largest object, in bytes: 5 TiB less 5 GiB. Larger than one put takes, it is uploaded in parts.
    pub const OBJECT_BYTES_MAX: u64 = 5 * 1024 * 1024 * 1024 * 1024 - 5 * 1024 * 1024 * 1024;
    /// Smallest part of an upload but the last, in bytes: 5 MiB.
    pub const PART_BYTES_MIN: u64 = 5 * 1024 * 1024;
    /// Largest part of an upload, in bytes: 5 GiB less 5 MiB.
    pub const PART_BYTES_MAX: u64 = PUT_BYTES_MAX;
    /// Most parts of an upload; they are numbered from 1.
    pub const PARTS_MAX: u16 = 10_000;
    /// Most keys deleted at once.
    pub const DELETE_KEYS_MAX: usize = 1000;
    /// Most objects a page of a listing holds.
    pub const LIST_LIMIT_MAX: u32 = 1000;
    /// Shortest bucket name, in characters.
    pub const BUCKET_NAME_MIN: usize = 3;
    /// Longest bucket name, in characters.
    pub const BUCKET_NAME_MAX: usize = 63;
    /// Fewest days after which a lifecycle rule may delete an object.
    pub const DELETE_AFTER_DAYS_MIN: u32 = 1;
}

/// Limits of Workers KV.
pub mod kv {
    /// Longest key, in bytes of UTF-8. The keys `.` and `..` are refused as well.
    pub const KEY_BYTES_MAX: usize = 512;
    /// Metadata of one entry, as JSON text, in bytes.
    pub const METADATA_BYTES_MAX: usize = 1024;
    /// Largest value, in bytes: 25 MiB.
    pub const VALUE_BYTES_MAX: usize = 25 * 1024 * 1024;
    /// Shortest time to live, in seconds.
    pub const TTL_SECONDS_MIN: u64 = 60;
    /// Most keys a page of a listing holds.
    pub const LIST_LIMIT_MAX: u32 = 1000;
    /// Longest namespace name, in characters (a rule of this library: names are portable
    /// between kinds).
    pub const NAME_MAX: usize = 63;
}

/// Limits of Workers themselves.
pub mod worker {
    /// Longest Worker name, in characters: it becomes a DNS label on `workers.dev`.
    pub const NAME_MAX: usize = 63;
    /// Longest binding name, in characters (a rule of this library).
    pub const BINDING_MAX: usize = 63;
    /// The oldest compatibility date a generated configuration may have: from this day on errors
    /// keep their structure across Workers RPC.
    pub const COMPATIBILITY_DATE_MIN: &str = "2026-04-21";
}
