//! What a put and an upload in parts have in common.

/// The setters of whatever has `options` with these fields.
macro_rules! object_setters {
    () => {
        /// Keeps a content type with the object.
        pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
            self.options.http.content_type = Some(content_type.into());
            self
        }

        /// Keeps a content language with the object.
        pub fn content_language(mut self, content_language: impl Into<String>) -> Self {
            self.options.http.content_language = Some(content_language.into());
            self
        }

        /// Keeps a content disposition with the object: `attachment; filename="report.pdf"`.
        ///
        /// A header is ASCII. A file name in other letters is percent-encoded UTF-8 (RFC 8187):
        /// `attachment; filename*=UTF-8''%C3%BC.png` for `ü.png`.
        pub fn content_disposition(mut self, content_disposition: impl Into<String>) -> Self {
            self.options.http.content_disposition = Some(content_disposition.into());
            self
        }

        /// Keeps a content encoding with the object: `gzip`. The body is stored as it is.
        pub fn content_encoding(mut self, content_encoding: impl Into<String>) -> Self {
            self.options.http.content_encoding = Some(content_encoding.into());
            self
        }

        /// Keeps a caching policy with the object: `public, max-age=3600`.
        pub fn cache_control(mut self, cache_control: impl Into<String>) -> Self {
            self.options.http.cache_control = Some(cache_control.into());
            self
        }

        /// Keeps with the object until when it may be cached. It does not delete it.
        pub fn expires(mut self, expires: std::time::SystemTime) -> Self {
            self.options.http.expires = Some(expires);
            self
        }

        /// Keeps a name and a value with the object. The last value of a name counts.
        pub fn metadata(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
            self.options.metadata.insert(name.into(), value.into());
            self
        }

        /// Keeps the object in a storage class of its own; else it is that of the bucket.
        pub fn storage_class(mut self, storage_class: $crate::bucket::StorageClass) -> Self {
            self.options.storage_class = Some(storage_class);
            self
        }

        /// Has R2 encrypt the object with this key, which every read then has to bring along.
        pub fn customer_key(mut self, customer_key: $crate::bucket::CustomerKey) -> Self {
            self.options.customer_key = Some(customer_key);
            self
        }
    };
}

pub(super) use object_setters;
