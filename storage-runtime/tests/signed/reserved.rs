//! The keys that a bucket with links keeps for itself.

use storage::{Error, ErrorKind};

use super::support::App;

#[tokio::test]
async fn nobody_else_uses_them() {
    let app = App::memory();
    let key = ".storage/uses/a";
    let assert_refused = |error: Error| {
        assert_eq!(error.kind(), ErrorKind::InvalidKey, "{error}");
        assert!(error.message().contains("`.storage/`"), "{error}");
    };
    assert_refused(app.files.put(key, "").await.unwrap_err());
    assert_refused(app.files.get(key).await.unwrap_err());
    assert_refused(app.files.head(key).await.unwrap_err());
    assert_refused(app.files.delete(key).await.unwrap_err());
    assert_refused(app.files.delete_many(["a", key]).await.unwrap_err());
    assert_refused(app.files.upload(key).await.unwrap_err());
    app.files.put("a", "").await.unwrap();
    assert_refused(app.files.copy("a", key).await.unwrap_err());
    assert_refused(app.files.rename(key, "b").await.unwrap_err());
    assert_refused(app.vault.put(key, "").await.unwrap_err());
    let long = futures_util::stream::iter([Ok::<_, Error>(vec![0; 20 * 1024 * 1024])]);
    assert_refused(app.vault.put(key, storage::Body::stream(long)).await.unwrap_err());
}
