//! Everything that generated code may name, and nothing else.
//!
//! Not part of the public interface: it changes together with the macros, which are pinned to this
//! exact version.

pub use std::string::String;

pub use futures_util::future::BoxFuture;
pub use storage_core::key_template::{KeyField, KeyTemplate};
pub use storage_core::manifest::{
    AppSpec, BucketSpec, CorsMethod, CorsSpec, EncryptionSpec, FieldSpec, KvSpec, Placement,
    ResourceSpec, S3Spec, ServiceSpec, SignedUrlsSpec, WorkerSpec,
};

// What the exports of a storage Worker call: on Workers only.
#[allow(unreachable_pub, unused_imports, reason = "natively there are none")]
pub use crate::backend::exports::*;
pub use crate::backend::{Env, LocalFolder, local, memory, open};
pub use crate::declare::{
    Connect, DeclareApp, DeclareBucket, DeclareKv, DeclareWorker, Encrypted, Handle, Signed,
};
pub use crate::error::{Error, Result};
pub use crate::key::typed::{parse, render};
pub use crate::key::{Key, KeyFields, ToKey, Value};
pub use crate::kv::{Json, Raw};
pub use crate::rpc::serve::Wanted;
pub use crate::rpc::{Requests, batch_of_app};
