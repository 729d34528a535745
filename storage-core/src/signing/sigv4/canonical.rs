//! What is signed of a request, in the order that both sides put it in.

use std::cmp::Ordering;
use std::iter;

use super::{Request, encode};

/// A parameter of the query.
#[derive(Clone, Copy)]
pub(super) enum Parameter<'a> {
    Algorithm,
    Credential,
    Date,
    Expires,
    Given { name: &'a str, value: &'a str },
    SecurityToken(&'a str),
    SignedHeaders,
}

impl<'a> Parameter<'a> {
    pub(super) fn name(self) -> &'a str {
        match self {
            Self::Algorithm => "X-Amz-Algorithm",
            Self::Credential => "X-Amz-Credential",
            Self::Date => "X-Amz-Date",
            Self::Expires => "X-Amz-Expires",
            Self::Given { name, .. } => name,
            Self::SecurityToken(_) => "X-Amz-Security-Token",
            Self::SignedHeaders => "X-Amz-SignedHeaders",
        }
    }

    /// Where a parameter of the signature stands among them, as its name says.
    fn place(self) -> Option<u8> {
        match self {
            Self::Algorithm => Some(0),
            Self::Credential => Some(1),
            Self::Date => Some(2),
            Self::Expires => Some(3),
            Self::Given { .. } => None,
            Self::SecurityToken(_) => Some(4),
            Self::SignedHeaders => Some(5),
        }
    }
}

/// The parameters of a request and those of its signature, by their encoded names.
pub(super) fn parameters<'a>(
    request: &Request<'a>,
    session_token: Option<&'a str>,
) -> impl Iterator<Item = Parameter<'a>> {
    let given = request.query.iter().map(|&(name, value)| Parameter::Given { name, value });
    let own = [
        Parameter::Algorithm,
        Parameter::Credential,
        Parameter::Date,
        Parameter::Expires,
        Parameter::SignedHeaders,
    ];
    let token = session_token.map(Parameter::SecurityToken);
    sorted(own.into_iter().chain(token).chain(given), |one, other| {
        match (one.place(), other.place()) {
            (Some(one), Some(other)) => one.cmp(&other),
            _ => encode::compare(one.name(), other.name()),
        }
    })
}

/// The headers of a request and the host, by their names in lower case.
pub(super) fn headers<'a>(
    request: &Request<'a>,
    host: &'a str,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    sorted(iter::once(("host", host)).chain(request.headers.iter().copied()), |one, other| {
        compare_headers(one.0, other.0)
    })
}

/// Names of headers, which have no case.
pub(super) fn compare_headers(one: &str, other: &str) -> Ordering {
    lower(one).cmp(lower(other))
}

/// The bytes of a name of a header, as it is signed.
pub(super) fn lower(name: &str) -> impl Iterator<Item = u8> {
    name.bytes().map(|byte| byte.to_ascii_lowercase())
}

/// Different items in their order, without a list of their own: each time the least that is greater
/// than the last one. There are few.
fn sorted<T: Copy>(
    items: impl Iterator<Item = T> + Clone,
    compare: fn(&T, &T) -> Ordering,
) -> impl Iterator<Item = T> {
    let first = items.clone().min_by(compare);
    iter::successors(first, move |last| {
        items.clone().filter(|item| compare(item, last).is_gt()).min_by(compare)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signing::sigv4::Method;

    #[test]
    fn own_parameters_are_in_the_order_of_their_names() {
        let request = Request::new(Method::Get, "files", "a", 60);
        let names: Vec<_> = parameters(&request, Some("token")).map(Parameter::name).collect();
        assert_eq!(names.len(), 6);
        assert!(names.is_sorted_by(|one, other| encode::compare(one, other).is_lt()), "{names:?}");
    }
}
