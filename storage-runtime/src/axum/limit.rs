//! Limits that a layer sets on the bodies of requests.

use std::error::Error as StdError;

use http_body_util::LengthLimitError;
use storage_core::ErrorKind;

use crate::error::Error;

/// Why a body broke off: if it was cut off at a limit, that is what its sender should hear.
pub(crate) fn read_error(error: axum_core::Error) -> Box<dyn StdError + Send + Sync> {
    if is_over_limit(&error) {
        let message = "the body is over the limit for requests";
        return Error::new(ErrorKind::ValueTooLarge, message).with_source(error).into();
    }
    error.into()
}

fn is_over_limit(error: &(dyn StdError + 'static)) -> bool {
    error.is::<LengthLimitError>() || error.source().is_some_and(is_over_limit)
}

#[cfg(test)]
mod tests {
    use axum_core::body::Body as HttpBody;
    use axum_core::extract::{FromRequest as _, Request};
    use futures_util::TryStreamExt;
    use http_body_util::Limited;

    use super::*;
    use crate::body::Body;

    #[tokio::test]
    async fn a_body_over_a_limit_is_too_large() {
        for (limit, expected) in [(4, Ok(4)), (3, Err(ErrorKind::ValueTooLarge))] {
            let request = Request::new(HttpBody::new(Limited::new(HttpBody::from("four"), limit)));
            let body = Body::from_request(request, &()).await.unwrap();
            let read = body.into_stream().try_collect::<Vec<_>>().await;
            let read = read.map(|pieces| pieces.concat().len()).map_err(|error| error.kind());
            assert_eq!(read, expected, "{limit}");
        }
    }
}
