//! R2, KV and WebCrypto as JavaScript offers them.
//!
//! The `worker` crate has bindings of its own for R2 and KV. These are here because those lack options
//! (storage class, customer keys), panic in getters, do not catch what JavaScript throws in some
//! calls, and lose maps when a KV value is serialised.

use js_sys::{Array, ArrayBuffer, Date, Object, Promise, Uint8Array};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    pub(super) type R2Bucket;

    #[wasm_bindgen(method, catch)]
    pub(super) fn put(
        this: &R2Bucket,
        key: &str,
        value: &Uint8Array,
        options: &R2PutOptions,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(super) fn get(this: &R2Bucket, key: &str) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(super) fn head(this: &R2Bucket, key: &str) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(super) fn delete(this: &R2Bucket, key: &str) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(super) fn list(this: &R2Bucket, options: &R2ListOptions) -> Result<Promise, JsValue>;

    pub(super) type R2PutOptions;

    #[wasm_bindgen(method, setter, js_name = onlyIf)]
    pub(super) fn set_only_if(this: &R2PutOptions, value: &R2Conditional);

    #[wasm_bindgen(method, setter, js_name = httpMetadata)]
    pub(super) fn set_http_metadata(this: &R2PutOptions, value: &R2HttpMetadata);

    #[wasm_bindgen(method, setter, js_name = customMetadata)]
    pub(super) fn set_custom_metadata(this: &R2PutOptions, value: &Object);

    #[wasm_bindgen(method, setter)]
    pub(super) fn set_md5(this: &R2PutOptions, value: &Uint8Array);

    #[wasm_bindgen(method, setter)]
    pub(super) fn set_sha1(this: &R2PutOptions, value: &Uint8Array);

    #[wasm_bindgen(method, setter)]
    pub(super) fn set_sha256(this: &R2PutOptions, value: &Uint8Array);

    #[wasm_bindgen(method, setter)]
    pub(super) fn set_sha384(this: &R2PutOptions, value: &Uint8Array);

    #[wasm_bindgen(method, setter)]
    pub(super) fn set_sha512(this: &R2PutOptions, value: &Uint8Array);

    pub(super) type R2Conditional;

    #[wasm_bindgen(method, setter, js_name = etagDoesNotMatch)]
    pub(super) fn set_etag_does_not_match(this: &R2Conditional, value: &str);

    pub(super) type R2HttpMetadata;

    #[wasm_bindgen(method, getter, js_name = contentType)]
    pub(super) fn content_type(this: &R2HttpMetadata) -> Option<String>;

    #[wasm_bindgen(method, setter, js_name = contentType)]
    pub(super) fn set_content_type(this: &R2HttpMetadata, value: &str);

    pub(super) type R2ListOptions;

    #[wasm_bindgen(method, setter)]
    pub(super) fn set_prefix(this: &R2ListOptions, value: &str);

    #[wasm_bindgen(method, setter)]
    pub(super) fn set_limit(this: &R2ListOptions, value: u32);

    #[wasm_bindgen(method, setter)]
    pub(super) fn set_cursor(this: &R2ListOptions, value: &str);

    #[wasm_bindgen(method, setter)]
    pub(super) fn set_include(this: &R2ListOptions, value: &Array);

    pub(super) type R2Objects;

    #[wasm_bindgen(method, getter)]
    pub(super) fn objects(this: &R2Objects) -> Array;

    #[wasm_bindgen(method, getter)]
    pub(super) fn cursor(this: &R2Objects) -> Option<String>;

    pub(super) type R2Object;

    #[wasm_bindgen(method, getter)]
    pub(super) fn key(this: &R2Object) -> String;

    #[wasm_bindgen(method, getter)]
    pub(super) fn size(this: &R2Object) -> f64;

    #[wasm_bindgen(method, getter)]
    pub(super) fn etag(this: &R2Object) -> String;

    #[wasm_bindgen(method, getter)]
    pub(super) fn uploaded(this: &R2Object) -> Date;

    #[wasm_bindgen(method, getter, js_name = httpMetadata)]
    pub(super) fn http_metadata(this: &R2Object) -> Option<R2HttpMetadata>;

    #[wasm_bindgen(method, getter, js_name = customMetadata)]
    pub(super) fn custom_metadata(this: &R2Object) -> Option<Object>;

    #[wasm_bindgen(extends = R2Object)]
    pub(super) type R2ObjectBody;

    #[wasm_bindgen(method, catch, js_name = arrayBuffer)]
    pub(super) fn array_buffer(this: &R2ObjectBody) -> Result<Promise, JsValue>;
}

#[wasm_bindgen]
extern "C" {
    pub(super) type KvNamespace;

    #[wasm_bindgen(method, catch)]
    pub(super) fn put(
        this: &KvNamespace,
        key: &str,
        value: &Uint8Array,
        options: &KvPutOptions,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_name = getWithMetadata)]
    pub(super) fn get_with_metadata(
        this: &KvNamespace,
        key: &str,
        kind: &str,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(super) fn delete(this: &KvNamespace, key: &str) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(super) fn list(this: &KvNamespace, options: &KvListOptions) -> Result<Promise, JsValue>;

    pub(super) type KvPutOptions;

    #[wasm_bindgen(method, setter, js_name = expirationTtl)]
    pub(super) fn set_expiration_ttl(this: &KvPutOptions, value: f64);

    #[wasm_bindgen(method, setter)]
    pub(super) fn set_metadata(this: &KvPutOptions, value: &JsValue);

    pub(super) type KvFound;

    #[wasm_bindgen(method, getter)]
    pub(super) fn value(this: &KvFound) -> JsValue;

    #[wasm_bindgen(method, getter)]
    pub(super) fn metadata(this: &KvFound) -> JsValue;

    pub(super) type KvListOptions;

    #[wasm_bindgen(method, setter)]
    pub(super) fn set_prefix(this: &KvListOptions, value: &str);

    #[wasm_bindgen(method, setter)]
    pub(super) fn set_limit(this: &KvListOptions, value: u32);

    #[wasm_bindgen(method, setter)]
    pub(super) fn set_cursor(this: &KvListOptions, value: &str);

    pub(super) type KvList;

    #[wasm_bindgen(method, getter)]
    pub(super) fn keys(this: &KvList) -> Array;

    #[wasm_bindgen(method, getter)]
    pub(super) fn list_complete(this: &KvList) -> bool;

    #[wasm_bindgen(method, getter)]
    pub(super) fn cursor(this: &KvList) -> Option<String>;

    pub(super) type KvListedKey;

    #[wasm_bindgen(method, getter)]
    pub(super) fn name(this: &KvListedKey) -> String;

    #[wasm_bindgen(method, getter)]
    pub(super) fn metadata(this: &KvListedKey) -> JsValue;

    pub(super) type ReadableStream;

    #[wasm_bindgen(method, catch)]
    pub(super) fn cancel(this: &ReadableStream) -> Result<Promise, JsValue>;
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], catch)]
    pub(super) fn digest(algorithm: &str, bytes: &Uint8Array) -> Result<Promise, JsValue>;
}

/// The bytes of an `ArrayBuffer`.
pub(super) fn bytes(buffer: JsValue) -> bytes::Bytes {
    let buffer: ArrayBuffer = buffer.unchecked_into();
    Uint8Array::new(&buffer).to_vec().into()
}

/// An empty object to set options on.
pub(super) fn options<T: JsCast>() -> T {
    Object::new().unchecked_into()
}
