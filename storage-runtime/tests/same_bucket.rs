//! Two declarations of one bucket: what is renamed from one to the other is not lost.

#![expect(clippy::tests_outside_test_module, reason = "it is a test")]

use storage::{Bucket, ErrorKind};

#[storage::bucket(name = "files")]
struct Files;

/// The same bucket on another binding, as another part of an app may declare it.
#[storage::bucket(name = "anything", binding = "FILES_AGAIN", existing = "files")]
struct Again;

#[storage::app(name = "one")]
struct App {
    files: Bucket<Files>,
}

#[storage::app(name = "other")]
struct Other {
    again: Bucket<Again>,
}

#[tokio::test]
async fn an_object_is_not_renamed_onto_itself_by_another_declaration() {
    let (app, other) = (App::memory(), Other::memory());
    app.files.put("key", "text").await.unwrap();
    let renamed = app.files.rename("key", "key").to_bucket(&other.again).await;
    assert_eq!(renamed.unwrap_err().kind(), ErrorKind::InvalidOption);
    assert!(app.files.head("key").await.unwrap().is_some());
}
