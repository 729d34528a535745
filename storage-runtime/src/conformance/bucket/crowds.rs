//! Many objects, and many requests at once.

use futures_util::future::{join, join_all};
use futures_util::{StreamExt, TryStreamExt, pin_mut, stream};

use crate::conformance::{AT_ONCE, Checked, Stores, equal, failed, refused, there};
use crate::{Bucket, ErrorKind};

case!(CREATE_RACE, "bucket/of 100 concurrent creations exactly one succeeds", create_race);

async fn create_race(Stores { bucket, .. }: Stores) -> Checked {
    bucket.delete("race").await?;
    let creations = (0..100).map(|i| {
        let put = bucket.put("race", format!("{i}")).if_not_exists();
        async move { (i, put.await) }
    });
    let mut winner = None;
    for (i, result) in join_all(creations).await {
        match result {
            Ok(_) if winner.is_none() => winner = Some(i),
            Ok(_) => return Err(failed(format!("{winner:?} and {i} both succeeded"))),
            error => refused("loser", error, ErrorKind::AlreadyExists)?,
        }
    }
    let winner = there("winner", winner)?;
    let object = there("get", bucket.get("race").await?)?;
    equal("body", object.text().await?, format!("{winner}"))
}

case!(READ_RACE, "bucket/a read beside writes is of one of them as a whole", read_race);

async fn read_race(Stores { bucket, .. }: Stores) -> Checked {
    let body = |i: u8| vec![i; 1000 + usize::from(i) * 1000];
    bucket.put("read-race", body(0)).await?;
    let writes = (1..=30).map(|i| bucket.put("read-race", body(i)).into_future());
    let reads = (0..30).map(|_| whole(&bucket, "read-race"));
    let (written, read) = join(join_all(writes), join_all(reads)).await;
    for written in written {
        written?;
    }
    for bytes in read {
        let bytes = bytes?;
        let first = *there("first byte", bytes.first())?;
        equal("one write", bytes == body(first), true)?;
    }
    Ok(())
}

/// The bytes of an object that is said to have so many.
async fn whole<D>(bucket: &Bucket<D>, key: &str) -> Checked<Vec<u8>> {
    let object = there("get", bucket.get(key).await?)?;
    let size = object.size();
    let bytes = object.bytes().await?.to_vec();
    equal("size", bytes.len() as u64, size)?;
    Ok(bytes)
}

case!(TEN_THOUSAND, "bucket/10,000 objects are listed in order, and deleted", ten_thousand);

async fn ten_thousand(Stores { bucket, .. }: Stores) -> Checked {
    bucket.delete_prefix("crowd/").await?;
    let expected: Vec<_> = (0..10_000).map(|i| format!("crowd/{i:04}")).collect();
    let writes: Vec<_> =
        expected.iter().rev().map(|key| bucket.put(key, "x").into_future()).collect();
    stream::iter(writes).buffer_unordered(AT_ONCE).try_collect::<Vec<_>>().await?;
    bucket.put("crowd0", "a neighbour").await?;
    let pages = bucket.list().prefix("crowd/").pages();
    pin_mut!(pages);
    let mut keys = Vec::new();
    while let Some(page) = pages.try_next().await? {
        equal("page size", page.items.len() <= 1000, true)?;
        keys.extend(page.items.into_iter().map(|object| object.key().to_owned()));
    }
    equal("as many as were written", keys.len(), expected.len())?;
    equal("keys", keys == expected, true)?;
    equal("deleted", bucket.delete_prefix("crowd/").await?, 10_000)
}
