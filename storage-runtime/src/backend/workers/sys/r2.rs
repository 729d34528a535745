//! R2 as JavaScript offers it.

use js_sys::{Array, ArrayBuffer, Date, Object, Promise};
use wasm_bindgen::prelude::*;

use super::{ListOptions, ReadableStream};

#[wasm_bindgen]
extern "C" {
    pub(in super::super) type R2Bucket;

    /// The value is a `Uint8Array` or a `ReadableStream` of known length.
    #[wasm_bindgen(method, catch)]
    pub(in super::super) fn put(
        this: &R2Bucket,
        key: &str,
        value: &JsValue,
        options: &R2Options,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(in super::super) fn get(
        this: &R2Bucket,
        key: &str,
        options: &R2Options,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(in super::super) fn head(this: &R2Bucket, key: &str) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(in super::super) fn delete(this: &R2Bucket, keys: &Array) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(in super::super) fn list(
        this: &R2Bucket,
        options: &ListOptions,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_name = createMultipartUpload)]
    pub(in super::super) fn create_multipart_upload(
        this: &R2Bucket,
        key: &str,
        options: &R2Options,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_name = resumeMultipartUpload)]
    pub(in super::super) fn resume_multipart_upload(
        this: &R2Bucket,
        key: &str,
        upload_id: &str,
    ) -> Result<R2MultipartUpload, JsValue>;

    pub(in super::super) type R2MultipartUpload;

    #[wasm_bindgen(method, getter, js_name = uploadId)]
    pub(in super::super) fn upload_id(this: &R2MultipartUpload) -> String;

    #[wasm_bindgen(method, catch, js_name = uploadPart)]
    pub(in super::super) fn upload_part(
        this: &R2MultipartUpload,
        number: u16,
        value: &JsValue,
        options: &R2Options,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(in super::super) fn abort(this: &R2MultipartUpload) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(in super::super) fn complete(
        this: &R2MultipartUpload,
        parts: &Array,
    ) -> Result<Promise, JsValue>;

    pub(in super::super) type R2UploadedPart;

    #[wasm_bindgen(method, getter)]
    pub(in super::super) fn etag(this: &R2UploadedPart) -> String;

    #[wasm_bindgen(method, setter)]
    pub(in super::super) fn set_etag(this: &R2UploadedPart, value: &str);

    #[wasm_bindgen(method, setter, js_name = partNumber)]
    pub(in super::super) fn set_part_number(this: &R2UploadedPart, value: u16);
}

#[wasm_bindgen]
extern "C" {
    /// Of a put, a get, an upload in parts and a part: those that apply are set. A checksum is set under
    /// the name of its algorithm.
    pub(in super::super) type R2Options;

    #[wasm_bindgen(method, setter, js_name = onlyIf)]
    pub(in super::super) fn set_only_if(this: &R2Options, value: &R2Conditional);

    #[wasm_bindgen(method, setter, js_name = httpMetadata)]
    pub(in super::super) fn set_http_metadata(this: &R2Options, value: &R2HttpMetadata);

    #[wasm_bindgen(method, setter, js_name = customMetadata)]
    pub(in super::super) fn set_custom_metadata(this: &R2Options, value: &Object);

    #[wasm_bindgen(method, setter, js_name = storageClass)]
    pub(in super::super) fn set_storage_class(this: &R2Options, value: &str);

    #[wasm_bindgen(method, setter, js_name = ssecKey)]
    pub(in super::super) fn set_customer_key(this: &R2Options, value: &str);

    #[wasm_bindgen(method, setter)]
    pub(in super::super) fn set_range(this: &R2Options, value: &R2Range);

    pub(in super::super) type R2Range;

    #[wasm_bindgen(method, setter)]
    pub(in super::super) fn set_offset(this: &R2Range, value: f64);

    #[wasm_bindgen(method, setter)]
    pub(in super::super) fn set_length(this: &R2Range, value: f64);

    #[wasm_bindgen(method, setter)]
    pub(in super::super) fn set_suffix(this: &R2Range, value: f64);

    pub(in super::super) type R2Conditional;

    #[wasm_bindgen(method, setter, js_name = etagMatches)]
    pub(in super::super) fn set_etag_matches(this: &R2Conditional, value: &str);

    #[wasm_bindgen(method, setter, js_name = etagDoesNotMatch)]
    pub(in super::super) fn set_etag_does_not_match(this: &R2Conditional, value: &str);

    #[wasm_bindgen(method, setter, js_name = uploadedBefore)]
    pub(in super::super) fn set_uploaded_before(this: &R2Conditional, value: &Date);

    #[wasm_bindgen(method, setter, js_name = uploadedAfter)]
    pub(in super::super) fn set_uploaded_after(this: &R2Conditional, value: &Date);

    #[wasm_bindgen(method, setter, js_name = secondsGranularity)]
    pub(in super::super) fn set_seconds_granularity(this: &R2Conditional, value: bool);
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(method, setter)]
    pub(in super::super) fn set_delimiter(this: &ListOptions, value: &str);

    #[wasm_bindgen(method, setter, js_name = startAfter)]
    pub(in super::super) fn set_start_after(this: &ListOptions, value: &str);

    #[wasm_bindgen(method, setter)]
    pub(in super::super) fn set_include(this: &ListOptions, value: &Array);

    pub(in super::super) type R2Objects;

    #[wasm_bindgen(method, getter)]
    pub(in super::super) fn objects(this: &R2Objects) -> Array;

    #[wasm_bindgen(method, getter, js_name = delimitedPrefixes)]
    pub(in super::super) fn delimited_prefixes(this: &R2Objects) -> Array;

    #[wasm_bindgen(method, getter)]
    pub(in super::super) fn cursor(this: &R2Objects) -> Option<String>;

    pub(in super::super) type R2Object;

    #[wasm_bindgen(method, getter)]
    pub(in super::super) fn key(this: &R2Object) -> String;

    #[wasm_bindgen(method, getter)]
    pub(in super::super) fn size(this: &R2Object) -> f64;

    #[wasm_bindgen(method, getter)]
    pub(in super::super) fn etag(this: &R2Object) -> String;

    #[wasm_bindgen(method, getter)]
    pub(in super::super) fn version(this: &R2Object) -> String;

    #[wasm_bindgen(method, getter)]
    pub(in super::super) fn uploaded(this: &R2Object) -> Date;

    #[wasm_bindgen(method, getter, js_name = httpMetadata)]
    pub(in super::super) fn http_metadata(this: &R2Object) -> Option<R2HttpMetadata>;

    #[wasm_bindgen(method, getter, js_name = customMetadata)]
    pub(in super::super) fn custom_metadata(this: &R2Object) -> Option<Object>;

    #[wasm_bindgen(method, getter)]
    pub(in super::super) fn checksums(this: &R2Object) -> R2Checksums;

    #[wasm_bindgen(method, getter, js_name = storageClass)]
    pub(in super::super) fn storage_class(this: &R2Object) -> Option<String>;

    pub(in super::super) type R2Checksums;

    #[wasm_bindgen(method, getter)]
    pub(in super::super) fn md5(this: &R2Checksums) -> Option<ArrayBuffer>;

    #[wasm_bindgen(method, getter)]
    pub(in super::super) fn sha1(this: &R2Checksums) -> Option<ArrayBuffer>;

    #[wasm_bindgen(method, getter)]
    pub(in super::super) fn sha256(this: &R2Checksums) -> Option<ArrayBuffer>;

    #[wasm_bindgen(method, getter)]
    pub(in super::super) fn sha384(this: &R2Checksums) -> Option<ArrayBuffer>;

    #[wasm_bindgen(method, getter)]
    pub(in super::super) fn sha512(this: &R2Checksums) -> Option<ArrayBuffer>;

    #[wasm_bindgen(extends = R2Object)]
    pub(in super::super) type R2ObjectBody;

    /// There is none if the conditions of the read do not hold.
    #[wasm_bindgen(method, getter)]
    pub(in super::super) fn body(this: &R2ObjectBody) -> Option<ReadableStream>;

    #[wasm_bindgen(method, catch, js_name = arrayBuffer)]
    pub(in super::super) fn array_buffer(this: &R2ObjectBody) -> Result<Promise, JsValue>;
}

