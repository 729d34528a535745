//! Requests of the public: links are answered, and nothing else is there.

use super::offer::Kind;
use super::{Shelf, Wanted};
use crate::bucket::Served;
use crate::error::{self, Place, Resource, Result};
use crate::signed::{self, LinkRequest};

/// What the paths of links have in them.
#[allow(dead_code, reason = "natively nobody serves a storage Worker")]
const LINKS: &str = "/.storage/";

/// Answers a request by the links of a storage Worker.
///
/// # Errors
///
/// If a bucket that has links can't be opened.
#[allow(dead_code, reason = "natively nobody serves a storage Worker")]
pub(crate) async fn answer_links(shelf: &dyn Shelf, request: impl LinkRequest) -> Result<Served> {
    if !request.path().split(['?', '#']).next().is_some_and(|path| path.contains(LINKS)) {
        return Ok(nothing());
    }
    let mut wanted = Wanted::linked();
    shelf.open(&mut wanted)?;
    let mut handle = signed::handle(request);
    for offer in wanted.into_found() {
        if let Kind::Bucket(bucket) = offer.into_kind() {
            handle = handle.raw_bucket(bucket);
        }
    }
    Ok(handle.await)
}

#[allow(dead_code, reason = "natively nobody serves a storage Worker")]
fn nothing() -> Served {
    let json = error::json("storage_not_found", "there is nothing here");
    let place = Place { operation: "fetch", resource: Resource::Bucket("unknown") };
    Served::json(404, json, place)
}
