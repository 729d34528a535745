//! Objects, one at a time, and plain listings.

use futures_util::{TryStreamExt, pin_mut};

use crate::bucket::ObjectInfo;
use crate::conformance::{Checked, Stores, equal, refused, there};
use crate::{Body, ErrorKind};

case!(ROUND_TRIP, "bucket/what is put is got, byte for byte", round_trip);

async fn round_trip(Stores { bucket, .. }: Stores) -> Checked {
    let body: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let written = bucket.put("round-trip", body.clone()).await?;
    let head = there("head", bucket.head("round-trip").await?)?;
    let object = there("get", bucket.get("round-trip").await?)?;
    equal("key", written.key(), "round-trip")?;
    equal("size", written.size(), 100_000)?;
    equal("head", &head, &written)?;
    equal("info of get", object.info(), &written)?;
    equal("etag is not empty", written.etag().is_empty(), false)?;
    equal("body", object.bytes().await? == body, true)
}

case!(CONTENT_TYPE, "bucket/a content type is kept, the body's own is the default", content_type);

async fn content_type(Stores { bucket, .. }: Stores) -> Checked {
    let text = bucket.put("content-type", "text").await?;
    equal("text", text.content_type(), Some("text/plain; charset=utf-8"))?;
    let json = bucket.put("content-type", Body::json(&1)?).await?;
    equal("json", json.content_type(), Some("application/json"))?;
    let bytes = bucket.put("content-type", vec![1]).await?;
    equal("bytes", bytes.content_type(), None)?;
    bucket.put("content-type", "x").content_type("image/svg+xml").await?;
    let head = there("head", bucket.head("content-type").await?)?;
    equal("explicit", head.content_type(), Some("image/svg+xml"))?;
    for wrong in ["", "a\nb", "ü"] {
        let put = bucket.put("content-type", "x").content_type(wrong).await;
        refused("wrong content type", put, ErrorKind::InvalidOption)?;
    }
    let head = there("head", bucket.head("content-type").await?)?;
    equal("after refusals", head.content_type(), Some("image/svg+xml"))
}

case!(EMPTY_BODY, "bucket/an empty body is an object", empty_body);

async fn empty_body(Stores { bucket, .. }: Stores) -> Checked {
    let written = bucket.put("empty", Body::empty()).await?;
    equal("size", written.size(), 0)?;
    let object = there("get", bucket.get("empty").await?)?;
    equal("body", object.bytes().await?.len(), 0)
}

case!(MISSING, "bucket/a missing object is none, and can be deleted", missing);

async fn missing(Stores { bucket, .. }: Stores) -> Checked {
    equal("get", bucket.get("missing").await?.is_none(), true)?;
    equal("head", bucket.head("missing").await?, None)?;
    Ok(bucket.delete("missing").await?)
}

case!(OVERWRITE, "bucket/a put replaces body, content type and metadata", overwrite);

async fn overwrite(Stores { bucket, .. }: Stores) -> Checked {
    let first = bucket.put("overwrite", "one").metadata("a", "1").await?;
    let second = bucket.put("overwrite", vec![2]).metadata("b", "2").await?;
    equal("etags differ", first.etag() == second.etag(), false)?;
    let object = there("get", bucket.get("overwrite").await?)?;
    equal("info", object.info(), &second)?;
    equal("old metadata", object.metadata().get("a"), None)?;
    equal("body", object.bytes().await?, vec![2])
}

case!(DELETE, "bucket/a deleted object is gone", delete);

async fn delete(Stores { bucket, .. }: Stores) -> Checked {
    bucket.put("delete", "x").await?;
    bucket.delete("delete").await?;
    equal("get", bucket.get("delete").await?.is_none(), true)
}

case!(CREATE_ONLY, "bucket/create-only refuses a taken key and changes nothing", create_only);

async fn create_only(Stores { bucket, .. }: Stores) -> Checked {
    bucket.delete("create").await?;
    let first = bucket.put("create", "first").if_not_exists().await?;
    let second = bucket.put("create", "second").if_not_exists().await;
    refused("second", second, ErrorKind::AlreadyExists)?;
    let object = there("get", bucket.get("create").await?)?;
    equal("info", object.info(), &first)?;
    equal("body", object.text().await?, "first")
}

case!(METADATA, "bucket/metadata comes back as it was, from put, head, get and list", metadata);

async fn metadata(Stores { bucket, .. }: Stores) -> Checked {
    let pairs = [("uploadedBy", "system-client"), ("ünï", "wert ✓"), ("e", "")];
    let mut put = bucket.put("metadata", "x");
    for (name, value) in pairs {
        put = put.metadata(name, value);
    }
    let written = put.await?;
    let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    equal("put", written.metadata(), &pairs)?;
    equal("head", there("head", bucket.head("metadata").await?)?.metadata(), &pairs)?;
    equal("get", there("get", bucket.get("metadata").await?)?.metadata(), &pairs)?;
    let page = bucket.list().prefix("metadata").await?;
    equal("list", there("list", page.items.first())?, &written)?;
    let put = bucket.put("metadata", "x").metadata("__proto__", "x").await;
    refused("a name that R2 drops", put, ErrorKind::InvalidOption)
}

