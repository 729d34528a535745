//! The same Worker in its other role: a storage Worker that others reach by calls. Its wrangler file says
//! which of the two it is, by the variable `ROLE`.

use storage::__private::{Connect, DeclareWorker, Wanted, storage_call, storage_fetch};
use storage::conformance::{
    Archive, Entries, Objects, SealedArchive, SealedEntries, SealedObjects,
};
use storage::{Bucket, Kv};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::{Context, Env, Request, Response, Result};

use crate::links::{Links, SealedLinks};

pub(crate) struct Storage;

impl DeclareWorker for Storage {
    fn offer<C: Connect>(to: &C, wanted: &mut Wanted) -> std::result::Result<(), C::Error> {
        wanted.look::<Bucket<Objects>, C>(to)?;
        wanted.look::<Bucket<Archive>, C>(to)?;
        wanted.look::<Kv<Entries>, C>(to)?;
        wanted.look::<Bucket<SealedObjects>, C>(to)?;
        wanted.look::<Bucket<SealedArchive>, C>(to)?;
        wanted.look::<Kv<SealedEntries>, C>(to)?;
        wanted.look::<Bucket<Links>, C>(to)?;
        wanted.look::<Bucket<SealedLinks>, C>(to)
    }
}

#[wasm_bindgen(js_name = storageCall, this)]
#[expect(unreachable_pub, reason = "exports have to be public, and nobody names them")]
pub fn export(this: JsValue, head: JsValue, body: JsValue) -> JsValue {
    storage_call::<Storage>(this, head, body)
}

pub(crate) fn is_role(env: &Env) -> bool {
    env.var("ROLE").is_ok_and(|role| role.to_string() == "storage")
}

/// Answers a request of the public, or breaks down if a test asks for it.
pub(crate) async fn fetch(request: Request, env: Env, _: Context) -> Result<Response> {
    if request.path() == "/break-down" {
        core::arch::wasm32::unreachable();
    }
    let request: worker::web_sys::Request = request.try_into()?;
    let answered = storage_fetch::<Storage>(request.into(), env.into());
    let answered: js_sys::Promise = wasm_bindgen::JsCast::unchecked_into(answered);
    let response = worker::wasm_bindgen_futures::JsFuture::from(answered).await?;
    let response: worker::web_sys::Response = wasm_bindgen::JsCast::unchecked_into(response);
    Ok(response.into())
}
