//! Answers to requests for links.

use storage_core::rpc::ServedRecord;

use super::super::transport::{CallBody, Returned};
use crate::bucket::Served;
use crate::content::Content;
use crate::error::{Place, Resource};
use crate::signed;

/// An answer as a message has it, and its body.
pub(in crate::rpc) fn served(served: Served) -> (ServedRecord, CallBody) {
    let (status, headers, payload) = served.into_parts();
    let headers = headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    (ServedRecord { status, headers }, payload.map_or(CallBody::Nothing, CallBody::from))
}

/// An answer that a message has.
pub(in crate::rpc) fn read_served(record: ServedRecord, body: CallBody) -> Served {
    let ServedRecord { status, mut headers } = record;
    let header = |name: &'static str| Some((name, headers.remove(name)?));
    let headers = signed::ANSWERED.into_iter().filter_map(header).collect();
    let place = Place { operation: "signed_url", resource: Resource::Bucket("unknown") };
    let content = match body {
        CallBody::Nothing => None,
        body => {
            let len = body.len().unwrap_or_default();
            Some(Content::new(Box::new(Returned { body, len }), place))
        }
    };
    Served::new(status, headers, content)
}
