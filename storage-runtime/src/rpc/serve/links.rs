//! Calls about links of a bucket.

use storage_core::rpc::{Grant, LinkCall, SignCall};

use super::super::transport::CallBody;
use super::super::wire;
use super::refuse::forbidden;
use super::room::Room;
use super::{Found, found};
use crate::bucket::RawBucket;
use crate::error::{Error, Result};
use crate::signed::{self, SignUrl, SignedUrls};

const NOTHING: CallBody = CallBody::Nothing;

pub(super) fn knows(bucket: &RawBucket, grant: &Grant, token: &str) -> Result<Found> {
    let key = signed::key_of(bucket, token);
    found(&key.is_some_and(|key| grant.reaches(&key)), NOTHING)
}

pub(super) async fn answer(
    bucket: &RawBucket,
    grant: &Grant,
    call: LinkCall,
    body: CallBody,
    room: &Room,
) -> Result<Found> {
    if signed::key_of(bucket, &call.token).is_some_and(|key| !grant.reaches(&key)) {
        body.into_body().drain().await;
        return Err(beyond(bucket, grant));
    }
    let (served, body) = wire::served(signed::answer(bucket, call, body.into_body()).await);
    let is_whole = matches!(body, CallBody::Bytes(_));
    found(&served, if is_whole && room.is_shared() { body.into_streamed() } else { body })
}

pub(super) async fn revoke(bucket: &RawBucket, grant: &Grant, token: &str) -> Result<Found> {
    let may = |key: &str| if grant.reaches(key) { Ok(()) } else { Err(beyond(bucket, grant)) };
    found(&SignedUrls::new(bucket.clone()).revoke_token(token, may).await?, NOTHING)
}

pub(super) async fn revoke_before(
    bucket: &RawBucket,
    grant: &Grant,
    before: u64,
    prefix: String,
) -> Result<Found> {
    let reached = grant.prefix.as_deref().unwrap_or_default();
    found(&SignedUrls::new(bucket.clone()).add(before, prefix, reached).await?, NOTHING)
}

pub(super) async fn sign(bucket: &RawBucket, call: SignCall) -> Result<Found> {
    let (key, options) = wire::read_sign(call);
    let sign = <SignUrl>::new(bucket.clone(), Ok(key));
    let link = sign.options(options).await?;
    found(&link.into_record(), NOTHING)
}

/// A key that the caller does not reach.
fn beyond(bucket: &RawBucket, grant: &Grant) -> Error {
    forbidden(&grant.beyond(bucket.spec().name).to_string())
}
