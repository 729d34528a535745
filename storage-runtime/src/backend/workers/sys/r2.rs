//! R2 as JavaScript offers it.

use js_sys::{Array, Object, Promise};
use wasm_bindgen::prelude::*;

use super::ReadableStream;

#[wasm_bindgen(module = "/src/backend/workers/r2/objects.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = objectJson)]
    pub(in super::super) fn object_json(object: &JsValue) -> Result<String, JsValue>;

    #[wasm_bindgen(catch, js_name = objectsJson)]
    pub(in super::super) fn objects_json(objects: &Array) -> Result<String, JsValue>;
}

#[wasm_bindgen]
extern "C" {
    pub(in super::super) type R2Bucket;

    /// The value is a `Uint8Array` or a `ReadableStream` of known length.
    #[wasm_bindgen(method, catch)]
    pub(in super::super) fn put(
        this: &R2Bucket,
        key: &str,
        value: &JsValue,
        options: &Object,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(in super::super) fn get(
        this: &R2Bucket,
        key: &str,
        options: &Object,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(in super::super) fn head(this: &R2Bucket, key: &str) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(in super::super) fn delete(this: &R2Bucket, keys: &Array) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(in super::super) fn list(this: &R2Bucket, options: &Object) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_name = createMultipartUpload)]
    pub(in super::super) fn create_multipart_upload(
        this: &R2Bucket,
        key: &str,
        options: &Object,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_name = resumeMultipartUpload)]
    pub(in super::super) fn resume_multipart_upload(
        this: &R2Bucket,
        key: &str,
        upload_id: &str,
    ) -> Result<R2MultipartUpload, JsValue>;

    pub(in super::super) type R2MultipartUpload;

    #[wasm_bindgen(method, catch, js_name = uploadPart)]
    pub(in super::super) fn upload_part(
        this: &R2MultipartUpload,
        number: u16,
        value: &JsValue,
        options: &Object,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(in super::super) fn abort(this: &R2MultipartUpload) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(in super::super) fn complete(
        this: &R2MultipartUpload,
        parts: &Array,
    ) -> Result<Promise, JsValue>;

    pub(in super::super) type R2Object;

    #[wasm_bindgen(method, getter)]
    pub(in super::super) fn checksums(this: &R2Object) -> JsValue;

    pub(in super::super) type R2ObjectBody;

    /// There is none if the conditions of the read do not hold.
    #[wasm_bindgen(method, getter)]
    pub(in super::super) fn body(this: &R2ObjectBody) -> Option<ReadableStream>;

    #[wasm_bindgen(method, catch, js_name = arrayBuffer)]
    pub(in super::super) fn array_buffer(this: &R2ObjectBody) -> Result<Promise, JsValue>;
}
