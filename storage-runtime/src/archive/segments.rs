//! Listing segments.

use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt, TryStreamExt};

use super::damage::Flaw;
use super::segment::Segment;
use super::time::TIMES_END;
use super::{RawArchive, TimeRange};
use crate::bucket::{Include, List, ListOptions, ObjectInfo};
use crate::error::Result;
use crate::page::Page;

impl RawArchive {
    /// The segments that may have records of that time, in the order of their first ones. What is in the
    /// folders of that time and is no segment is an error in its place.
    pub(super) fn segments(&self, range: TimeRange) -> BoxStream<'static, Result<Segment>> {
        if let Err(error) = self.layout.check() {
            return stream::once(std::future::ready(Err(error))).boxed();
        }
        if range.from >= range.to {
            return stream::empty().boxed();
        }
        let options = ListOptions {
            include: Include::NONE,
            prefix: Some(self.layout.root()).filter(|root| !root.is_empty()),
            start_after: (range.from > 0).then(|| self.layout.folder(range.from)),
            ..ListOptions::default()
        };
        let bound = (range.to < TIMES_END).then(|| self.layout.bound(range.to));
        let pages = List::new(self.bucket.clone()).options(options).pages();
        let items =
            |page: Page<ObjectInfo>| stream::iter(page.items.into_iter().map(Result::<_>::Ok));
        let objects = pages.map_ok(items);
        let before = objects.try_flatten().try_take_while(move |object| {
            let is_before = bound.as_deref().is_none_or(|bound| object.key() < bound);
            std::future::ready(Ok(is_before))
        });
        let layout = self.layout.clone();
        let segments = before.map(move |object| {
            let object = object?;
            let (key, size) = (object.key().to_owned(), object.size());
            match layout.parse(&key) {
                Some(span) => Ok(Segment { key, span, size }),
                None => Err(Flaw::new("its key is none that this archive writes").foreign(&key)),
            }
        });
        let has_records = move |segment: &Result<Segment>| match segment {
            Ok(segment) => segment.span.last >= range.from,
            Err(_) => true,
        };
        segments.filter(move |segment| std::future::ready(has_records(segment))).boxed()
    }
}
