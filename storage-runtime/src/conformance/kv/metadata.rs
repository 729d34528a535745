//! What is kept beside a value.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::foreign;
use crate::ErrorKind;
use crate::conformance::{Checked, Stores, equal, refused, there};
use crate::kv::{Metadata, PutOptions};

case!(METADATA, "kv/metadata comes back as it was, from put, head, get and list", metadata);

async fn metadata(Stores { kv, .. }: Stores) -> Checked {
    let pairs =
        [("uploadedBy", "system-client"), ("ünï", "wert ✓"), ("~s", "x"), ("__proto__", "")];
    let mut put = kv.put("metadata", "x");
    for (name, value) in pairs {
        put = put.metadata(name, value);
    }
    let written = put.await?;
    let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    equal("put", written.metadata(), &pairs)?;
    let head = there("head", kv.head("metadata").await?)?;
    equal("head", head.metadata(), &pairs)?;
    equal("get", there("get", kv.get("metadata").await?)?.metadata(), &pairs)?;
    let page = kv.list().prefix("metadata").await?;
    let listed = there("list", page.items.first())?;
    equal("list", (listed.metadata(), listed.etag()), (&pairs, head.etag()))
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Image {
    width: u32,
    ratio: f64,
    least: i64,
    most: u64,
    huge: i128,
    tags: Vec<String>,
    of: Option<BTreeMap<String, bool>>,
}

case!(OF_A_TYPE, "kv/metadata of any type comes back exact, from head, get and list", of_a_type);

async fn of_a_type(Stores { kv, .. }: Stores) -> Checked {
    let image = Image {
        width: 160,
        ratio: 16.0 / 9.0,
        least: i64::MIN,
        most: u64::MAX,
        huge: i128::MAX,
        tags: vec!["a\"\\9007199254740993".to_owned(), "✓".to_owned()],
        of: Some([("x".to_owned(), true)].into()),
    };
    let written = kv.put("typed-metadata", "x").metadata_from(&image).await?;
    equal("put", written.metadata_as::<Image>()?.as_ref(), Some(&image))?;
    equal(
        "field",
        written.metadata().get("most").map(String::as_str),
        Some("18446744073709551615"),
    )?;
    let head = there("head", kv.head("typed-metadata").await?)?;
    equal("head", head.metadata_as::<Image>()?.as_ref(), Some(&image))?;
    equal("fields", head.metadata(), written.metadata())?;
    let entry = there("get", kv.get("typed-metadata").await?)?;
    equal("get", entry.metadata_as::<Image>()?.as_ref(), Some(&image))?;
    let page = kv.list().prefix("typed-metadata").await?;
    let listed = there("list", page.items.first())?;
    equal("list", listed.metadata_as::<Image>()?.as_ref(), Some(&image))?;
    refused("another type", head.metadata_as::<u8>(), ErrorKind::DecodeFailed)
}

case!(OF_ANY_JSON, "kv/metadata is any JSON, null is none", of_any_json);

async fn of_any_json(Stores { kv, .. }: Stores) -> Checked {
    let values = [
        json!({}),
        json!([1, 1.5, -0.25, 1e300, 3.0, "x", null, { "": {} }]),
        json!("text"),
        json!(0),
        json!(false),
        json!({ "10": 1, "9": 2, "~s": [1, 2], "m": 3, "j": "4", "__proto__": { "a": 1 } }),
    ];
    for value in values {
        kv.put("any-metadata", "x").metadata_from(&value).await?;
        let head = there("head", kv.head("any-metadata").await?)?;
        equal("size is ours", head.size(), Some(1))?;
        equal("metadata", head.metadata_as::<Value>()?, Some(value))?;
    }
    kv.put("any-metadata", "x").metadata_from(&()).await?;
    let head = there("head", kv.head("any-metadata").await?)?;
    equal("null", head.metadata_as::<Value>()?, None)?;
    let keys = BTreeMap::from([((1, 2), 3)]);
    let put = kv.put("any-metadata", "x").metadata_from(&keys).metadata("a", "1").await;
    refused("keys that are no text", put, ErrorKind::EncodeFailed)
}

case!(WITH_NAMES, "kv/names and a checksum go into metadata that is an object", with_names);

async fn with_names(Stores { kv, .. }: Stores) -> Checked {
    let put = || kv.put("named-metadata", "x").metadata_from(&json!({ "a": 1 }));
    put().metadata("b", "2").checksum("crc32c:x").await?;
    let head = there("head", kv.head("named-metadata").await?)?;
    let expected = json!({ "a": 1, "b": "2", "checksum": "crc32c:x" });
    equal("all", head.metadata_as::<Value>()?, Some(expected))?;
    refused("taken", put().metadata("a", "2").await, ErrorKind::InvalidOption)?;
    let list = kv.put("named-metadata", "x").metadata_from(&[1]).metadata("a", "2").await;
    refused("no object", list, ErrorKind::InvalidOption)
}

case!(FOREIGN, "kv/metadata of other programs is readable", of_others);

async fn of_others(Stores { kv, .. }: Stores) -> Checked {
    for (json, value) in [
        (r#"{"by":"another","n":[1,2]}"#, Some(json!({ "by": "another", "n": [1, 2] }))),
        ("[1]", Some(json!([1]))),
        ("\"text\"", Some(json!("text"))),
    ] {
        foreign(&kv, "foreign-metadata", vec![1, 2], json).await?;
        let entry = there("get", kv.get("foreign-metadata").await?)?;
        equal("metadata", entry.metadata_as::<Value>()?, value)?;
        equal("etag", entry.etag(), None)?;
        equal("size", entry.size(), Some(2))?;
        equal("uploaded", entry.uploaded(), None)?;
        let head = there("head", kv.head("foreign-metadata").await?)?;
        equal("fields", head.metadata(), entry.metadata())?;
        equal("size of head", head.size(), None)?;
    }
    let head = there("head", kv.head("foreign-metadata").await?)?;
    equal("text is no field", head.metadata().len(), 0)
}

case!(LIMIT, "kv/metadata has at most 1,024 bytes of JSON with what the library keeps", limit);

async fn limit(Stores { kv, .. }: Stores) -> Checked {
    kv.delete("metadata-limit").await?;
    let (etag, millis) = ("0".repeat(32), "0".repeat(13));
    let ours = format!(r#"{{"~s":[1,1,"{etag}",{millis},""],"m":""}}"#).len();
    for len in [1024 - ours + 1, 1024] {
        let put = kv.put("metadata-limit", vec![1]).metadata_from(&"x".repeat(len)).await;
        refused("too large", put, ErrorKind::MetadataTooLarge)?;
    }
    equal("nothing is written", kv.head("metadata-limit").await?, None)?;
    let largest = "x".repeat(1024 - ours);
    kv.put("metadata-limit", vec![1]).metadata_from(&largest).await?;
    let head = there("head", kv.head("metadata-limit").await?)?;
    equal("largest", head.metadata_as::<String>()?, Some(largest))?;
    let mut named = Metadata::default();
    named.insert("name", "x".repeat(900));
    let options = PutOptions { metadata: named, ..PutOptions::default() };
    kv.put("metadata-limit", "text").options(options).await?;
    Ok(())
}
