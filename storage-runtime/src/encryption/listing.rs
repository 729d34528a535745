//! Listings of what is encrypted.

use futures_util::{StreamExt, stream};
use storage_core::ErrorKind;

use crate::error::Result;
use crate::page::{Page, Unreadable};

/// How many items are opened at once. On Workers that is one call of WebCrypto each, which run at the
/// same time; with more there is nothing left to gain, and a page may have 1,000.
const AT_ONCE: usize = 32;

/// The page as its users know it, each item of it opened by `open`, which gives its key as well.
///
/// What can't be decrypted is told beside the other items: who damages one would else keep all from
/// being listed. Whatever else fails is no matter of one item.
pub(super) async fn open<S, T, F>(page: Page<S>, open: impl Fn(S) -> F) -> Result<Page<T>>
where
    F: Future<Output = (String, Result<T>)>,
{
    let Page { items: sealed, prefixes, mut unreadable, cursor } = page;
    let mut items = Vec::with_capacity(sealed.len());
    let mut opening = stream::iter(sealed.into_iter().map(open)).buffered(AT_ONCE);
    while let Some((key, opened)) = opening.next().await {
        match opened {
            Ok(item) => items.push(item),
            Err(error) if error.kind() == ErrorKind::DecryptionFailed => {
                unreadable.push(Unreadable::new(key));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(Page { items, prefixes, unreadable, cursor })
}
