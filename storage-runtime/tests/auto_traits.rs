//! What handlers ask of the types: they travel between threads, and so do futures that hold them or
//! references to them.

use storage::bucket::{self, Object, ObjectInfo};
use storage::kv::{self, Entry, EntryInfo};
use storage::{Body, Bucket, Error, Kv, Page};

#[storage::bucket(name = "files")]
struct Files;

#[storage::kv(name = "entries")]
struct Entries;

const fn send_and_sync<T: Send + Sync>() {}

const _: () = {
    send_and_sync::<Bucket<Files>>();
    send_and_sync::<Kv<Entries>>();
    send_and_sync::<storage::BucketReader<Files>>();
    send_and_sync::<Kv<Entries, (storage::grant::Read, storage::grant::List)>>();
    send_and_sync::<Body>();
    send_and_sync::<Error>();
    send_and_sync::<Object>();
    send_and_sync::<Page<ObjectInfo>>();
    send_and_sync::<Entry>();
    send_and_sync::<Page<EntryInfo>>();
    send_and_sync::<bucket::Copy<storage::grant::Read>>();
    send_and_sync::<bucket::Put>();
    send_and_sync::<bucket::Serve>();
    send_and_sync::<bucket::Served>();
    send_and_sync::<bucket::Upload>();
    send_and_sync::<kv::Put>();
};

fn send<T: Send>(value: T) -> T {
    value
}

#[tokio::test]
async fn a_reference_to_an_object_can_be_held_across_an_await() {
    async fn look(object: &Object) -> u64 {
        tokio::task::yield_now().await;
        object.size()
    }

    #[storage::app(name = "files")]
    struct App {
        files: Bucket<Files>,
    }
    let app = App::memory();
    let size = send(async {
        app.files.put("key", "text").await?;
        let object = app.files.get("key").await?;
        Ok::<_, Error>(match &object {
            Some(object) => look(object).await,
            None => 0,
        })
    });
    assert_eq!(size.await.unwrap(), 4);
}
