//! What listings of every kind share.

use futures_util::Stream;
use futures_util::future::BoxFuture;
use futures_util::stream;
use storage_core::ErrorKind;

use crate::backend::ListPage;
use crate::error::{Error, Result};
use crate::page::Page;

/// What to list, and how.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ListOptions {
    /// Only keys that start with it.
    pub prefix: Option<String>,
    /// At most so many items a page: 1 to 1,000, and 1,000 if it is left out.
    pub limit: Option<u32>,
    /// The cursor of the page before.
    pub cursor: Option<String>,
}

/// Checks the options by the platform's rules.
pub(crate) fn check(options: ListOptions, limit_max: u32) -> Result<ListPage> {
    let ListOptions { prefix, limit, cursor } = options;
    let limit = limit.unwrap_or(limit_max);
    if !(1..=limit_max).contains(&limit) {
        let message = format!("the limit is {limit}, a page holds 1 to {limit_max} items");
        return Err(Error::new(ErrorKind::InvalidOption, message));
    }
    Ok(ListPage { prefix, limit, cursor })
}

/// All pages from the options' cursor on, one after the other.
pub(crate) fn pages<T: Send + 'static>(
    options: Result<ListOptions>,
    page: impl Fn(ListOptions) -> BoxFuture<'static, Result<Page<T>>> + Send + 'static,
) -> impl Stream<Item = Result<Page<T>>> + Send + 'static {
    let start = Some((options, page));
    stream::try_unfold(start, |state| async {
        let Some((options, page)) = state else {
            return Ok(None);
        };
        let mut options = options?;
        let found = page(options.clone()).await?;
        let next = found.cursor.clone().map(|cursor| {
            options.cursor = Some(cursor);
            (Ok(options), page)
        });
        Ok(Some((found, next)))
    })
}
