//! Listings: delimiters, starts, what is included; and deletion of many.

use futures_util::{TryStreamExt, pin_mut};

use crate::ErrorKind;
use crate::bucket::{Include, ObjectInfo};
use crate::conformance::{Checked, Stores, equal, refused, there};

case!(DELIMITER, "bucket/a delimiter makes folders", delimiter);

async fn delimiter(Stores { bucket, .. }: Stores) -> Checked {
    for key in ["dir/a", "dir/b/1", "dir/b/2", "dir/c", "dir/d//1", "dir/e/"] {
        bucket.put(key, "x").await?;
    }
    let page = bucket.list().prefix("dir/").delimiter("/").await?;
    let keys: Vec<_> = page.items.iter().map(ObjectInfo::key).collect();
    equal("keys", keys, ["dir/a", "dir/c"].as_slice())?;
    equal("prefixes", page.prefixes, ["dir/b/", "dir/d/", "dir/e/"].map(str::to_owned).to_vec())?;
    let without = bucket.list().prefix("dir/").delimiter("").await?;
    equal("an empty delimiter is none", (without.items.len(), without.prefixes.len()), (6, 0))?;

    let pages = bucket.list().prefix("dir/").delimiter("/").limit(2).pages();
    pin_mut!(pages);
    let (mut keys, mut prefixes) = (Vec::new(), Vec::new());
    while let Some(page) = pages.try_next().await? {
        equal("at most the limit", page.items.len() + page.prefixes.len() <= 2, true)?;
        keys.extend(page.items.iter().map(|object| object.key().to_owned()));
        prefixes.extend(page.prefixes);
    }
    equal("keys of all pages", keys, ["dir/a", "dir/c"].map(str::to_owned).to_vec())?;
    let expected = ["dir/b/", "dir/d/", "dir/e/"].map(str::to_owned).to_vec();
    equal("prefixes of all pages", prefixes, expected)
}

case!(LONG_DELIMITER, "bucket/a delimiter can be any text", long_delimiter);

async fn long_delimiter(Stores { bucket, .. }: Stores) -> Checked {
    for key in ["any/a--1", "any/a--2", "any/a-1", "any/ü\u{1F980}1"] {
        bucket.put(key, "x").await?;
    }
    for (delimiter, keys, prefix) in [("--", 2, "any/a--"), ("\u{1F980}", 3, "any/ü\u{1F980}")] {
        let page = bucket.list().prefix("any/").delimiter(delimiter).await?;
        equal(delimiter, (page.items.len(), page.prefixes), (keys, vec![prefix.to_owned()]))?;
    }
    Ok(())
}

case!(START_AFTER, "bucket/a listing can start behind a key", start_after);

async fn start_after(Stores { bucket, .. }: Stores) -> Checked {
    for key in ["start/a", "start/b", "start/c"] {
        bucket.put(key, "x").await?;
    }
    let list = |key: &str| bucket.list().prefix("start/").start_after(key);
    for (key, expected) in [
        ("", &["start/a", "start/b", "start/c"][..]),
        ("start/a", &["start/b", "start/c"]),
        ("start/aa", &["start/b", "start/c"]),
        ("start/c", &[]),
        ("a", &["start/a", "start/b", "start/c"]),
        ("z", &[]),
    ] {
        let page = list(key).await?;
        let keys: Vec<_> = page.items.iter().map(ObjectInfo::key).collect();
        equal(key, keys, expected)?;
    }
    let pages = list("start/a").limit(1).pages();
    pin_mut!(pages);
    let mut count = 0;
    while let Some(page) = pages.try_next().await? {
        count += page.items.len();
    }
    equal("of all pages", count, 2)
}

case!(INCLUDE, "bucket/a listing can leave out what is not wanted", include);

async fn include(Stores { bucket, .. }: Stores) -> Checked {
    let put = bucket.put("include", "text").cache_control("no-cache").metadata("a", "b");
    let written = put.await?;
    let page = bucket.list().prefix("include").await?;
    equal("everything", there("object", page.items.first())?, &written)?;
    let page = bucket.list().prefix("include").include(Include::NONE).await?;
    let object = there("object", page.items.first())?;
    equal("etag", object.etag(), written.etag())?;
    equal("size", object.size(), 4)?;
    equal("content type", object.content_type(), None)?;
    equal("metadata", object.metadata().len(), 0)
}

case!(DELETE_MANY, "bucket/many objects are deleted at once", delete_many);

async fn delete_many(Stores { bucket, .. }: Stores) -> Checked {
    let keys: Vec<String> = (0..12).map(|i| format!("many/{i:04}")).collect();
    for key in &keys {
        bucket.put(key, "x").await?;
    }
    // More than the platform takes at once; most are not there.
    let not_there = (0..1500).map(|i| format!("many-missing/{i}"));
    let some = keys.iter().take(10).cloned();
    bucket.delete_many(not_there.chain(some)).await?;
    let left = bucket.list().prefix("many/").await?;
    equal("left", left.items.len(), 2)?;
    bucket.delete_many(Vec::<String>::new()).await?;
    let refusal = bucket.delete_many(["many/0010", ""]).await;
    refused("an invalid key", refusal, ErrorKind::InvalidKey)?;
    equal("nothing is deleted", bucket.head("many/0010").await?.is_some(), true)
}

case!(DELETE_PREFIX, "bucket/all objects under a prefix are deleted", delete_prefix);

async fn delete_prefix(Stores { bucket, .. }: Stores) -> Checked {
    for i in 0..120 {
        bucket.put(format!("tree/{i}"), "x").await?;
    }
    bucket.put("tree", "x").await?;
    equal("deleted", bucket.delete_prefix("tree/").await?, 120)?;
    equal("a neighbour stays", bucket.head("tree").await?.is_some(), true)?;
    equal("nothing to delete", bucket.delete_prefix("tree/").await?, 0)?;
    refused("everything", bucket.delete_prefix("").await, ErrorKind::InvalidOption)
}
