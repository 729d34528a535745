//! Against the plainest thing that could be an archive: a list.

use futures_util::{StreamExt, TryStreamExt};
use proptest::collection::vec;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

use super::super::time::{DAY, HOUR, TIMES_END};
use super::super::{Archive, Partition, TimeRange, at_millis};
use super::{App, HOUR_15, read};
use crate::bucket::Bucket;

/// A record that is unlike any other, with whatever text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Event {
    number: usize,
    text: String,
}

/// What is done to an archive.
#[derive(Clone, Debug)]
enum Step {
    Append(Vec<(u64, String)>),
    /// By a writer, which is flushed behind some of the records.
    Write(Vec<(u64, String, bool)>),
    Read(u64, u64),
}

/// Times that crowd together, around the ends of hours and days, and the first and the last of all.
fn time() -> impl Strategy<Value = u64> {
    prop_oneof![
        8 => HOUR_15 - 5..HOUR_15 + 5,
        4 => HOUR_15 - 2 * HOUR..HOUR_15 + 2 * HOUR,
        2 => HOUR_15 - 2 * DAY..HOUR_15 + 2 * DAY,
        1 => prop_oneof![0..5_u64, TIMES_END - 5..TIMES_END],
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let text = || "\\PC{0,8}|[\n\r\"\\\\{}]{0,4}";
    prop_oneof![
        vec((time(), text()), 0..8).prop_map(Step::Append),
        vec((time(), text(), prop::bool::weighted(0.2)), 0..8).prop_map(Step::Write),
        (time(), time()).prop_map(|(from, to)| Step::Read(from, to)),
    ]
}

async fn run<D>(bucket: &Bucket<D>, partition: Partition, prefix: &str, steps: Vec<Step>) {
    let archive = Archive::new(bucket).partition(partition).prefix(prefix);
    let mut model: Vec<(u64, Event)> = Vec::new();
    for step in steps {
        match step {
            Step::Append(records) => {
                let start = model.len();
                for (number, (time, text)) in (start..).zip(records) {
                    model.push((time, Event { number, text }));
                }
                let batch = model.iter().skip(start);
                let batch = batch.map(|(time, event)| (at_millis(*time), event));
                let appended = archive.append(batch).await.unwrap();
                assert_eq!(appended.records(), (model.len() - start) as u64);
            }
            Step::Write(records) => {
                let start = model.len();
                let mut writer = archive.writer();
                for (number, (time, text, flushes)) in (start..).zip(records) {
                    let event = Event { number, text };
                    writer.push(at_millis(time), &event).await.unwrap();
                    if flushes {
                        writer.flush().await.unwrap();
                    }
                    model.push((time, event));
                }
                let appended = writer.finish().await.unwrap();
                assert_eq!(appended.records(), (model.len() - start) as u64);
            }
            Step::Read(from, to) => {
                is_as(&archive, &model, from, to, (at_millis(from)..at_millis(to)).into()).await;
            }
        }
    }
    is_as(&archive, &model, 0, TIMES_END, (..).into()).await;
    let by_segment = archive.segments(..).map_ok(|segment| TimeRange::from(segment.first()..));
    let ranges: Vec<TimeRange> = by_segment.try_collect().await.unwrap();
    for range in ranges {
        is_as(&archive, &model, range.from, TIMES_END, range).await;
    }
}

/// That a read gives what the list has, in the order of time.
async fn is_as<D>(
    archive: &Archive<D>,
    model: &[(u64, Event)],
    from: u64,
    to: u64,
    range: TimeRange,
) {
    let found = read::<_, Event>(archive, range).await.unwrap();
    let overlap = archive.segments(range).count().await;
    assert!(overlap > 8 || found.is_sorted_by_key(|(time, _)| *time), "{found:?}");
    let mut found = found;
    found.sort();
    let mut expected: Vec<_> =
        model.iter().filter(|(time, _)| (from..to).contains(time)).cloned().collect();
    expected.sort();
    assert_eq!(found, expected, "{from}..{to}");
}

fn block_on(future: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future);
}

/// Failures are told, not kept.
fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(128))]

    #[test]
    fn an_archive_is_as_a_list(steps in vec(step(), 0..12), by_day: bool) {
        let partition = if by_day { Partition::Day } else { Partition::Hour };
        block_on(run(&App::memory().logs, partition, "", steps));
    }

    #[test]
    fn an_encrypted_archive_is_as_a_list(steps in vec(step(), 0..8)) {
        block_on(run(&App::memory().sealed, Partition::Hour, "logs/ü", steps));
    }
}

#[cfg(feature = "local")]
proptest! {
    #![proptest_config(config(16))]

    #[test]
    fn an_archive_on_disk_is_as_a_list(steps in vec(step(), 0..8)) {
        let folder = tempfile::tempdir().unwrap();
        let logs = super::PlainApp::local(folder.path()).unwrap().logs;
        block_on(run(&logs, Partition::Hour, "web", steps));
    }
}
