//! What a Worker and `cargo storage rotate` say to each other when keys are rotated.
//!
//! The request is a `POST` with a [token](issue_token) in `Authorization: Bearer ...` and a
//! [`RotationRequest`] as JSON; the answer is a [`RotationPage`] as JSON.

mod page;
mod token;

pub use page::{RotationPage, RotationProblem, RotationRequest};
pub use token::{TOKEN_REFUSED, TOKEN_SECONDS, TokenRefused, issue_token, verify_token};
