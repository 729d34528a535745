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

/// An answer that a message has, if it is one of HTTP.
pub(in crate::rpc) fn read_served(record: ServedRecord, body: CallBody) -> Option<Served> {
    let ServedRecord { status, mut headers } = record;
    if !(200..600).contains(&status) {
        return None;
    }
    let header = |name: &'static str| Some((name, headers.remove(name)?));
    let headers = signed::ANSWERED.into_iter().filter_map(header).collect();
    let place = Place { operation: "signed_url", resource: Resource::Bucket("unknown") };
    let content = match body {
        // The platform makes no response with a body of these.
        _ if matches!(status, 204 | 205 | 304) => None,
        CallBody::Nothing => None,
        body => {
            let len = body.len().unwrap_or_default();
            Some(Content::new(Box::new(Returned { body, len }), place))
        }
    };
    Some(Served::new(status, headers, content))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_status_of_an_answer_is_none() {
        let read = |status| {
            let record = ServedRecord { status, headers: [].into() };
            read_served(record, CallBody::Nothing).is_some()
        };
        assert!([200, 206, 304, 403, 503, 599].into_iter().all(read));
        let has_body = |status| {
            let record = ServedRecord { status, headers: [].into() };
            let body = CallBody::Bytes(bytes::Bytes::from_static(b"body"));
            read_served(record, body).unwrap().has_body()
        };
        assert!([200, 404].into_iter().all(has_body));
        assert!(![204, 205, 304].into_iter().any(has_body));
        assert!(![0, 1, 100, 101, 199, 600, 999, 1000, u16::MAX].into_iter().any(read));
    }
}
