//! A backend of whatever type, as handles hold it.
//!
//! A table of methods would link every method of its type into every artifact. So the platform's own
//! backend is called by its type, and a Worker links the methods that it uses; others, which a Worker
//! rarely has, stand behind the trait.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use storage_core::key::{BucketKey, KvKey};

use super::target::{PlatformBucket, PlatformKv};
use super::{
    BucketBackend, CompleteUpload, CreateUpload, EntryMetadata, FoundEntry, FoundObject,
    GetEntries, GetEntry, GetObject, KvBackend, ListEntries, ListObjects, ListedEntry, PutEntry,
    PutObject, UploadPart,
};
use crate::bucket::{ObjectInfo, Part};
use crate::error::Result;
use crate::page::Page;

/// The type, and the methods of the trait on it.
macro_rules! any {
    (
        $(#[$doc:meta])*
        $any:ident: $backend:ident, $platform:ident;
        $(fn $method:ident($($argument:ident: $type:ty),*) -> $result:ty;)*
    ) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $any(Type<Arc<$platform>, Arc<dyn $backend>>);

        impl $any {
            #[allow(dead_code, reason = "natively there is no platform")]
            pub(super) fn platform(backend: $platform) -> Self {
                Self(Type::Platform(Arc::new(backend)))
            }

            $(pub(crate) fn $method(&self, $($argument: $type),*) -> BoxFuture<'_, Result<$result>> {
                match &self.0 {
                    Type::Platform(backend) => backend.$method($($argument),*),
                    Type::Other(backend) => backend.$method($($argument),*),
                }
            })*
        }

        impl<B: $backend + 'static> From<B> for $any {
            fn from(backend: B) -> Self {
                Self(Type::Other(Arc::new(backend)))
            }
        }
    };
}

#[derive(Clone)]
enum Type<P, O> {
    Platform(P),
    Other(O),
}

any! {
    /// A place for objects.
    AnyBucket: BucketBackend, PlatformBucket;
    fn put(put: PutObject) -> Option<ObjectInfo>;
    fn get(get: GetObject) -> Option<FoundObject>;
    fn head(key: BucketKey) -> Option<ObjectInfo>;
    fn delete(keys: Vec<BucketKey>) -> ();
    fn list(list: ListObjects) -> Page<ObjectInfo>;
    fn create_upload(create: CreateUpload) -> String;
    fn upload_part(part: UploadPart) -> Part;
    fn complete_upload(complete: CompleteUpload) -> ObjectInfo;
    fn abort_upload(key: BucketKey, upload_id: String) -> ();
}

any! {
    /// A place for entries.
    AnyKv: KvBackend, PlatformKv;
    fn put(put: PutEntry) -> ();
    fn get(get: GetEntry) -> Option<FoundEntry>;
    fn get_many(get: GetEntries) -> Vec<Option<FoundEntry<bytes::Bytes>>>;
    fn head(key: KvKey) -> Option<EntryMetadata>;
    fn delete(key: KvKey) -> ();
    fn list(list: ListEntries) -> Page<ListedEntry>;
}
