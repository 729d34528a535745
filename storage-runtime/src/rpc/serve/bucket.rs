//! Calls of a bucket.

use storage_core::key::BucketKey;
use storage_core::rpc::{BucketCall, FoundRecord, Grant, UploadCall};
use storage_core::{ErrorKind, limits};

use super::super::transport::CallBody;
use super::super::wire;
use super::links;
use super::refuse::within;
use super::room::Room;
use super::{Found, found};
use crate::backend::{
    CompleteUpload, CreateUpload, FoundBody, FoundObject, ListObjects, PutObject, ReadBody,
    UploadPart,
};
use crate::body::Source;
use crate::bucket::{NewObject, ObjectInfo, RawBucket};
use crate::encryption::rotation::RotateOptions;
use crate::error::{Error, Result};
use crate::write;

/// Longest request of a rotation: see `RotateBy`.
const ROTATION_BYTES_MAX: u64 = 64 * 1024;

pub(super) async fn answer(
    bucket: &RawBucket,
    call: BucketCall,
    body: CallBody,
    grant: &Grant,
    room: &Room,
) -> Result<Found> {
    const NOTHING: CallBody = CallBody::Nothing;
    let backend = bucket.backend();
    match call {
        BucketCall::AbortUpload(UploadCall { key, id, .. }) => {
            found(&backend.abort_upload(BucketKey::new(key)?, id).await?, NOTHING)
        }
        BucketCall::CompleteUpload(UploadCall { key, id, .. }, parts) => {
            if parts.len() > limits::r2::PARTS_MAX.into() {
                return Err(wire::malformed("an upload has at most 10,000 parts"));
            }
            let parts = parts.into_iter().map(wire::read_part).collect();
            let key = BucketKey::new(key)?;
            let complete = CompleteUpload { key, upload_id: id, parts };
            found(&wire::object(backend.complete_upload(complete).await?), NOTHING)
        }
        BucketCall::CreateUpload(call) => {
            let wire::Written { key, http, metadata, storage_class, customer_key, .. } =
                wire::read_put(call)?;
            let create = CreateUpload { key, http, metadata, storage_class, customer_key };
            found(&backend.create_upload(create).await?, NOTHING)
        }
        BucketCall::Delete(keys) => {
            let max = limits::r2::DELETE_KEYS_MAX;
            if !(1..=max).contains(&keys.len()) {
                return Err(wire::malformed("a call deletes 1 to 1,000 objects"));
            }
            let keys = keys.into_iter().map(BucketKey::new).collect::<Result<_, _>>()?;
            found(&backend.delete(keys).await?, NOTHING)
        }
        BucketCall::Get(call) => {
            let object = backend.get(wire::read_get(call)?).await?;
            let Some(FoundObject { info, body }) = object else {
                return found(&None::<FoundRecord>, NOTHING);
            };
            let (range, body) = match body {
                None => (None, NOTHING),
                Some(FoundBody { range, body }) => {
                    let len = range.end.saturating_sub(range.start);
                    let body = found_body(body, len, room).await?;
                    (Some((range.start, range.end)), body)
                }
            };
            found(&Some(FoundRecord { object: wire::object(info), range }), body)
        }
        BucketCall::Head(key) => {
            let object = backend.head(BucketKey::new(key)?).await?;
            found(&object.map(wire::object), NOTHING)
        }
        BucketCall::KnowsLink(token) => links::knows(bucket, grant, &token),
        BucketCall::Link(call) => links::answer(bucket, grant, call, body, room).await,
        BucketCall::List(call) => {
            let list = wire::read_list(call)?;
            let turn = room.page().await;
            let limit = turn.items(list.limit);
            let page = backend.list(ListObjects { limit, ..list }).await?;
            let page = wire::page(within(page, grant, ObjectInfo::key)?, wire::object);
            turn.found(&page)
        }
        BucketCall::MayRotate(token) => {
            let allows = match bucket.rotation_guard() {
                Some(guard) => guard.allows(token, body.gather(ROTATION_BYTES_MAX).await?).await?,
                None => false,
            };
            found(&allows, NOTHING)
        }
        BucketCall::Put(call) => {
            found(&put(bucket, wire::read_put(call)?, body).await?.map(wire::object), NOTHING)
        }
        BucketCall::Revoke(token) => links::revoke(bucket, grant, &token).await,
        BucketCall::RevokeBefore(before, prefix) => {
            links::revoke_before(bucket, grant, before, prefix).await
        }
        BucketCall::Rotate(call) => {
            let page = bucket.rotate().options(RotateOptions::of_call(call)).await?;
            found(&page, NOTHING)
        }
        BucketCall::Sign(call) => links::sign(bucket, call).await,
        BucketCall::UploadPart(UploadCall { key, id, customer_key }, number) => {
            let payload = body
                .into_payload()
                .map_err(|_| Error::new(ErrorKind::InvalidOption, "a part needs a known length"))?;
            if payload.len() > limits::r2::PART_BYTES_MAX {
                return Err(write::value_too_large(payload.len(), limits::r2::PART_BYTES_MAX));
            }
            let (key, upload_id) = (BucketKey::new(key)?, id);
            let customer_key = wire::read_customer_keys(customer_key.as_deref())?;
            let part = UploadPart { key, upload_id, number, body: payload, customer_key };
            found(&wire::part(&backend.upload_part(part).await?), NOTHING)
        }
    }
}

/// The bytes of an object: in memory if they are few and there is room.
async fn found_body(body: Box<dyn ReadBody>, len: u64, room: &Room) -> Result<CallBody> {
    if room.takes(len) {
        return Ok(CallBody::Bytes(body.bytes().await?));
    }
    Ok(match body.payload().into() {
        bytes @ CallBody::Bytes(_) if room.is_shared() => bytes.into_streamed(),
        body => body,
    })
}

/// Writes an object, in parts if it is long or nobody knows how long.
async fn put(
    bucket: &RawBucket,
    written: wire::Written,
    body: CallBody,
) -> Result<Option<ObjectInfo>> {
    let wire::Written { key, http, metadata, checksum, conditions, storage_class, customer_key } =
        written;
    match body.into_body().into_source() {
        Source::Short(body) => {
            let put = PutObject {
                key,
                body,
                http,
                metadata,
                checksum,
                conditions,
                storage_class,
                customer_key,
            };
            bucket.backend().put(put).await
        }
        Source::Long(long) => {
            let object = NewObject {
                bucket: bucket.clone(),
                key,
                http,
                metadata,
                checksum,
                conditions,
                storage_class,
                customer_key,
            };
            long.put(Box::new(object)).await.map(Some)
        }
    }
}
