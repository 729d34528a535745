//! What a write can say of an object, and what it then says of itself.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use crate::bucket::{
    Conditions, CustomerKey, HttpMetadata, ListOptions, PutOptions, StorageClass, UploadOptions,
};
use crate::checksum::Algorithm;
use crate::conformance::{
    Checked, Stores, difference, equal, refused, there, unless_refused, unless_simulated,
};
use crate::{ErrorKind, Key};

case!(ALL_AT_ONCE, "bucket/options can be given all at once", all_at_once);

async fn all_at_once(Stores { bucket, .. }: Stores) -> Checked {
    let mut put = PutOptions::default();
    (put.http, put.metadata) = (everything(), one_pair());
    put.checksum = Some("md5:5d41402abc4b2a76b9719d911017c592".to_owned());
    put.conditions = Conditions::not_exists();
    bucket.delete("options").await?;
    let request = || bucket.put("options", "hello").content_type("is/replaced");
    let written = request().options(put.clone()).await?;
    refused("again", request().options(put).await, ErrorKind::AlreadyExists)?;
    equal("http", written.http_metadata(), &everything())?;
    equal("metadata", written.metadata().get("by").map(String::as_str), Some("me"))?;
    equal("checksum", written.metadata().contains_key("checksum"), true)?;
    equal("digest", written.checksums().get(Algorithm::Md5).is_some(), true)?;

    let mut list = ListOptions::default();
    (list.prefix, list.limit) = (Some("options".to_owned()), Some(1));
    list.start_after = Some("option".to_owned());
    let page = bucket.list().prefix("is replaced").options(list).await?;
    equal("listed", there("object", page.items.first())?.key(), "options")
}

case!(OF_UPLOADS, "bucket/an upload in parts has every option of a put", of_uploads);

async fn of_uploads(Stores { bucket, .. }: Stores) -> Checked {
    let mut options = UploadOptions::default();
    (options.http, options.metadata) = (everything(), one_pair());
    let begin = || bucket.upload("upload-options");
    let one_by_one = begin().content_type("text/html").content_language("de");
    let one_by_one = one_by_one.content_disposition("inline").content_encoding("br");
    let one_by_one = one_by_one.cache_control("no-cache").expires(expires()).metadata("by", "me");
    for begin in [begin().content_type("is/replaced").options(options), one_by_one] {
        let upload = begin.await?;
        let part = upload.part(1, "x").await?;
        let written = upload.complete([part]).await?;
        let head = there("head", bucket.head("upload-options").await?)?;
        equal("head", &head, &written)?;
        equal("http", head.http_metadata(), &everything())?;
        equal("metadata", head.metadata(), &one_pair())?;
    }
    refused("type", begin().content_type("ü").await, ErrorKind::InvalidOption)?;
    refused("name", begin().metadata("__proto__", "x").await, ErrorKind::InvalidOption)?;
    let long = begin().metadata("n", "x".repeat(8192)).await;
    refused("metadata", long, ErrorKind::MetadataTooLarge)?;
    refused("key", bucket.upload("").await, ErrorKind::InvalidKey)?;
    refused("key", bucket.resume_upload("", "id"), ErrorKind::InvalidKey)
}

case!(STORAGE_CLASS, "bucket/an object is of the storage class it was written with", storage_class);

async fn storage_class(Stores { bucket, .. }: Stores) -> Checked {
    let class = StorageClass::InfrequentAccess;
    let written = bucket.put("class", "x").storage_class(class).await?;
    let found = written.storage_class();
    unless_simulated(found == StorageClass::Standard, &difference::STORAGE_CLASS)?;
    equal("put", found, class)?;
    equal("head", there("head", bucket.head("class").await?)?.storage_class(), class)?;
    let copied = there("copy", bucket.copy("class", "class-copy").await?)?;
    equal("copy", copied.storage_class(), class)?;
    let upload = bucket.upload("class").storage_class(class).await?;
    let part = upload.part(1, "x").await?;
    equal("upload", upload.complete([part]).await?.storage_class(), class)?;
    let class = StorageClass::Standard;
    let back = bucket.put("class", "x").storage_class(class).await?;
    equal("back", back.storage_class(), class)
}

