//! Copies, and what objects say of themselves.

use std::time::{Duration, SystemTime};

use crate::ErrorKind;
use crate::checksum::{Algorithm, Checksum};
use crate::conformance::{Checked, Stores, equal, failed, refused, there};

case!(HTTP_METADATA, "bucket/HTTP metadata comes back as it was", http_metadata);

async fn http_metadata(Stores { bucket, .. }: Stores) -> Checked {
    let expires = SystemTime::UNIX_EPOCH + Duration::from_secs(2_000_000_000);
    let put = bucket.put("http", "x").content_type("text/html").content_language("de");
    let put = put.content_disposition("attachment; filename=\"a b.html\"").content_encoding("gzip");
    let written = put.cache_control("public, max-age=60").expires(expires).await?;
    let head = there("head", bucket.head("http").await?)?;
    let http = head.http_metadata();
    equal("type", http.content_type.as_deref(), Some("text/html"))?;
    equal("language", http.content_language.as_deref(), Some("de"))?;
    let disposition = Some("attachment; filename=\"a b.html\"");
    equal("disposition", http.content_disposition.as_deref(), disposition)?;
    equal("encoding", http.content_encoding.as_deref(), Some("gzip"))?;
    equal("cache control", http.cache_control.as_deref(), Some("public, max-age=60"))?;
    equal("expires", http.expires, Some(expires))?;
    equal("of put", &written, &head)?;
    for wrong in ["", "a\r\nb: c", "ü"] {
        let put = bucket.put("http", "x").cache_control(wrong).await;
        refused("wrong cache control", put, ErrorKind::InvalidOption)?;
    }
    Ok(())
}

case!(DIGESTS, "bucket/the digests of an object are kept with it", digests);

async fn digests(Stores { bucket, .. }: Stores) -> Checked {
    let md5 = "5d41402abc4b2a76b9719d911017c592";
    let plain = bucket.put("digests", "hello").await?;
    let found = plain.checksums().get(Algorithm::Md5).map(crate::hex::encode);
    equal("md5 is always kept", found.as_deref(), Some(md5))?;
    let digest = vec![
        0xaa, 0xf4, 0xc6, 0x1d, 0xdc, 0xc5, 0xe8, 0xa2, 0xda, 0xbe, 0xde, 0x0f, 0x3b, 0x48, 0x2c,
        0xd9, 0xae, 0xa9, 0x43, 0x4d,
    ];
    let checksum =
        Checksum::new(Algorithm::Sha1, digest.clone()).map_err(|e| failed(e.to_string()))?;
    bucket.put("digests", "hello").checksum(checksum).await?;
    let head = there("head", bucket.head("digests").await?)?;
    equal("sha1", head.checksums().get(Algorithm::Sha1), Some(digest.as_slice()))?;
    equal("not given", head.checksums().get(Algorithm::Sha256), None)
}

case!(VERSIONS, "bucket/every write has a version of its own", versions);

async fn versions(Stores { bucket, .. }: Stores) -> Checked {
    let first = bucket.put("version", "same").await?;
    let second = bucket.put("version", "same").await?;
    equal("not empty", first.version().is_empty(), false)?;
    equal("differ", first.version() == second.version(), false)?;
    equal("etags are of the bytes", first.etag(), second.etag())
}

case!(COPY, "bucket/a copy has everything the original has", copy);

async fn copy(Stores { bucket, .. }: Stores) -> Checked {
    let original =
        bucket.put("copy/a", "text").metadata("by", "me").cache_control("no-cache").await?;
    bucket.delete("copy/b").await?;
    let copied = there("copy", bucket.copy("copy/a", "copy/b").if_not_exists().await?)?;
    equal("key", copied.key(), "copy/b")?;
    equal("etag", copied.etag(), original.etag())?;
    equal("metadata", copied.metadata(), original.metadata())?;
    equal("http", copied.http_metadata(), original.http_metadata())?;
    let object = there("get", bucket.get("copy/b").await?)?;
    equal("body", object.text().await?, "text")?;
    let again = bucket.copy("copy/a", "copy/b").if_not_exists().await;
    refused("taken", again, ErrorKind::AlreadyExists)?;
    equal("nothing to copy", bucket.copy("copy/missing", "copy/c").await?, None)?;
    equal("nothing is written", bucket.head("copy/c").await?, None)?;
    let onto_itself = bucket.copy("copy/a", "copy/a").await;
    refused("onto itself", onto_itself, ErrorKind::InvalidOption)
}

case!(RENAME, "bucket/a renamed object has the new key only", rename);

async fn rename(Stores { bucket, .. }: Stores) -> Checked {
    bucket.put("rename/a", "text").await?;
    let renamed = there("rename", bucket.rename("rename/a", "rename/b").await?)?;
    equal("key", renamed.key(), "rename/b")?;
    equal("old key", bucket.head("rename/a").await?, None)?;
    let object = there("get", bucket.get("rename/b").await?)?;
    equal("body", object.text().await?, "text")?;
    let onto_itself = bucket.rename("rename/b", "rename/b").await;
    refused("onto itself", onto_itself, ErrorKind::InvalidOption)?;
    equal("is still there", bucket.head("rename/b").await?.is_some(), true)
}

case!(ELSEWHERE, "bucket/an object can be copied and moved to another bucket", elsewhere);

async fn elsewhere(Stores { bucket, archive, .. }: Stores) -> Checked {
    archive.delete("elsewhere").await?;
    bucket.put("elsewhere", "text").metadata("by", "me").await?;
    equal("kept apart", archive.head("elsewhere").await?, None)?;
    let copy = bucket.copy("elsewhere", "elsewhere").to_bucket(&archive);
    let copied = there("copy", copy.if_not_exists().await?)?;
    equal("metadata", copied.metadata().get("by").map(String::as_str), Some("me"))?;
    let again = bucket.rename("elsewhere", "elsewhere").to_bucket(&archive).if_not_exists();
    refused("taken", again.await, ErrorKind::AlreadyExists)?;
    equal("is still there", bucket.head("elsewhere").await?.is_some(), true)?;
    let moved = bucket.rename("elsewhere", "moved").to_bucket(&archive).await?;
    equal("moved", there("rename", moved)?.key(), "moved")?;
    equal("is gone", bucket.head("elsewhere").await?, None)?;
    equal("text", there("get", archive.get("moved").await?)?.text().await?, "text")?;
    let nothing = bucket.rename("elsewhere", "moved").to_bucket(&archive).await?;
    equal("nothing to move", nothing, None)
}
