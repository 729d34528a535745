//! Every verb of a handle: natively here, and in workerd by `tests/conformance/`.

use std::convert::Infallible;

use futures_util::stream;
use storage::{Body, Bucket, Kv, Result};

use super::told::{META, ONE, PREFIX, THREE, TWO, VALUE};

/// Does all that can be done with a bucket, and reads what it reads to the end.
pub(crate) async fn with_bucket<D>(bucket: &Bucket<D>) -> Result<()> {
    let put = || bucket.put(ONE, VALUE).metadata("by", META);
    let etag = put().await?.etag().to_owned();
    let _ = put().if_not_exists().await.is_err();
    let found = bucket.get(ONE).await?;
    if let Some(object) = found {
        object.bytes().await?;
    }
    if let Some(object) = bucket.get(ONE).range(..4).await? {
        object.bytes().await?;
    }
    let _ = bucket.get(ONE).range(100..).await.is_err();
    let _ = bucket.get(ONE).if_etag_does_not_match(etag).await.is_err();
    bucket.get(TWO).await?;
    bucket.head(ONE).await?;
    bucket.head(TWO).await?;
    bucket.copy(ONE, TWO).await?;
    bucket.rename(TWO, THREE).await?;
    let pieces = stream::iter([Ok::<_, Infallible>(VALUE)]);
    bucket.put(TWO, Body::stream(pieces)).await?;
    let upload = bucket.upload(THREE).await?;
    let part = upload.part(1, VALUE).await?;
    upload.complete([part]).await?;
    bucket.upload(THREE).await?.abort().await?;
    bucket.list().prefix(PREFIX).await?;
    bucket.delete(ONE).await?;
    bucket.delete_many([TWO, THREE]).await?;
    put().await?;
    bucket.delete_prefix(PREFIX).await?;
    // Refused before anything is asked: nothing is told.
    let _ = bucket.put("", VALUE).await.is_err();
    Ok(())
}

/// Does all that can be done with a namespace, and reads what it reads to the end.
pub(crate) async fn with_kv<D>(kv: &Kv<D>) -> Result<()>
where
    D: storage::__private::DeclareKv<Value = storage::__private::Raw>,
{
    let put = || kv.put(ONE, VALUE).metadata("by", META);
    put().await?;
    let _ = put().if_not_exists().await.is_err();
    if let Some(entry) = kv.get(ONE).await? {
        entry.text().await?;
    }
    if let Some(entry) = kv.get(ONE).streamed().await? {
        entry.text().await?;
    }
    kv.get(TWO).await?;
    kv.get_many([ONE, TWO]).await?;
    kv.head(ONE).await?;
    kv.head(TWO).await?;
    kv.list().prefix(PREFIX).await?;
    kv.delete_many([ONE, TWO]).await?;
    let _ = kv.delete("").await.is_err();
    Ok(())
}
