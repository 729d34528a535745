//! When entries expire, and for how long answers are kept.

use std::time::{Duration, SystemTime};

use crate::conformance::{Checked, Stores, equal, refused, there};
use crate::kv::EntryInfo;
use crate::{ErrorKind, Kv, backend};

const SECOND: Duration = Duration::from_secs(1);

/// The longest time to live, in seconds.
const MAX: u32 = i32::MAX as u32;

case!(TTL_LIMIT, "kv/an entry lives for at least 60 seconds, or for ever", ttl_limit);

async fn ttl_limit(Stores { kv, .. }: Stores) -> Checked {
    let put = kv.put("ttl", "x").ttl(Duration::from_millis(59_999)).await;
    refused("under 60 s", put, ErrorKind::InvalidOption)?;
    let put = kv.put("ttl", "x").ttl((MAX + 1) * SECOND).await;
    refused("over 68 years", put, ErrorKind::InvalidOption)?;
    kv.put("ttl", "x").ttl(60 * SECOND).await?;
    kv.put("ttl", "x").ttl(MAX * SECOND).await?;
    kv.put("ttl", "x").never_expires().await?;
    equal("there", kv.get("ttl").await?.is_some(), true)
}

case!(AT, "kv/an entry expires at a time that is at least 60 seconds ahead", at);

async fn at(Stores { kv, .. }: Stores) -> Checked {
    kv.delete("expires-at").await?;
    let now = backend::now();
    for time in [SystemTime::UNIX_EPOCH, now - 3600 * SECOND, now, now + 59 * SECOND] {
        let put = kv.put("expires-at", "x").expires_at(time).await;
        refused("less than 60 s ahead", put, ErrorKind::InvalidOption)?;
    }
    equal("nothing is written", kv.head("expires-at").await?, None)?;
    let put = kv.put("expires-at", "x").expires_at(now + (MAX + 60) * SECOND).await;
    refused("too far ahead", put, ErrorKind::InvalidOption)?;
    // Beyond what 31 bits of seconds since 1970 tell.
    kv.put("expires-at", "x").expires_at(now + (MAX - 60) * SECOND).await?;
    let far = there("far", listed(&kv, "expires-at").await?.expires())?;
    equal("far", ahead(far, MAX - 60), true)?;
    // The clock goes on while this runs.
    let time = backend::whole_seconds(now) + 90 * SECOND;
    let written = kv.put("expires-at", "x").expires_at(time + SECOND / 2).await?;
    equal("put", written.expires(), Some(time))?;
    equal("list", listed(&kv, "expires-at").await?.expires(), Some(time))?;
    equal("there", kv.get("expires-at").await?.is_some(), true)
}

case!(TOLD, "kv/a listing tells when entries expire", told);

async fn told(Stores { kv, .. }: Stores) -> Checked {
    kv.put("expires", "x").await?;
    let declared = there("declared", listed(&kv, "expires").await?.expires())?;
    equal("declared", ahead(declared, 3600), true)?;
    kv.put("expires", "x").ttl(120 * SECOND).await?;
    let ttl = there("ttl", listed(&kv, "expires").await?.expires())?;
    equal("ttl", ahead(ttl, 120), true)?;
    let never = kv.put("expires", "x").never_expires().await?;
    equal("never", never.expires(), None)?;
    equal("never", listed(&kv, "expires").await?.expires(), None)
}

/// Whether the time is so many seconds ahead, as far as two clocks agree.
fn ahead(time: SystemTime, seconds: u32) -> bool {
    let expected = backend::now() + seconds * SECOND;
    (expected - 30 * SECOND..expected + 30 * SECOND).contains(&time)
}

async fn listed<D>(kv: &Kv<D>, key: &str) -> Checked<EntryInfo> {
    let page = kv.list().prefix(key).await?;
    there(key, page.items.into_iter().find(|entry| entry.key() == key))
}

case!(CACHE_TTL, "kv/answers are kept for at least 30 seconds", cache_ttl);

async fn cache_ttl(Stores { kv, .. }: Stores) -> Checked {
    kv.put("cached", "x").await?;
    let short = Duration::from_millis(29_999);
    refused("get", kv.get("cached").cache_ttl(short).await, ErrorKind::InvalidOption)?;
    refused("get_many", kv.get_many(["cached"]).cache_ttl(short).await, ErrorKind::InvalidOption)?;
    let entry = there("get", kv.get("cached").cache_ttl(30 * SECOND).await?)?;
    equal("get", entry.text().await?, "x")?;
    let found = kv.get_many(["cached"]).cache_ttl(30 * SECOND).await?;
    equal("get_many", found.len(), 1)
}
