//! An archive is what a list of records would be, and what somebody put beside it or changed is told.

mod damage;
mod flaky;
mod model;
mod writers;

use bytes::Bytes;
use futures_util::TryStreamExt;
use serde::de::DeserializeOwned;
use storage_core::ErrorKind;

use super::time::{DAY, HOUR};
use super::{
    Archive, BATCH_BYTES_MAX, Partition, RECORD_BYTES_MAX, SEGMENT_BYTES_MAX, TimeRange, at_millis,
};
use crate::bucket::Bucket;
use crate::error::Result;

#[crate::bucket(name = "logs")]
struct Logs;

#[crate::bucket(name = "sealed-logs", encryption(secret = "LOG_KEYS"), delete_after_days = 30)]
struct SealedLogs;

#[cfg(feature = "local")]
#[crate::app(name = "plain-archive")]
struct PlainApp {
    logs: Bucket<Logs>,
}

#[crate::app(name = "archive")]
struct App {
    logs: Bucket<Logs>,
    sealed: Bucket<SealedLogs>,
}

/// 2026-11-21T15:00:00Z.
const HOUR_15: u64 = 1_795_273_200_000;

fn logs() -> Bucket<Logs> {
    App::memory().logs
}

/// What is read, each record with its time.
async fn read<D, T: DeserializeOwned + Send + 'static>(
    archive: &Archive<D>,
    range: impl Into<TimeRange>,
) -> Result<Vec<(u64, T)>> {
    let records = archive.read::<T>(range).stream();
    let records = records.map_ok(|found| (super::millis(found.time).unwrap(), found.record));
    records.try_collect().await
}

async fn keys<D>(bucket: &Bucket<D>) -> Vec<String> {
    let page = bucket.list().await.unwrap();
    page.items.iter().map(|object| object.key().to_owned()).collect()
}

#[tokio::test]
async fn no_records_are_no_segment() {
    let logs = logs();
    let archive = Archive::new(&logs);
    let appended = archive.append::<String>([]).await.unwrap();
    assert_eq!((appended.records(), appended.segments()), (0, &[][..]));
    let appended = archive.writer().finish().await.unwrap();
    assert_eq!((appended.records(), appended.segments()), (0, &[][..]));
    assert_eq!(keys(&logs).await, [""; 0]);
    assert_eq!(read::<_, String>(&archive, ..).await.unwrap(), []);
}

#[tokio::test]
async fn a_batch_over_several_partitions_is_split() {
    let logs = logs();
    let batch = [(HOUR_15 + HOUR, "d"), (HOUR_15 + 5, "b"), (HOUR_15 - 1, "a"), (HOUR_15 + 5, "c")];
    let append = |archive: Archive<Logs>| async move {
        archive.append(batch.map(|(time, record)| (at_millis(time), record))).await.unwrap()
    };
    let hours = append(Archive::new(&logs).prefix("hours")).await;
    let folders = ["hours/2026/11/21/14/", "hours/2026/11/21/15/", "hours/2026/11/21/16/"];
    assert_eq!(hours.records(), 4);
    assert_eq!(hours.segments().len(), 3);
    for (segment, folder) in hours.segments().iter().zip(folders) {
        assert!(segment.key().starts_with(folder), "{segment:?}");
    }
    let days = append(Archive::new(&logs).prefix("days").partition(Partition::Day)).await;
    let [segment] = days.segments() else { panic!("{days:?}") };
    assert!(
        segment.key().starts_with("days/2026/11/21/1795273199999-1795276800000-"),
        "{segment:?}"
    );
    assert_eq!(
        (segment.first(), segment.last()),
        (at_millis(HOUR_15 - 1), at_millis(HOUR_15 + HOUR))
    );
    let object = logs.head(segment.key()).await.unwrap().unwrap();
    assert_eq!((object.size(), object.content_type()), (segment.size(), Some("application/gzip")));
}

#[tokio::test]
async fn ranges_are_half_open_and_partitions_are_ranges() {
    let logs = logs();
    let archive = Archive::new(&logs);
    let times =
        [HOUR_15 - 1, HOUR_15, HOUR_15 + 1, HOUR_15 + HOUR - 1, HOUR_15 + HOUR, HOUR_15 + DAY];
    archive.append(times.map(|time| (at_millis(time), time))).await.unwrap();
    let at = at_millis;
    let ranges: [(TimeRange, &[usize]); 9] = [
        ((at(HOUR_15)..at(HOUR_15 + 1)).into(), &[1]),
        ((at(HOUR_15)..at(HOUR_15)).into(), &[]),
        ((at(HOUR_15 + HOUR)..at(HOUR_15)).into(), &[]),
        ((at(HOUR_15 + 1)..).into(), &[2, 3, 4, 5]),
        ((..at(HOUR_15 + 1)).into(), &[0, 1]),
        ((..).into(), &[0, 1, 2, 3, 4, 5]),
        (TimeRange::hour_of(at(HOUR_15 + 7)), &[1, 2, 3]),
        (TimeRange::day_of(at(HOUR_15)), &[0, 1, 2, 3, 4]),
        (TimeRange::day_of(at(HOUR_15 + DAY)), &[5]),
    ];
    for (range, expected) in ranges {
        let found = read::<_, u64>(&archive, range).await.unwrap();
        let expected: Vec<_> = expected.iter().map(|at| (times[*at], times[*at])).collect();
        assert_eq!(found, expected, "{range:?}");
    }
}

