//! Applications and a storage Worker in one process, which may disagree.

mod batches;
mod bounds;
mod grants;
mod hostile;
mod links;
mod prefixes;
mod rotation;
mod skew;
mod traces;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use serde_json::Value;
use storage_core::ErrorKind;
use storage_core::crypto::KeyRing;
use storage_core::manifest::{BucketSpec, KvSpec, S3Spec, ServiceSpec};
use storage_core::signing::sigv4::Presigner;

use super::loopback::Loopback;
use super::serve::{self, Shelf, Wanted};
use super::{Answered, CallBody, Transport};
use crate::backend::{AnyBucket, AnyKv, Memory};
use crate::declare::{Connect, DeclareWorker, Handle};
use crate::error::{Error, Result};
use crate::observe::Route;
use crate::{Bucket, Kv};

const SERVICE: ServiceSpec = ServiceSpec::new("media-storage", "MEDIA_STORAGE");

#[crate::bucket(name = "user-assets")]
struct Assets;

#[crate::kv(name = "sessions")]
struct Sessions;

/// The resources of the storage Worker, on memory.
struct Held<A, S> {
    assets: Bucket<A>,
    sessions: Kv<S>,
}

impl<A, S> Clone for Held<A, S> {
    fn clone(&self) -> Self {
        Self { assets: self.assets.clone(), sessions: self.sessions.clone() }
    }
}

impl<A, S> Held<A, S>
where
    Bucket<A>: Handle,
    Kv<S>: Handle,
{
    fn new() -> Self {
        let Ok(assets) = Bucket::connect(&Memory);
        let Ok(sessions) = Kv::connect(&Memory);
        Self { assets, sessions }
    }

    /// A way to it for an application that was granted that.
    fn reached(&self, props: Option<&Value>) -> To
    where
        A: 'static,
        S: 'static,
    {
        let grants = serve::grants(props.map(Value::to_string).as_deref());
        let inner = Loopback::new(self.clone(), grants);
        let counted = Counted { inner, heads: Mutex::default(), bodies: AtomicUsize::default() };
        To(Arc::new(counted))
    }
}

impl<A, S> Shelf for Held<A, S>
where
    Bucket<A>: Handle,
    Kv<S>: Handle,
{
    fn open(&self, wanted: &mut Wanted) -> Result<()> {
        wanted.show(self.assets.clone());
        wanted.show(self.sessions.clone());
        Ok(())
    }
}

/// Notes what goes to the storage Worker.
struct Counted<S> {
    inner: Loopback<S>,
    heads: Mutex<Vec<String>>,
    bodies: AtomicUsize,
}

trait Counting: Transport {
    fn heads(&self) -> Vec<String>;

    /// How many calls had a body.
    fn bodies(&self) -> usize {
        0
    }
}

impl<S: Shelf> Counting for Counted<S> {
    fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }

    fn bodies(&self) -> usize {
        self.bodies.load(Ordering::Relaxed)
    }
}

impl<S: Shelf> Transport for Counted<S> {
    fn call(&self, head: String, body: CallBody) -> BoxFuture<'_, Result<Answered>> {
        self.heads.lock().unwrap().push(head.clone());
        let has_body = !matches!(body, CallBody::Nothing);
        self.bodies.fetch_add(has_body.into(), Ordering::Relaxed);
        self.inner.call(head, body)
    }
}

/// An environment with that service binding.
struct To(Arc<dyn Counting>);

impl To {
    fn assets<D>(&self, service: ServiceSpec) -> Bucket<D>
    where
        Bucket<D>: Handle,
    {
        Bucket::connect_via(self, service).unwrap()
    }

    fn sessions<D>(&self, service: ServiceSpec) -> Kv<D>
    where
        Kv<D>: Handle,
    {
        Kv::connect_via(self, service).unwrap()
    }
}

impl Connect for To {
    const REMOTE: bool = true;

    type Error = Error;

    const ROUTE: Route = Route::Stub;

    fn service(&self, service: &ServiceSpec) -> Result<Arc<dyn Transport>> {
        assert_eq!(service.binding, "MEDIA_STORAGE");
        Ok(self.0.clone())
    }

    fn key_ring(&self, _: &'static str) -> Result<KeyRing> {
        Err(elsewhere())
    }

