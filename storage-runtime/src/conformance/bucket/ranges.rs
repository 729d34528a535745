//! Reads of parts of objects.

use crate::ErrorKind;
use crate::bucket::Get;
use crate::conformance::{Checked, Stores, equal, refused, there};

case!(RANGES, "bucket/a read can be of some bytes", ranges);

async fn ranges(Stores { bucket, .. }: Stores) -> Checked {
    let body: Vec<u8> = (0..=255).collect();
    let written = bucket.put("range", body.clone()).await?;
    let get = || bucket.get("range");
    let cases: [(&str, Get, std::ops::Range<u64>); 9] = [
        ("all", get(), 0..256),
        ("..", get().range(..), 0..256),
        ("middle", get().range(10..20), 10..20),
        ("inclusive", get().range(10..=20), 10..21),
        ("one byte", get().range(255..256), 255..256),
        ("from", get().range(250..), 250..256),
        ("cut at the end", get().range(250..1000), 250..256),
        ("last", get().last(6), 250..256),
        ("last of more than there is", get().last(1000), 0..256),
    ];
    for (name, get, range) in cases {
        let object = there(name, get.await?)?;
        equal(name, object.range(), range.clone())?;
        equal("size is of the whole", object.size(), 256)?;
        equal("etag is of the whole", object.etag(), written.etag())?;
        let expected: Vec<u8> = range.filter_map(|byte| u8::try_from(byte).ok()).collect();
        equal(name, object.bytes().await?, expected)?;
    }
    Ok(())
}

case!(NO_SUCH_RANGE, "bucket/a range without a byte of the object is refused", no_such_range);

async fn no_such_range(Stores { bucket, .. }: Stores) -> Checked {
    bucket.put("no-range", "0123456789").await?;
    let get = || bucket.get("no-range");
    for range in [10.., 50.., u64::MAX..] {
        let open = get().range(range.clone()).await;
        refused("no end", open, ErrorKind::RangeNotSatisfiable)?;
        let closed = get().range(range.start..range.start.saturating_add(10)).await;
        refused("an end", closed, ErrorKind::RangeNotSatisfiable)?;
    }
    for get in [get().range(5..5), get().last(0)] {
        refused("no byte", get.await, ErrorKind::RangeNotSatisfiable)?;
    }
    bucket.put("no-range-empty", "").await?;
    let empty = || bucket.get("no-range-empty");
    for get in [empty().range(..), empty().range(0..1), empty().range(5..), empty().last(5)] {
        refused("of an empty object", get.await, ErrorKind::RangeNotSatisfiable)?;
    }
    let missing = bucket.get("no-range-missing").range(5..).await?;
    equal("of a missing object", missing.is_none(), true)
}
