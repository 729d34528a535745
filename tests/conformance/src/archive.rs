//! Archives on real buckets, compressed by the platform: cases that look into what is stored.

use futures_util::{StreamExt as _, TryStreamExt as _};
use storage::archive::{Archive, Damage, Partition, SEGMENT_BYTES_MAX, at_millis, millis};
use storage::conformance::{Objects, SealedObjects};
use storage::{Bucket, ErrorKind};

const NAMES: [&str; 6] = [
    "records_come_back_in_the_order_of_time",
    "encrypted_records_come_back_in_the_order_of_time",
    "a_large_archive_comes_back",
    "writers_at_once_overwrite_nothing",
    "a_segment_that_was_changed_is_told",
    "a_foreign_object_is_told",
];

/// 2026-11-21T15:00:00Z.
const HOUR_15: u64 = 1_795_273_200_000;
const HOUR: u64 = 3_600_000;

/// The names of the cases.
pub(crate) fn names() -> String {
    NAMES.join("\n")
}

/// Runs a case on these buckets, and says what is wrong.
pub(crate) async fn run(
    name: &str,
    bucket: &Bucket<Objects>,
    sealed: &Bucket<SealedObjects>,
) -> Result<(), String> {
    let plain = Archive::new(bucket).prefix(format!("archive/{name}"));
    bucket.delete_prefix("archive/").await.map_err(told)?;
    match name {
        "records_come_back_in_the_order_of_time" => in_order(plain).await,
        "encrypted_records_come_back_in_the_order_of_time" => {
            sealed.delete_prefix("archive/").await.map_err(told)?;
            in_order(Archive::new(sealed).prefix("archive/sealed")).await
        }
        "a_large_archive_comes_back" => large(plain).await,
        "writers_at_once_overwrite_nothing" => at_once(plain).await,
        "a_segment_that_was_changed_is_told" => changed(plain, bucket).await,
        "a_foreign_object_is_told" => foreign(plain, bucket, name).await,
        _ => Err("there is no such case".to_owned()),
    }
}

/// Numbers that nobody would call an order.
fn shuffled(count: u64) -> impl Iterator<Item = u64> + Clone {
    (0..count).map(move |at| at * 7_919 % count)
}

async fn in_order<D>(archive: Archive<D>) -> Result<(), String> {
    const COUNT: u64 = 1_000;
    for archive in [archive.clone().partition(Partition::Day).prefix("archive/days"), archive] {
        let numbers: Vec<_> = shuffled(COUNT).collect();
        for batch in numbers.chunks(250) {
            let batch = batch.iter().map(|number| (time(*number), (number, "\u{fc}\n\u{1f600}")));
            archive.append(batch).await.map_err(told)?;
        }
        for (from, to) in [(0, COUNT), (10, 500), (499, 500), (500, 500), (900, 2 * COUNT)] {
            let found = archive.read::<(u64, String)>(time(from)..time(to)).stream();
            let found: Vec<_> = found.try_collect().await.map_err(told)?;
            let numbers = found.iter().map(|found| found.record.0);
            equal(numbers.collect::<Vec<_>>(), (from..to.min(COUNT)).collect())?;
            let right = found.iter().all(|found| {
                found.record.1 == "\u{fc}\n\u{1f600}" && found.time == time(found.record.0)
            });
            equal(right, true)?;
        }
    }
    Ok(())
}

/// Over three hours.
fn time(number: u64) -> std::time::SystemTime {
    at_millis(HOUR_15 + number * HOUR / 400)
}

async fn large<D>(archive: Archive<D>) -> Result<(), String> {
    const COUNT: u64 = 40;
    let text = |number: u64| {
        let mut state = number + 1;
        let next = |_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            char::from(b' ' + (state >> 57) as u8 % 90)
        };
        (0..SEGMENT_BYTES_MAX / 8).map(next).collect::<String>()
    };
    let mut writer = archive.writer();
    for number in 0..COUNT {
        writer.push(at_millis(HOUR_15 + number), &text(number)).await.map_err(told)?;
    }
    let appended = writer.finish().await.map_err(told)?;
    equal(appended.segments().len() > 4, true)?;
    let mut records = archive.read::<String>(..).stream();
    for number in 0..COUNT {
        let found = records.try_next().await.map_err(told)?.ok_or("a record is missing")?;
        equal(millis(found.time), Some(HOUR_15 + number))?;
        equal(found.record == text(number), true)?;
    }
    equal(records.next().await.is_none(), true)
}

