//! Objects as R2 gives them.

use js_sys::Uint8Array;
use storage_core::checksum::{Algorithm, Checksum};
use worker::send::SendWrapper;

use super::super::{object, sys, time};
use crate::bucket::{Checksums, HttpMetadata, ObjectInfo, StorageClass};

pub(super) fn info(found: &sys::R2Object) -> ObjectInfo {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "sizes are whole, and far below 2^53"
    )]
    let size = found.size() as u64;
    let metadata = found.custom_metadata().map(|custom| object::to_map(&custom));
    let storage_class = found.storage_class().and_then(|name| StorageClass::from_name(&name));
    ObjectInfo::new(found.key(), size, found.etag(), time(found.uploaded().get_time()))
        .with_version(found.version())
        .with_http_metadata(
            found.http_metadata().map(|http| http_metadata(&http)).unwrap_or_default(),
        )
        .with_metadata(metadata.unwrap_or_default())
        .with_checksums(checksums(found.checksums()))
        .with_storage_class(storage_class.unwrap_or_default())
}

fn http_metadata(found: &sys::R2HttpMetadata) -> HttpMetadata {
    HttpMetadata {
        content_type: found.content_type(),
        content_language: found.content_language(),
        content_disposition: found.content_disposition(),
        content_encoding: found.content_encoding(),
        cache_control: found.cache_control(),
        expires: found.cache_expiry().map(|date| time(date.get_time())),
    }
}

fn checksums(found: sys::R2Checksums) -> Checksums {
    let found = SendWrapper::new(found);
    Checksums::read_later(move || {
        let digests = [
            (Algorithm::Md5, found.md5()),
            (Algorithm::Sha1, found.sha1()),
            (Algorithm::Sha256, found.sha256()),
            (Algorithm::Sha384, found.sha384()),
            (Algorithm::Sha512, found.sha512()),
        ];
        let known = digests.into_iter().filter_map(|(algorithm, digest)| {
            let digest = digest?;
            Checksum::new(algorithm, Uint8Array::new(&digest).to_vec()).ok()
        });
        known.collect()
    })
}
