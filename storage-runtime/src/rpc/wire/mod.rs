//! What backends say, as messages have it, and back.

mod bucket;
mod kv;
mod served;
mod times;

use base64ct::{Base64, Encoding as _};
use storage_core::ErrorKind;

use crate::bucket::CustomerKey;
use crate::error::{Error, Result};
use crate::page::{Page, Unreadable};

pub(super) use bucket::*;
pub(super) use kv::*;
pub(super) use served::*;
use storage_core::rpc::PageRecord;

/// A page as a message has it.
pub(super) fn page<T, R>(page: Page<T>, record: impl Fn(T) -> R) -> PageRecord<R> {
    let Page { items, prefixes, unreadable, cursor } = page;
    PageRecord {
        items: items.into_iter().map(record).collect(),
        prefixes,
        unreadable: unreadable.iter().map(|one| one.key().to_owned()).collect(),
        cursor,
    }
}

/// A page that a message has.
pub(super) fn read_page<T, R>(record: PageRecord<R>, read: impl Fn(R) -> T) -> Page<T> {
    let PageRecord { items, prefixes, unreadable, cursor } = record;
    let mut page = Page::new(items.into_iter().map(read).collect(), cursor).with_prefixes(prefixes);
    page.unreadable = unreadable.into_iter().map(Unreadable::new).collect();
    page
}

fn write_customer_key(key: &CustomerKey) -> String {
    Base64::encode_string(key.as_bytes())
}

fn read_customer_key(text: &str) -> Result<CustomerKey> {
    let mut key = [0; 32];
    match Base64::decode(text, &mut key).map(<[u8]>::len) {
        Ok(32) => Ok(CustomerKey::new(key)),
        _ => Err(malformed("the customer's key is not 32 bytes")),
    }
}

/// What is said of a message that breaks a rule: no application of this library sends one.
pub(super) fn malformed(detail: &str) -> Error {
    Error::new(ErrorKind::InvalidOption, "the call is not one of a storage Worker")
        .with_detail(detail)
}
