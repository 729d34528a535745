//! Listing entries.

use std::future::IntoFuture;

use futures_util::Stream;
use futures_util::future::BoxFuture;
use storage_core::limits;

use super::{EntryInfo, RawKv, stamp};
use crate::backend::{ListEntries, ListedEntry};
use crate::error::{Error, Result};
use crate::key::ToPrefix;
use crate::list;
use crate::page::Page;

/// A listing of a KV namespace. Made by [`Kv::list`](super::Kv::list).
#[must_use = "nothing is listed until the request is awaited"]
#[derive(Debug)]
pub struct List {
    kv: RawKv,
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
}

impl List {
    pub(super) fn new(kv: RawKv) -> Self {
        Self { kv, options: ListOptions::default(), refusal: None }
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

    /// Takes all options at once, in place of those set so far.
    pub fn options(mut self, options: ListOptions) -> Self {
        self.options = options;
        self.refusal = None;
        self
    }

    /// All pages, as a stream that asks for the next when it is polled.
    pub fn pages(self) -> impl Stream<Item = Result<Page<EntryInfo>>> + Send + Unpin + 'static {
        let Self { kv, options, refusal } = self;
        let start = match refusal {
            Some(error) => Err(error.at(kv.place("list"))),
            None => Ok(options.cursor.clone()),
        };
        list::pages(start, move |cursor| {
            let options = ListOptions { cursor, ..options.clone() };
            List { kv: kv.clone(), options, refusal: None }.into_future()
        })
    }

    async fn send(self) -> Result<Page<EntryInfo>> {
        if let Some(error) = self.refusal {
            return Err(error);
        }
        let ListOptions { prefix, limit, cursor } = self.options;
        let limit = list::check_limit(limit, limits::kv::LIST_LIMIT_MAX)?;
        list::check_place(prefix.as_deref(), cursor.as_deref(), limits::kv::KEY_BYTES_MAX)?;
        let page = ListEntries { prefix, limit, cursor };
        let Page { items, prefixes, unreadable, cursor } = self.kv.backend.list(page).await?;
        let read = |entry: ListedEntry| stamp::read(entry.key, entry.metadata);
        Ok(Page { items: items.into_iter().map(read).collect(), prefixes, unreadable, cursor })
    }
}

impl IntoFuture for List {
    type Output = Result<Page<EntryInfo>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let place = self.kv.place("list");
        Box::pin(async move {
            let listed = self.send().await;
            listed.map(|page| page.at(place)).map_err(|error| error.at(place))
        })
    }
}
