//! Listing entries.

use std::future::IntoFuture;

use futures_util::Stream;
use futures_util::future::BoxFuture;
use storage_core::limits;

pub use crate::list::ListOptions;

use super::{EntryInfo, RawKv, stamp};
use crate::backend::ListedEntry;
use crate::error::Result;
use crate::key::ToPrefix;
use crate::list;
use crate::page::Page;

/// A listing of a KV namespace. Made by [`Kv::list`](super::Kv::list).
#[must_use = "nothing is listed until the request is awaited"]
#[derive(Debug)]
pub struct List {
    kv: RawKv,
    /// What was asked for, or why it can't be.
    options: Result<ListOptions>,
}

impl List {
    pub(super) fn new(kv: RawKv) -> Self {
        Self { kv, options: Ok(ListOptions::default()) }
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
    pub fn pages(self) -> impl Stream<Item = Result<Page<EntryInfo>>> + Send + 'static {
        let Self { kv, options } = self;
        let options = options.map_err(|error| error.at(kv.place("list")));
        list::pages(options, move |options| {
            List { kv: kv.clone(), options: Ok(options) }.into_future()
        })
    }

    async fn send(self) -> Result<Page<EntryInfo>> {
        let page = list::check(self.options?, limits::kv::LIST_LIMIT_MAX)?;
        let Page { items, cursor } = self.kv.backend.list(page).await?;
        let read = |entry: ListedEntry| stamp::read(entry.key, entry.metadata.as_deref());
        Ok(Page { items: items.into_iter().map(read).collect(), cursor })
    }
}

impl IntoFuture for List {
    type Output = Result<Page<EntryInfo>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let place = self.kv.place("list");
        Box::pin(async move { self.send().await.map_err(|error| error.at(place)) })
    }
}
