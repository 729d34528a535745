//! Many entries, and many requests at once.

use futures_util::future::join_all;
use futures_util::{StreamExt, TryStreamExt, pin_mut, stream};

use crate::ErrorKind;
use crate::conformance::{AT_ONCE, Checked, Stores, equal, refused, there};

case!(TEN_THOUSAND, "kv/10,000 entries are listed in order", ten_thousand);

async fn ten_thousand(Stores { kv, .. }: Stores) -> Checked {
    let expected: Vec<_> = (0..10_000).map(|i| format!("crowd/{i:04}")).collect();
    let writes: Vec<_> = expected.iter().rev().map(|key| kv.put(key, "x").into_future()).collect();
    stream::iter(writes).buffer_unordered(AT_ONCE).try_collect::<Vec<_>>().await?;
    kv.put("crowd0", "a neighbour").await?;
    let pages = kv.list().prefix("crowd/").pages();
    pin_mut!(pages);
    let mut keys = Vec::new();
    while let Some(page) = pages.try_next().await? {
        equal("page size", page.items.len() <= 1000, true)?;
        keys.extend(page.items.into_iter().map(|entry| entry.key().to_owned()));
    }
    equal("as many as were written", keys.len(), expected.len())?;
    equal("keys", keys == expected, true)
}

case!(WRITE_RACE, "kv/of 100 concurrent writes one stays as a whole", write_race);

async fn write_race(Stores { kv, .. }: Stores) -> Checked {
    let writes = (0..100).map(|i| {
        let put = kv.put("write-race", format!("{i}").repeat(1000)).metadata("i", format!("{i}"));
        put.into_future()
    });
    for written in join_all(writes).await {
        written?;
    }
    let entry = there("get", kv.get("write-race").await?)?;
    let winner = there("metadata", entry.metadata().get("i").cloned())?;
    equal("value and metadata", entry.text().await? == winner.repeat(1000), true)
}

case!(CREATE_RACE, "kv/of 100 concurrent creations one stays, which succeeded", create_race);

/// KV has no conditional write, so several may succeed: that is documented.
async fn create_race(Stores { kv, .. }: Stores) -> Checked {
    kv.delete("create-race").await?;
    let creations = (0..100).map(|i| {
        let put = kv.put("create-race", format!("{i}")).if_not_exists();
        async move { (format!("{i}"), put.await) }
    });
    let mut winners = Vec::new();
    for (i, result) in join_all(creations).await {
        match result {
            Ok(_) => winners.push(i),
            error => refused("loser", error, ErrorKind::AlreadyExists)?,
        }
    }
    let stayed = there("get", kv.get("create-race").await?)?.text().await?;
    equal("one that succeeded", winners.contains(&stayed), true)?;
    let late = kv.put("create-race", "late").if_not_exists().await;
    refused("once it is there", late, ErrorKind::AlreadyExists)
}
