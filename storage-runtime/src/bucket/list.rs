//! Listing objects.

use std::future::IntoFuture;

use futures_util::Stream;
use futures_util::future::BoxFuture;
use storage_core::limits;

use super::{Include, ObjectInfo, RawBucket};
use crate::backend::ListObjects;
use crate::error::{Error, Result};
use crate::key::ToPrefix;
use crate::list;
use crate::page::Page;

/// A listing of a bucket. Made by [`Bucket::list`](super::Bucket::list).
#[must_use = "nothing is listed until the request is awaited"]
#[derive(Debug)]
pub struct List {
    bucket: RawBucket,
    options: ListOptions,
    /// Why what was asked for can't be.
    refusal: Option<Error>,
}

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
    /// Only keys behind this one.
    pub start_after: Option<String>,
    /// See [`List::delimiter`].
    pub delimiter: Option<String>,
    /// What is wanted of each object.
    pub include: Include,
}

impl List {
    pub(crate) fn new(bucket: RawBucket) -> Self {
        Self { bucket, options: ListOptions::default(), refusal: None }
    }

    /// Only keys that start with it: text, or the [prefix](crate::Key::prefix) of a typed key.
    pub fn prefix(mut self, prefix: impl ToPrefix) -> Self {
        match prefix.to_prefix() {
            Ok(prefix) => self.options.prefix = Some(prefix),
            Err(error) => self.refusal = Some(error),
        }
        self
    }

    /// At most so many items a page: 1 to 1,000.
    pub fn limit(mut self, limit: u32) -> Self {
        self.options.limit = Some(limit);
        self
    }

    /// From where another page ended.
    pub fn cursor(mut self, cursor: impl Into<String>) -> Self {
        self.options.cursor = Some(cursor.into());
        self
    }

    /// Only keys behind this one, which need not be there. On all but the first page the cursor
    /// decides.
    pub fn start_after(mut self, key: impl Into<String>) -> Self {
        self.options.start_after = Some(key.into());
        self
    }

    /// Lists like a folder: keys that have the delimiter behind the prefix are left out, and what they
    /// start with, up to and with the delimiter, is in [`Page::prefixes`].
    pub fn delimiter(mut self, delimiter: impl Into<String>) -> Self {
        self.options.delimiter = Some(delimiter.into());
        self
    }

    /// Lists less of each object than everything.
    pub fn include(mut self, include: Include) -> Self {
        self.options.include = include;
        self
    }

    /// Takes all options at once, in place of those set so far.
    pub fn options(mut self, options: ListOptions) -> Self {
        self.options = options;
        self.refusal = None;
        self
    }

    /// All pages, as a stream that asks for the next when it is polled.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::TryStreamExt;
    /// # #[storage::bucket(name = "user-assets")]
    /// # struct UserAssets;
    /// # #[storage::app(name = "media-api")]
    /// # struct App { assets: storage::Bucket<UserAssets> }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> storage::Result<()> {
    /// # let app = App::memory();
    /// # for name in ["a", "b", "c"] { app.assets.put(name, "").await?; }
    /// let mut pages = app.assets.list().limit(2).pages();
    /// let mut keys = Vec::new();
    /// while let Some(page) = pages.try_next().await? {
    ///     keys.extend(page.items.into_iter().map(|object| object.key().to_owned()));
    /// }
    /// assert_eq!(keys, ["a", "b", "c"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn pages(self) -> impl Stream<Item = Result<Page<ObjectInfo>>> + Send + Unpin + 'static {
        let Self { bucket, options, refusal } = self;
        let start = match refusal {
            Some(error) => Err(error.at(bucket.place("list"))),
            None => Ok(options.cursor.clone()),
        };
        list::pages(start, move |cursor| {
            let options = ListOptions { cursor, ..options.clone() };
            List { bucket: bucket.clone(), options, refusal: None }.into_future()
        })
    }

    async fn send(self) -> Result<Page<ObjectInfo>> {
        if let Some(error) = self.refusal {
            return Err(error);
        }
        let ListOptions { prefix, limit, cursor, start_after, delimiter, include } = self.options;
        let limit = list::check_limit(limit, limits::r2::LIST_LIMIT_MAX)?;
        list::check_place(prefix.as_deref(), cursor.as_deref(), limits::r2::KEY_BYTES_MAX)?;
        let delimiter = delimiter.filter(|delimiter| !delimiter.is_empty());
        let page = ListObjects { prefix, limit, cursor, start_after, delimiter, include };
        self.bucket.backend.list(page).await
    }
}

impl IntoFuture for List {
    type Output = Result<Page<ObjectInfo>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let place = self.bucket.place("list");
        Box::pin(async move {
            let listed = self.send().await;
            listed.map(|page| page.at(place)).map_err(|error| error.at(place))
        })
    }
}
