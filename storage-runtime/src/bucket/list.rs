//! Listing objects.

use std::future::IntoFuture;

use futures_util::Stream;
use futures_util::future::BoxFuture;
use storage_core::limits;

pub use crate::list::ListOptions;

use super::{ObjectInfo, RawBucket};
use crate::error::Result;
use crate::key::ToPrefix;
use crate::list;
use crate::page::Page;

/// A listing of a bucket. Made by [`Bucket::list`](super::Bucket::list).
#[must_use = "nothing is listed until the request is awaited"]
#[derive(Debug)]
pub struct List {
    bucket: RawBucket,
    /// What was asked for, or why it can't be.
    options: Result<ListOptions>,
}

impl List {
    pub(super) fn new(bucket: RawBucket) -> Self {
        Self { bucket, options: Ok(ListOptions::default()) }
    }

    /// Only keys that start with it: text, or the [prefix](crate::Key::prefix) of a typed key.
    pub fn prefix(mut self, prefix: impl ToPrefix) -> Self {
        let prefix = |options| Ok(ListOptions { prefix: Some(prefix.to_prefix()?), ..options });
        self.options = self.options.and_then(prefix);
        self
    }

    /// At most so many items a page: 1 to 1,000.
    pub fn limit(mut self, limit: u32) -> Self {
        self.options = self.options.map(|options| ListOptions { limit: Some(limit), ..options });
        self
    }

    /// From where another page ended.
    pub fn cursor(mut self, cursor: impl Into<String>) -> Self {
        let cursor = Some(cursor.into());
        self.options = self.options.map(|options| ListOptions { cursor, ..options });
        self
    }

    /// Takes all options at once, in place of those set so far.
    pub fn options(mut self, options: ListOptions) -> Self {
        self.options = Ok(options);
        self
    }

    /// All pages, as a stream that asks for the next when it is polled.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::{TryStreamExt, pin_mut};
    /// # #[storage::bucket(name = "user-assets")]
    /// # struct UserAssets;
    /// # #[storage::app(name = "media-api")]
    /// # struct App { assets: storage::Bucket<UserAssets> }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> storage::Result<()> {
    /// # let app = App::memory();
    /// # for name in ["a", "b", "c"] { app.assets.put(name, "").await?; }
    /// let pages = app.assets.list().limit(2).pages();
    /// pin_mut!(pages);
    /// let mut keys = Vec::new();
    /// while let Some(page) = pages.try_next().await? {
    ///     keys.extend(page.items.into_iter().map(|object| object.key().to_owned()));
    /// }
    /// assert_eq!(keys, ["a", "b", "c"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn pages(self) -> impl Stream<Item = Result<Page<ObjectInfo>>> + Send + 'static {
        let Self { bucket, options } = self;
        let options = options.map_err(|error| error.at(bucket.place("list")));
        list::pages(options, move |options| {
            List { bucket: bucket.clone(), options: Ok(options) }.into_future()
        })
    }

    async fn send(self) -> Result<Page<ObjectInfo>> {
        let page = list::check(self.options?, limits::r2::LIST_LIMIT_MAX)?;
        self.bucket.backend.list(page).await
    }
}

impl IntoFuture for List {
    type Output = Result<Page<ObjectInfo>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let place = self.bucket.place("list");
        Box::pin(async move { self.send().await.map_err(|error| error.at(place)) })
    }
}