/// The digests of `hello`, by every algorithm.
pub(in crate::conformance) const HELLO: [&str; 5] = [
    "md5:5d41402abc4b2a76b9719d911017c592",
    "sha1:aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d",
    "SHA256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
    "sha384:59e1748777448c69de6b800d7a33bbfb9ff1b463e44354c3553bcdb9c666fa90\
     125a3c79f90397bdf5f6a13de828684f",
    "sha512:9b71d224bd62f3785d96d46ad3ea3d73319bfbc2890caadae2dff72519673ca7\
     2323c3d99ba5c11d7c7acc6e14b8c5da0c4663475c2e5c3adef46f73bcdec043",
];

case!(CHECKSUMS, "bucket/a checksum that is right is kept as given", checksums);

async fn checksums(Stores { bucket, .. }: Stores) -> Checked {
    for checksum in HELLO.into_iter().chain(["crc32c:whatever", "no algorithm"]) {
        bucket.put("checksum", "hello").checksum(checksum).await?;
        let head = there("head", bucket.head("checksum").await?)?;
        equal("kept", head.metadata().get("checksum").map(String::as_str), Some(checksum))?;
    }
    Ok(())
}

case!(
    CHECKSUM_MISMATCH,
    "bucket/a checksum that is wrong or no digest is refused, and nothing is written",
    checksum_mismatch
);

async fn checksum_mismatch(Stores { bucket, .. }: Stores) -> Checked {
    bucket.delete("mismatch").await?;
    for checksum in HELLO {
        let put = bucket.put("mismatch", "Hello").checksum(checksum).await;
        refused(checksum, put, ErrorKind::ChecksumMismatch)?;
    }
    let put = bucket.put("mismatch", "hello").checksum("sha256:abc123").await;
    refused("short digest", put, ErrorKind::InvalidChecksum)?;
    let put = bucket.put("mismatch", "hello").checksum(HELLO[0]).metadata("checksum", "x").await;
    refused("taken name", put, ErrorKind::InvalidOption)?;
    equal("nothing is written", bucket.head("mismatch").await?, None)
}

/// Keys that something on the way might mistake for something else.
pub(in crate::conformance) const ODD: [&str; 12] = [
    "odd/../up",
    "odd/./dot",
    "odd//empty",
    "odd/trailing/",
    "odd/ space ",
    "odd/+%2F%00",
    "odd/?q=1#f",
    "odd/\u{1F980}",
    "odd/e\u{301}",
    "odd/\u{e9}",
    "odd/\"quotes'",
    "odd/\\back\\slash",
];

case!(ODD_KEYS, "bucket/odd keys are kept apart and come back as they were", odd_keys);

async fn odd_keys(Stores { bucket, .. }: Stores) -> Checked {
    for key in ODD {
        bucket.put(key, key).await?;
    }
    for key in ODD {
        let object = there(key, bucket.get(key).await?)?;
        equal("key", object.key(), key)?;
        equal("body", object.text().await?, key)?;
    }
    let page = bucket.list().prefix("odd/").await?;
    let mut expected = ODD;
    expected.sort_unstable();
    let keys: Vec<_> = page.items.iter().map(ObjectInfo::key).collect();
    equal("list", keys, expected.as_slice())
}

case!(LIST, "bucket/pages hold every object once, in order", list);

async fn list(Stores { bucket, .. }: Stores) -> Checked {
    let expected: Vec<String> = (0..25).map(|i| format!("list/{i:02}")).collect();
    for key in expected.iter().rev() {
        bucket.put(key, "x").await?;
    }
    bucket.put("list0", "a neighbour").await?;
    let pages = bucket.list().prefix("list/").limit(10).pages();
    pin_mut!(pages);
    let mut keys = Vec::new();
    while let Some(page) = pages.try_next().await? {
        equal("page size", page.items.len() <= 10, true)?;
        keys.extend(page.items.into_iter().map(|object| object.key().to_owned()));
    }
    equal("keys", keys, expected)?;
    let none = bucket.list().prefix("no such prefix").await?;
    equal("nothing", (none.items.len(), none.cursor), (0, None))
}

case!(DECODE, "bucket/a body is read as text or JSON, or refused if it is not", decode);

async fn decode(Stores { bucket, .. }: Stores) -> Checked {
    bucket.put("decode", Body::json(&[1, 2])?).await?;
    let json = there("get", bucket.get("decode").await?)?.json::<[u8; 2]>().await?;
    equal("json", json, [1, 2])?;
    bucket.put("decode", vec![0xff]).await?;
    let text = there("get", bucket.get("decode").await?)?.text().await;
    refused("text", text, ErrorKind::DecodeFailed)?;
    let json = there("get", bucket.get("decode").await?)?.json::<u8>().await;
    refused("json", json, ErrorKind::DecodeFailed)
}
