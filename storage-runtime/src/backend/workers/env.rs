//! Finding bindings in a Worker's environment.

use std::sync::Arc;

use js_sys::{Function, Reflect};
use storage_core::ErrorKind;
use storage_core::crypto::KeyRing;
use storage_core::manifest::{BucketSpec, KvSpec, S3Spec, ServiceSpec};
use storage_core::signing::sigv4::Presigner;
use wasm_bindgen::{JsCast, JsValue};
use worker::Env;

use super::kv::WorkersKv;
use super::r2::WorkersBucket;
use super::rpc::Service;
use crate::backend::{AnyBucket, AnyKv};
use crate::declare::Connect;
use crate::encryption;
use crate::error::{Error, Result};
use crate::observe::Route;
use crate::rpc::Transport;
use crate::signed;

/// The bindings of an environment as a source of handles.
pub(crate) fn bindings(env: &Env) -> Bindings<'_> {
    Bindings(env)
}

pub(crate) struct Bindings<'a>(&'a Env);

impl Connect for Bindings<'_> {
    const REMOTE: bool = true;

    type Error = Error;

    const ROUTE: Route = Route::Direct;

    fn service(&self, service: &ServiceSpec) -> Result<Arc<dyn Transport>> {
        let ServiceSpec { binding, service, .. } = *service;
        let found = Reflect::get(self.0, &binding.into()).unwrap_or_default();
        if found.is_undefined() || found.is_null() {
            return Err(missing(format!(
                "there is no binding `{binding}`, the storage Worker `{service}`; help: run \
                 `cargo storage generate`"
            )));
        }
        let class = class_name(&found);
        if class == SERVICE {
            Ok(Arc::new(Service::new(found.unchecked_into())))
        } else {
            let what = format!("the storage Worker `{service}`");
            Err(missing(format!("the binding `{binding}` is `{class}`, not {what}")))
        }
    }

    fn key_ring(&self, secret: &'static str) -> Result<KeyRing> {
        let text = Reflect::get(self.0, &secret.into()).unwrap_or_default().as_string();
        encryption::key_ring(secret, text)
    }

    fn variable(&self, name: &str) -> Option<String> {
        Reflect::get(self.0, &name.into()).unwrap_or_default().as_string()
    }

    fn presigner(
        &self,
        spec: &'static S3Spec,
        jurisdiction: Option<&str>,
    ) -> Result<Option<Presigner>> {
        signed::presigner(spec, jurisdiction, |name| self.variable(name)).map(Some)
    }

    fn bucket(&self, spec: &'static BucketSpec) -> Result<AnyBucket> {
        let binding = self.find(spec.binding, "an R2 bucket", "createMultipartUpload")?;
        Ok(AnyBucket::platform(WorkersBucket::new(binding.unchecked_into())))
    }

    fn kv(&self, spec: &'static KvSpec) -> Result<AnyKv> {
        let binding = self.find(spec.binding, "a KV namespace", "getWithMetadata")?;
        Ok(AnyKv::platform(WorkersKv::new(binding.unchecked_into())))
    }
}

impl Bindings<'_> {
    /// The binding of that name, if it is what it should be: told by a method that only such a
    /// binding has.
    fn find(&self, name: &str, what: &str, method: &str) -> Result<JsValue> {
        let binding = Reflect::get(self.0, &name.into()).unwrap_or_default();
        if binding.is_undefined() || binding.is_null() {
            return Err(missing(format!(
                "there is no binding `{name}`, {what}; help: run `cargo storage generate`"
            )));
        }
        let has = |method: &str| {
            Reflect::get(&binding, &method.into()).is_ok_and(|method| method.is_function())
        };
        // A service binding has every method there is.
        if has(method) && !has(CALL) {
            Ok(binding)
        } else {
            let class = class_name(&binding);
            Err(missing(format!("the binding `{name}` is `{class}`, not {what}")))
        }
    }
}

/// What storage Workers are called by, and neither a bucket nor a namespace has.
const CALL: &str = "storageCall";

/// The class of service bindings.
const SERVICE: &str = "Fetcher";

fn missing(detail: String) -> Error {
    let message = "this Worker is not configured for its storage";
    Error::new(ErrorKind::BindingMissing, message).with_detail(detail)
}

/// The name of a value's class, or of its type.
fn class_name(value: &JsValue) -> String {
    let constructor = Reflect::get(value, &"constructor".into()).unwrap_or_default();
    match constructor.dyn_ref::<Function>() {
        Some(constructor) => constructor.name().into(),
        None => value.js_typeof().as_string().unwrap_or_default(),
    }
}
