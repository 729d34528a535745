//! What listings of every kind share.

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use storage_core::ErrorKind;

use crate::error::{Error, Result};
use crate::page::Page;

/// The limit of a page, checked by the platform's rule.
pub(crate) fn check_limit(limit: Option<u32>, max: u32) -> Result<u32> {
    let limit = limit.unwrap_or(max);
    if (1..=max).contains(&limit) {
        return Ok(limit);
    }
    let message = format!("the limit is {limit}, a page holds 1 to {max} items");
    Err(Error::new(ErrorKind::InvalidOption, message))
}

/// Checks what a listing is narrowed by: a prefix is no longer than a key, and an empty cursor, which
/// the platform takes for none, would begin anew and never end.
pub(crate) fn check_place(
    prefix: Option<&str>,
    cursor: Option<&str>,
    key_max: usize,
) -> Result<()> {
    if let Some(bytes) = prefix.map(str::len).filter(|bytes| *bytes > key_max) {
        let message = format!("the prefix has {bytes} bytes, a key has at most {key_max}");
        return Err(Error::new(ErrorKind::InvalidOption, message));
    }
    if cursor.is_some_and(str::is_empty) {
        return Err(Error::new(ErrorKind::InvalidOption, "the cursor is empty"));
    }
    Ok(())
}

/// All pages from `start` on, one after the other; or why there is none. `page` gets the page behind a
/// cursor.
pub(crate) fn pages<T: Send + 'static>(
    start: Result<Option<String>>,
    page: impl Fn(Option<String>) -> BoxFuture<'static, Result<Page<T>>> + Send + 'static,
) -> BoxStream<'static, Result<Page<T>>> {
    let pages = stream::try_unfold(Some((start, page)), |state| async {
        let Some((cursor, page)) = state else {
            return Ok(None);
        };
        let found = page(cursor?).await?;
        let next = found.cursor.clone().map(|cursor| (Ok(Some(cursor)), page));
        Ok(Some((found, next)))
    });
    pages.boxed()
}
