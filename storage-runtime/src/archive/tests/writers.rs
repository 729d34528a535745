//! Several writers, readers beside them, and writes that fail.

use futures_util::future;
use proptest::collection::vec;
use proptest::prelude::*;
use storage_core::ErrorKind;

use super::super::{Archive, Damage, SEGMENT_BYTES_MAX, at_millis};
use super::flaky::{Fault, Plan, bucket};
use super::{HOUR_15, keys, logs, read};

#[tokio::test]
async fn a_writer_holds_no_more_than_a_segment() {
    let logs = logs();
    let archive = Archive::new(&logs);
    let mut writer = archive.writer();
    let record = "x".repeat(SEGMENT_BYTES_MAX / 8);
    for number in 0..30 {
        // Of two hours in turns, so that neither is full when both are.
        let time = at_millis(HOUR_15 + number % 2 * 3_600_000 + number);
        writer.push(time, &record).await.unwrap();
        let written = writer.appended().records();
        assert!(number + 1 - written <= 8, "{} records are held", number + 1 - written);
        assert_eq!(read::<_, String>(&archive, ..).await.unwrap().len() as u64, written);
    }
    assert_eq!(writer.finish().await.unwrap().records(), 30);
    assert_eq!(read::<_, String>(&archive, ..).await.unwrap().len(), 30);
}

#[tokio::test]
async fn a_bad_record_leaves_a_writer_as_it_was() {
    let logs = logs();
    let archive = Archive::new(&logs);
    let mut writer = archive.writer();
    writer.push(at_millis(HOUR_15), "good").await.unwrap();
    let error = writer.push(at_millis(u64::MAX), "bad").await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::InvalidOption, Some("append")));
    writer.push(at_millis(HOUR_15), "good").await.unwrap();
    assert_eq!(writer.finish().await.unwrap().records(), 2);
    let slashed = archive.prefix("web/");
    let error = slashed.writer().push(at_millis(HOUR_15), "good").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidOption);
}

#[tokio::test]
async fn what_was_appended_is_read_at_once_and_nothing_is_overwritten() {
    let logs = logs();
    let archive = Archive::new(&logs);
    let write = |writer: u64| {
        let archive = &archive;
        async move {
            for number in 0..20 {
                // All of one time, so that only chance tells their segments apart.
                archive.append([(at_millis(HOUR_15), (writer, number))]).await.unwrap();
                let seen = read::<_, (u64, u64)>(archive, ..).await.unwrap();
                for number in 0..=number {
                    assert!(seen.contains(&(HOUR_15, (writer, number))), "{writer} {number}");
                }
            }
        }
    };
    future::join_all((0..5).map(write)).await;
    assert_eq!(keys(&logs).await.len(), 100);
}

#[tokio::test]
async fn an_append_never_takes_a_key_that_is_taken() {
    let plan = Plan::default();
    let archive = Archive::new(&bucket(&plan));
    plan.puts.lock().unwrap().push_back(Some(Fault::Taken));
    let error = archive.append([(at_millis(HOUR_15), "a")]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    archive.append([(at_millis(HOUR_15), "a")]).await.unwrap();
    assert_eq!(read::<_, String>(&archive, ..).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_segment_that_does_not_decrypt_is_told_and_one_that_is_out_of_reach_ends_the_read() {
    let plan = Plan::default();
    let archive = Archive::new(&bucket(&plan));
    let appended = archive.append([(at_millis(HOUR_15), "a")]).await.unwrap();
    archive.append([(at_millis(HOUR_15 + 1), "b")]).await.unwrap();
    let key = appended.segments()[0].key().to_owned();
    for (kind, goes_on) in [(ErrorKind::DecryptionFailed, true), (ErrorKind::Unavailable, false)] {
        *plan.get.lock().unwrap() = Some((key.clone(), kind));
        let stream = archive.read::<String>(..).lenient().stream();
        let found: Vec<_> = futures_util::StreamExt::collect(stream).await;
        let error = found[0].as_ref().unwrap_err();
        assert_eq!(error.kind(), kind);
        assert_eq!(Damage::of(error).map(Damage::key), goes_on.then_some(&*key));
        assert_eq!(found.len(), if goes_on { 2 } else { 1 }, "{found:?}");
    }
}

fn faults() -> impl Strategy<Value = Vec<Option<Fault>>> {
    let fault = prop_oneof![Just(Fault::Lost), Just(Fault::Unheard), Just(Fault::Taken)];
    vec(prop::option::weighted(0.6, fault), 0..20)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// However writes fail: a writer that is asked again until it succeeds has written every record once.
    #[test]
    fn a_writer_that_tries_again_writes_every_record_once(
        records in vec((0..3_u64, any::<bool>()), 0..12),
        faults in faults(),
    ) {
        let plan = Plan::default();
        plan.puts.lock().unwrap().extend(faults);
        let archive = Archive::new(&bucket(&plan));
        let run = async {
            let mut writer = archive.writer();
            for (number, (hour, flushes)) in records.iter().enumerate() {
                let time = at_millis(HOUR_15 + hour * 3_600_000);
                while writer.push(time, &number).await.is_err() {}
                while *flushes && writer.flush().await.is_err() {}
            }
            while writer.flush().await.is_err() {}
            let appended = writer.finish().await.unwrap();
            let mut found: Vec<_> = read::<_, usize>(&archive, ..).await.unwrap();
            found.sort_unstable_by_key(|(_, number)| *number);
            (appended, found)
        };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (appended, found) = runtime.block_on(run);
        assert_eq!(appended.records(), records.len() as u64);
        assert!(found.iter().map(|(_, number)| *number).eq(0..records.len()), "{found:?}");
    }
}
