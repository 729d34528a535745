//! What is no part of an archive is told, by its key, and the rest is read.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::{StreamExt, TryStreamExt};
use storage_core::ErrorKind;

use super::super::segment::OBJECT_BYTES_MAX;
use super::super::{Archive, Damage, at_millis};
use super::{HOUR_15, Logs, logs, read};
use crate::bucket::Bucket;
use crate::error::Error;
use crate::observe::in_the_log;

/// Two records, each in its segment. Their keys.
async fn two_segments<D>(bucket: &Bucket<D>) -> [String; 2] {
    let archive = Archive::new(bucket);
    let mut keys = Vec::new();
    for (time, record) in [(HOUR_15 + 1, "first"), (HOUR_15 + 9, "last")] {
        let appended = archive.append([(at_millis(time), record)]).await.unwrap();
        keys.push(appended.segments()[0].key().to_owned());
    }
    keys.try_into().unwrap()
}

/// What a lenient read gives: records, and of each error its kind, key and line.
async fn lenient<D>(bucket: &Bucket<D>) -> Vec<Result<String, (ErrorKind, String, Option<u64>)>> {
    let records = Archive::new(bucket).read::<String>(..).lenient().stream();
    let told = |error: Error| {
        let damage = Damage::of(&error).unwrap();
        let (log, hash) = (format!("{error:?}"), in_the_log(damage.key()).unwrap());
        assert!(log.contains(&hash) && !log.contains(damage.key()), "{log}");
        (error.kind(), damage.key().to_owned(), damage.line())
    };
    records.map(|item| item.map(|found| found.record).map_err(told)).collect().await
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

async fn is_damaged(bucket: &Bucket<Logs>, key: &str, line: Option<u64>) {
    let told = (ErrorKind::DecodeFailed, key.to_owned(), line);
    assert_eq!(lenient(bucket).await, [Err(told), Ok("last".to_owned())]);
    let error = read::<_, String>(&Archive::new(bucket), ..).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::DecodeFailed);
    assert_eq!(Damage::of(&error).unwrap().key(), key);
    assert!(!error.message().contains(key), "it is not for whoever asked: {}", error.message());
}

#[tokio::test]
async fn a_segment_that_was_changed_is_told() {
    let logs = logs();
    let [first, _] = two_segments(&logs).await;
    let stored = logs.get(&first).await.unwrap().unwrap().bytes().await.unwrap().to_vec();
    let header = r#"{"format":"storage-archive","version":1,"records":1,"first":1795273200001,"last":1795273200001}"#;
    let line = r#"{"time":1795273200001,"record":"first"}"#;
    logs.put(&first, gzip(&format!("{header}\n{line}\n"))).await.unwrap();
    assert_eq!(lenient(&logs).await, [Ok("first".to_owned()), Ok("last".to_owned())]);

    let mut bodies: Vec<_> = (0..stored.len()).map(|len| stored[..len].to_vec()).collect();
    // The ends of the bytes that gzip says nothing with: time, and system.
    bodies.extend((0..stored.len()).filter(|at| !(3..10).contains(at)).map(|at| {
        let mut changed = stored.clone();
        changed[at] ^= 0x10;
        changed
    }));
    bodies.push([stored.as_slice(), b"x"].concat());
    bodies.push([stored.as_slice(), &stored].concat());
    bodies.push(gzip(""));
    bodies.push(gzip(line));
    bodies.push(gzip(&format!("{header}\n")));
    bodies.push(gzip(&format!("{header}\n{line}\n{line}\n")));
    bodies.push(gzip(&format!("{header}\n{line}\n").replace(":1,", ":2,")));
    bodies.push(gzip(&" ".repeat(64 << 20)));
    for body in bodies {
        logs.put(&first, body).await.unwrap();
        is_damaged(&logs, &first, None).await;
    }
}

#[tokio::test]
async fn a_line_that_can_not_be_read_is_told_and_the_others_are_read() {
    let logs = logs();
    let [first, _] = two_segments(&logs).await;
    let header = r#"{"format":"storage-archive","version":1,"records":3,"first":1795273200001,"last":1795273200001}"#;
    let line = |json: &str| format!("{{\"time\":1795273200001,\"record\":{json}}}");
    for bad in
        ["", "{}", "x", &line("7"), &line("\"\\ud800\""), &line("\"x\"").replace("0001", "0000")]
    {
        let text = format!("{header}\n{}\n{bad}\n{}\n", line("\"a\""), line("\"b\""));
        logs.put(&first, gzip(&text)).await.unwrap();
        let found = lenient(&logs).await;
        let told = (ErrorKind::DecodeFailed, first.clone(), Some(3));
        let expected = [Ok("a".to_owned()), Err(told), Ok("b".to_owned()), Ok("last".to_owned())];
        assert_eq!(found, expected, "{bad}");
        let mut strict = Archive::new(&logs).read::<String>(..).stream();
        assert_eq!(strict.next().await.unwrap().unwrap().record, "a");
        assert_eq!(Damage::of(&strict.next().await.unwrap().unwrap_err()).unwrap().line(), Some(3));
        assert!(strict.next().await.is_none());
        assert!(strict.next().await.is_none(), "it is asked again");
    }
}

#[tokio::test]
async fn a_foreign_object_is_told_where_it_stands() {
    let logs = logs();
    two_segments(&logs).await;
    for key in ["2026/11/21/15/notes.txt", "README.md", "2026/11/20"] {
        logs.put(key, "").await.unwrap();
    }
    let told = |key: &str| Err((ErrorKind::DecodeFailed, key.to_owned(), None));
    let expected = [told("2026/11/20"), told("2026/11/21/15/notes.txt"), told("README.md")];
    let found = lenient(&logs).await;
    assert_eq!(found.iter().filter(|item| item.is_err()).cloned().collect::<Vec<_>>(), expected);
    assert_eq!(found.iter().flatten().collect::<Vec<_>>(), ["first", "last"]);

    let archive = Archive::new(&logs);
    let hour = at_millis(HOUR_15)..at_millis(HOUR_15 + 10);
    let segments: Vec<_> = archive.segments(hour.clone()).try_collect().await.unwrap();
    assert_eq!(segments.len(), 2, "what is behind the range is not looked at");
    assert_eq!(read::<_, String>(&archive, hour).await.unwrap().len(), 2);
    let error = archive.segments(..).try_collect::<Vec<_>>().await.unwrap_err();
    assert_eq!(Damage::of(&error).unwrap().key(), "2026/11/20");
    assert_eq!(error.operation(), Some("segments"));
}

#[tokio::test]
async fn an_object_that_is_too_long_is_not_read() {
    let logs = logs();
    let [first, _] = two_segments(&logs).await;
    let len = usize::try_from(OBJECT_BYTES_MAX).unwrap();
    logs.put(&first, vec![0; len + 1]).await.unwrap();
    is_damaged(&logs, &first, None).await;
}

#[tokio::test]
async fn a_segment_that_is_deleted_meanwhile_is_no_damage() {
    let logs = logs();
    let archive = Archive::new(&logs);
    for number in 0..20 {
        archive.append([(at_millis(HOUR_15 + number), number)]).await.unwrap();
    }
    let mut records = archive.read::<u64>(..).stream();
    assert_eq!(records.try_next().await.unwrap().unwrap().record, 0);
    logs.delete_prefix("2026/").await.unwrap();
    let rest: Vec<_> = records.try_collect().await.unwrap();
    assert!(rest.len() < 19, "{} were in memory", rest.len());
}