#[wasm_bindgen]
extern "C" {
    pub(in super::super) type R2HttpMetadata;

    #[wasm_bindgen(method, getter, js_name = contentType)]
    pub(in super::super) fn content_type(this: &R2HttpMetadata) -> Option<String>;

    #[wasm_bindgen(method, setter, js_name = contentType)]
    pub(in super::super) fn set_content_type(this: &R2HttpMetadata, value: &str);

    #[wasm_bindgen(method, getter, js_name = contentLanguage)]
    pub(in super::super) fn content_language(this: &R2HttpMetadata) -> Option<String>;

    #[wasm_bindgen(method, setter, js_name = contentLanguage)]
    pub(in super::super) fn set_content_language(this: &R2HttpMetadata, value: &str);

    #[wasm_bindgen(method, getter, js_name = contentDisposition)]
    pub(in super::super) fn content_disposition(this: &R2HttpMetadata) -> Option<String>;

    #[wasm_bindgen(method, setter, js_name = contentDisposition)]
    pub(in super::super) fn set_content_disposition(this: &R2HttpMetadata, value: &str);

    #[wasm_bindgen(method, getter, js_name = contentEncoding)]
    pub(in super::super) fn content_encoding(this: &R2HttpMetadata) -> Option<String>;

    #[wasm_bindgen(method, setter, js_name = contentEncoding)]
    pub(in super::super) fn set_content_encoding(this: &R2HttpMetadata, value: &str);

    #[wasm_bindgen(method, getter, js_name = cacheControl)]
    pub(in super::super) fn cache_control(this: &R2HttpMetadata) -> Option<String>;

    #[wasm_bindgen(method, setter, js_name = cacheControl)]
    pub(in super::super) fn set_cache_control(this: &R2HttpMetadata, value: &str);

    #[wasm_bindgen(method, getter, js_name = cacheExpiry)]
    pub(in super::super) fn cache_expiry(this: &R2HttpMetadata) -> Option<Date>;

    #[wasm_bindgen(method, setter, js_name = cacheExpiry)]
    pub(in super::super) fn set_cache_expiry(this: &R2HttpMetadata, value: &Date);
}