async fn at_once<D>(archive: Archive<D>) -> Result<(), String> {
    let append = |number: u64| archive.append([(at_millis(HOUR_15), number)]).into_future();
    futures_util::future::try_join_all((0..30).map(append)).await.map_err(told)?;
    let found: Vec<_> = archive.read::<u64>(..).stream().try_collect().await.map_err(told)?;
    let mut numbers: Vec<_> = found.into_iter().map(|found| found.record).collect();
    numbers.sort_unstable();
    equal(numbers, (0..30).collect())
}

#[expect(clippy::indexing_slicing, reason = "the places are of the bytes themselves")]
async fn changed(archive: Archive<Objects>, bucket: &Bucket<Objects>) -> Result<(), String> {
    let appended = archive.append([(at_millis(HOUR_15), "first")]).await.map_err(told)?;
    archive.append([(at_millis(HOUR_15 + 1), "last")]).await.map_err(told)?;
    let key = appended.segments().first().ok_or("nothing was written")?.key();
    let stored = bucket.get(key).await.map_err(told)?.ok_or("it is not there")?;
    let stored = stored.bytes().await.map_err(told)?.to_vec();
    let mut bodies: Vec<_> = (0..stored.len()).map(|len| (stored[..len].to_vec(), false)).collect();
    // Some bits of a file of gzip mean nothing: its time, those that fill up a byte, the length of a code that is not
    // used. What is read then is what was written: the checksum sees to that.
    bodies.extend((0..stored.len()).map(|at| {
        let mut changed = stored.clone();
        changed[at] ^= 0x10;
        (changed, true)
    }));
    bodies.push(([stored.as_slice(), b"x"].concat(), false));
    bodies.push(([stored.as_slice(), &stored].concat(), false));
    let mut unharmed = 0;
    for (body, is_same_length) in bodies {
        let said = format!("{body:?}");
        bucket.put(key, body).await.map_err(told)?;
        let found: Vec<_> = archive.read::<String>(..).lenient().stream().collect().await;
        match found.as_slice() {
            [Err(error), Ok(last)] => {
                equal(error.kind(), ErrorKind::DecodeFailed)?;
                equal(Damage::of(error).map(Damage::key), Some(key))?;
                equal(last.record.as_str(), "last")?;
            }
            [Ok(first), Ok(last)] if is_same_length => {
                unharmed += 1;
                equal((first.record.as_str(), last.record.as_str()), ("first", "last"))?;
                equal(first.time, at_millis(HOUR_15))?;
            }
            _ => return Err(format!("{found:?} of {said}")),
        }
    }
    // The time, the system, and few more.
    equal(unharmed < 16, true)?;
    Ok(())
}

async fn foreign(
    archive: Archive<Objects>,
    bucket: &Bucket<Objects>,
    name: &str,
) -> Result<(), String> {
    archive.append([(at_millis(HOUR_15), "a record")]).await.map_err(told)?;
    let key = format!("archive/{name}/2026/11/21/15/notes.txt");
    bucket.put(&key, "whose is this?").await.map_err(told)?;
    let found: Vec<_> = archive.read::<String>(..).lenient().stream().collect().await;
    // It has no time, so it has no place in the order.
    let ([Ok(_), Err(error)] | [Err(error), Ok(_)]) = found.as_slice() else {
        return Err(format!("{found:?}"));
    };
    equal(Damage::of(error).map(Damage::key), Some(key.as_str()))?;
    let strict = archive.read::<String>(..).stream().try_collect::<Vec<_>>().await;
    equal(strict.map_err(|error| error.kind()).err(), Some(ErrorKind::DecodeFailed))
}

#[expect(clippy::needless_pass_by_value, reason = "what is compared is made for it")]
fn equal<T: PartialEq + std::fmt::Debug>(is: T, should: T) -> Result<(), String> {
    if is == should { Ok(()) } else { Err(format!("{is:?}, not {should:?}")) }
}

#[expect(clippy::needless_pass_by_value, reason = "it is what errors are mapped with")]
fn told(error: storage::Error) -> String {
    format!("{error:?}")
}