    fn variable(&self, _: &str) -> Option<String> {
        None
    }

    fn presigner(&self, _: &'static S3Spec, _: Option<&str>) -> Result<Option<Presigner>> {
        Err(elsewhere())
    }

    fn bucket(&self, _: &'static BucketSpec) -> Result<AnyBucket> {
        Err(elsewhere())
    }

    fn kv(&self, _: &'static KvSpec) -> Result<AnyKv> {
        Err(elsewhere())
    }
}

/// An application has neither the bindings nor the keys of what goes by a storage Worker.
fn elsewhere() -> Error {
    Error::new(ErrorKind::Internal, "an application asked for what it does not have")
}

fn kind<T>(result: Result<T>) -> Option<ErrorKind> {
    result.err().map(|error| error.kind())
}

/// Natively what goes by a storage Worker is opened directly.
#[tokio::test]
async fn without_storage_workers_a_handle_is_a_direct_one() {
    let Ok(assets) = Bucket::<Assets>::connect_via(&Memory, SERVICE);
    assets.put("a", "text").await.unwrap();
    assert_eq!(assets.get("a").await.unwrap().unwrap().text().await.unwrap(), "text");
}

/// What `#[storage::worker]` makes.
#[tokio::test]
async fn only_what_a_call_is_about_is_opened() {
    struct Worker;
    impl DeclareWorker for Worker {
        fn offer<C: Connect>(to: &C, wanted: &mut Wanted) -> Result<(), C::Error> {
            wanted.look::<Bucket<Assets>, C>(to)?;
            wanted.look::<Kv<Sessions>, C>(to)
        }
    }
    struct OfKv;
    impl Connect for OfKv {
        const REMOTE: bool = false;
        type Error = Error;
        const ROUTE: Route = Route::Memory;
        fn service(&self, _: &ServiceSpec) -> Result<Arc<dyn Transport>> {
            Err(elsewhere())
        }
        fn key_ring(&self, _: &'static str) -> Result<KeyRing> {
            Err(elsewhere())
        }
        fn variable(&self, _: &str) -> Option<String> {
            None
        }
        fn presigner(&self, _: &'static S3Spec, _: Option<&str>) -> Result<Option<Presigner>> {
            Err(elsewhere())
        }
        fn bucket(&self, _: &'static BucketSpec) -> Result<AnyBucket> {
            Err(elsewhere())
        }
        fn kv(&self, spec: &'static KvSpec) -> Result<AnyKv> {
            let Ok(kv) = Memory.kv(spec);
            Ok(kv)
        }
    }
    struct Opened;
    impl Shelf for Opened {
        fn open(&self, wanted: &mut Wanted) -> Result<()> {
            Worker::offer(&OfKv, wanted)
        }
    }
    let grants = serde_json::json!({
        "sessions": { "kind": "kv", "verbs": ["list"] },
        "user-assets": { "kind": "bucket", "verbs": ["list"] },
    });
    let grants = serve::grants(Some(&grants.to_string()));
    for (head, answered) in [
        (r#"[{"on":"1 kv sessions","ask":{"list":{"limit":10}}}]"#, r#"[{"ok":{"items":[]}}]"#),
        (r#"[{"on":"1 bucket user-assets","ask":{"list":{"limit":10}}}]"#, "storage_internal"),
        (r#"[{"on":"1 bucket user-assets","ask":{"teleport":1}}]"#, "storage_internal"),
        (r#"[{"on":"1 kv sessions","ask":{"teleport":1}}]"#, "storage_declaration_mismatch"),
        (r#"[{"on":"1 kv sessions","ask":{"list":{"limit":0}}}]"#, "storage_invalid_option"),
        (
            r#"[{"on":"1 kv sessions","ask":{"list":{"limit":9},"get":{}}}]"#,
            "storage_declaration_mismatch",
        ),
        (r#"[{"on":"1 kv sessions"}]"#, "storage_declaration_mismatch"),
        ("", "storage_declaration_mismatch"),
        ("[]", "[]"),
        ("[{}]", "storage_declaration_mismatch"),
        ("{}", "storage_declaration_mismatch"),
    ] {
        let Answered { head: found, .. } =
            serve::answer(&Opened, &grants, head.to_owned(), CallBody::Nothing).await;
        assert!(found.contains(answered), "{head}: {found}");
    }
}
