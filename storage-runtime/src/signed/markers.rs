//! Small objects under the reserved prefix, which say what has become of links.

use std::collections::BTreeMap;

use bytes::Bytes;
use storage_core::key::BucketKey;

use crate::backend::{AnyBucket, ListObjects, Payload, PutObject};
use crate::bucket::{Conditions, HttpMetadata, Include, ObjectInfo};
use crate::error::Result;

/// Writes a marker, if the conditions hold: `None` if they do not.
pub(super) async fn put(
    stored: &AnyBucket,
    key: String,
    body: Bytes,
    metadata: BTreeMap<String, String>,
    conditions: Conditions,
) -> Result<Option<ObjectInfo>> {
    let put = PutObject {
        key: BucketKey::new(key)?,
        body: Payload::Bytes(body),
        http: HttpMetadata::default(),
        metadata,
        checksum: None,
        conditions,
        storage_class: None,
        customer_key: None,
    };
    stored.put(put).await
}

/// All markers of a prefix, with their metadata.
pub(super) async fn list(stored: &AnyBucket, prefix: &str) -> Result<Vec<ObjectInfo>> {
    let mut found = Vec::new();
    let mut cursor = None;
    loop {
        let list = ListObjects {
            prefix: Some(prefix.to_owned()),
            limit: storage_core::limits::r2::LIST_LIMIT_MAX,
            cursor,
            start_after: None,
            delimiter: None,
            include: Include::default(),
        };
        let page = stored.list(list).await?;
        found.extend(page.items);
        cursor = page.cursor;
        if cursor.is_none() {
            return Ok(found);
        }
    }
}
