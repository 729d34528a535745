//! A CORS policy that keeps the rules.

use storage_core::limits::cors::MAX_AGE;
use storage_core::manifest::CorsMethod;
use storage_core::name::{HeaderName, Origin, suggest_header, suggest_origin};

use crate::args::{CorsArgs, Texts, Value};
use crate::diag::{Errors, message};

pub(crate) struct CorsDecl {
    pub(crate) origins: Vec<Origin>,
    pub(crate) methods: Vec<CorsMethod>,
    pub(crate) headers: Vec<HeaderName>,
    pub(crate) expose: Vec<HeaderName>,
    pub(crate) max_age_seconds: Option<u32>,
}

impl CorsDecl {
    /// Reports every rule that is broken.
    pub(super) fn new(args: Value<CorsArgs>, errors: &mut Errors) -> Option<Self> {
        let Value { content, written, .. } = args;
        let CorsArgs { origins, methods, headers, expose, max_age_seconds } = content;
        let meaning = "where the pages come from that may use the bucket";
        let origins = super::required::<CorsArgs, _>(origins, "origins", meaning, &written, errors)
            .and_then(|list| some(list, meaning, errors))
            .and_then(|list| {
                super::entries(&list, |text| Origin::new(text), suggest_origin, errors)
            });
        let meaning = "what those pages may do";
        let methods = super::required::<CorsArgs, _>(methods, "methods", meaning, &written, errors)
            .and_then(|list| some(list, meaning, errors))
            .and_then(|list| super::entries(&list, CorsMethod::named, suggest_method, errors));
        let mut names = |list: Option<Texts>| match list {
            None => Some(Vec::new()),
            Some(list) => {
                super::entries(&list, |text| HeaderName::new(text), suggest_header, errors)
            }
        };
        let (headers, expose) = (names(headers), names(expose));
        let max_age_seconds =
            max_age_seconds.and_then(|seconds| super::number_u32(&seconds, MAX_AGE, errors));
        Some(Self {
            origins: origins?,
            methods: methods?,
            headers: headers?,
            expose: expose?,
            max_age_seconds,
        })
    }
}

/// A list that has something in it.
fn some(list: Texts, meaning: &str, errors: &mut Errors) -> Option<Texts> {
    if list.content.is_empty() {
        errors.push(&list, message::empty_list(list.key, meaning, list.example));
        return None;
    }
    Some(list)
}

fn suggest_method(wrong: &str) -> Option<String> {
    let method = CorsMethod::named(&wrong.trim().to_ascii_uppercase()).ok()?;
    Some(method.name().to_owned())
}