#[tokio::test]
async fn late_records_and_those_of_clocks_that_differ_are_in_order() {
    let logs = logs();
    let archive = Archive::new(&logs);
    for batch in [[10, 40], [20, 30], [0, 50], [25, 25]] {
        archive.append(batch.map(|time| (at_millis(HOUR_15 + time), time))).await.unwrap();
    }
    let found = read::<_, u64>(&archive, ..).await.unwrap();
    let records: Vec<_> = found.into_iter().map(|(_, record)| record).collect();
    assert_eq!(records, [0, 10, 20, 25, 25, 30, 40, 50]);
}

#[tokio::test]
async fn more_segments_overlap_than_are_open_and_all_records_come() {
    let logs = logs();
    let archive = Archive::new(&logs);
    for number in 0..40 {
        let batch = [number, 1_000 + number].map(|time| (at_millis(HOUR_15 + time), time));
        archive.append(batch).await.unwrap();
    }
    let found = read::<_, u64>(&archive, ..).await.unwrap();
    let mut records: Vec<_> = found.into_iter().map(|(_, record)| record).collect();
    records.sort_unstable();
    assert!(records.into_iter().eq((0..40).chain(1_000..1_040)));
}

#[tokio::test]
async fn a_bad_record_is_refused_with_all_of_its_batch() {
    let logs = logs();
    let archive = Archive::new(&logs);
    let good = (at_millis(HOUR_15), Bytes::from("good"));
    let kind = |result: Result<super::Appended>| result.unwrap_err().kind();

    let long = "x".repeat(RECORD_BYTES_MAX - 1);
    let batch = [(good.0, "good"), (good.0, long.as_str())];
    assert_eq!(kind(archive.append(batch).await), ErrorKind::ValueTooLarge);

    let fits = &long[..RECORD_BYTES_MAX - 2];
    let batch = (0..BATCH_BYTES_MAX / RECORD_BYTES_MAX).map(|_| (good.0, fits));
    assert_eq!(kind(archive.append(batch).await), ErrorKind::ValueTooLarge);

    let early = std::time::SystemTime::UNIX_EPOCH - std::time::Duration::from_millis(1);
    for time in [early, at_millis(u64::MAX)] {
        let batch = [(good.0, "good"), (time, "bad")];
        assert_eq!(kind(archive.append(batch).await), ErrorKind::InvalidOption);
    }

    let no_json = std::collections::BTreeMap::from([((1, 2), "a key that is no text")]);
    assert_eq!(kind(archive.append([(good.0, no_json)]).await), ErrorKind::EncodeFailed);

    let slashed = archive.clone().prefix("web/");
    assert_eq!(kind(slashed.append([(good.0, "good")]).await), ErrorKind::InvalidOption);
    let error = read::<_, String>(&slashed, ..).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidOption);
    assert_eq!(error.operation(), Some("read"));
    let long = archive.clone().prefix("x".repeat(1_000));
    assert_eq!(kind(long.append([(good.0, "good")]).await), ErrorKind::InvalidKey);

    assert_eq!(keys(&logs).await, [""; 0]);
}

#[tokio::test]
async fn a_large_batch_is_several_segments() {
    let logs = logs();
    let archive = Archive::new(&logs);
    let record = "x".repeat(RECORD_BYTES_MAX / 2);
    let appended = archive.append((0..20).map(|_| (at_millis(HOUR_15), &record))).await.unwrap();
    assert!(appended.segments().len() >= 20 * record.len() / SEGMENT_BYTES_MAX, "{appended:?}");
    assert_eq!(keys(&logs).await.len(), appended.segments().len());
    let found = read::<_, String>(&archive, ..).await.unwrap();
    assert!(found.len() == 20 && found.iter().all(|(_, found)| *found == record));
}

#[tokio::test]
async fn archives_under_two_prefixes_are_two() {
    let logs = logs();
    let (web, mail) = (Archive::new(&logs).prefix("web"), Archive::new(&logs).prefix("mail"));
    web.append([(at_millis(HOUR_15), "web")]).await.unwrap();
    mail.append([(at_millis(HOUR_15), "mail")]).await.unwrap();
    assert_eq!(read::<_, String>(&web, ..).await.unwrap(), [(HOUR_15, "web".to_owned())]);
    assert_eq!(read::<_, String>(&mail, ..).await.unwrap(), [(HOUR_15, "mail".to_owned())]);
}