case!(
    CUSTOMER_KEY,
    "bucket/an object with a customer key is read with that key only",
    customer_key
);

async fn customer_key(Stores { bucket, .. }: Stores) -> Checked {
    let (key, other) = (CustomerKey::new([7; 32]), CustomerKey::new([8; 32]));
    let put = bucket.put("customer", "secret").customer_key(key.clone()).await;
    unless_refused("customer keys", put)?;
    let get = || bucket.get("customer");
    let with_key = there("get", get().customer_key(key.clone()).await?)?;
    equal("with the key", with_key.text().await?, "secret")?;
    let upload = bucket.upload("customer").customer_key(key.clone()).await?;
    let upload = bucket.resume_upload("customer", upload.id())?.customer_key(key.clone());
    let part = upload.part(1, "in parts").await?;
    upload.complete([part]).await?;
    let in_parts = there("get", get().customer_key(key).await?)?;
    equal("in parts", in_parts.text().await?, "in parts")?;
    let without = get().await;
    unless_simulated(without.is_ok(), &difference::CUSTOMER_KEYS)?;
    equal("with another", get().customer_key(other).await.is_err(), true)
}

case!(HTTP_HEADERS, "bucket/an object says what an HTTP response needs", http_headers);

async fn http_headers(Stores { bucket, .. }: Stores) -> Checked {
    let put = bucket.put("headers", "0123456789").content_type("x/y").cache_control("no-store");
    let etag = format!("\"{}\"", put.await?.etag());
    let whole = there("get", bucket.get("headers").await?)?;
    equal("status", whole.http_status(), 200)?;
    let headers = BTreeMap::from_iter(whole.http_headers());
    let header = |name: &str| headers.get(name).map(String::as_str);
    equal("length", header("content-length"), Some("10"))?;
    equal("etag", header("etag"), Some(etag.as_str()))?;
    equal("type", header("content-type"), Some("x/y"))?;
    equal("cache control", header("cache-control"), Some("no-store"))?;
    equal("time", header("last-modified").is_some_and(|date| date.ends_with(" GMT")), true)?;
    equal("range", header("content-range"), None)?;
    let part = there("get", bucket.get("headers").range(2..5).await?)?;
    equal("status of a part", part.http_status(), 206)?;
    let headers = BTreeMap::from_iter(part.http_headers());
    equal("length", headers.get("content-length").map(String::as_str), Some("3"))?;
    equal("range", headers.get("content-range").map(String::as_str), Some("bytes 2-4/10"))
}

#[derive(Debug, PartialEq, Key)]
#[key("typed/{user}/{file}")]
struct File {
    user: u64,
    file: String,
}

case!(TYPED_KEYS, "bucket/a typed key is a key, and a place in listings", typed_keys);

async fn typed_keys(Stores { bucket, .. }: Stores) -> Checked {
    let file = |user, file: &str| File { user, file: file.to_owned() };
    for user in [1, 10] {
        bucket.put(file(user, "a"), "x").await?;
    }
    equal("head", bucket.head(file(1, "a")).await?.is_some(), true)?;
    let page = bucket.list().prefix(File::prefix((1,))).await?;
    let keys: Vec<_> = page.items.iter().map(|object| File::parse(object.key())).collect();
    equal("keys", keys.into_iter().collect::<Result<Vec<_>, _>>()?, vec![file(1, "a")])?;
    refused("a slash", bucket.get(file(1, "../a")).await, ErrorKind::InvalidKey)?;
    equal("deleted", bucket.delete_prefix(File::prefix((10,))).await?, 1)
}

/// A value for each field.
fn everything() -> HttpMetadata {
    HttpMetadata {
        content_type: Some("text/html".to_owned()),
        content_language: Some("de".to_owned()),
        content_disposition: Some("inline".to_owned()),
        content_encoding: Some("br".to_owned()),
        cache_control: Some("no-cache".to_owned()),
        expires: Some(expires()),
    }
}

fn expires() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(2_000_000_000)
}

fn one_pair() -> BTreeMap<String, String> {
    BTreeMap::from([("by".to_owned(), "me".to_owned())])
}
