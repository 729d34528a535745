//! What browsers ask before, and look for behind, a request of a page from elsewhere.

use storage_core::manifest::CorsSpec;

use super::headers::guard;
use super::request::Asked;
use crate::bucket::Served;

const ORIGIN: &str = "access-control-allow-origin";

/// The answer to a browser's question whether a page may.
pub(super) struct Preflight<'a> {
    spec: &'a CorsSpec,
    origin: &'a str,
    headers: Option<&'a str>,
}

impl<'a> Preflight<'a> {
    /// `None` if it may not.
    pub(super) fn of(asked: &'a Asked, spec: Option<&'a CorsSpec>) -> Option<Self> {
        let spec = spec?;
        let origin = allowed_origin(asked, spec)?;
        let method = asked.value("access-control-request-method")?;
        let headers = asked.value("access-control-request-headers");
        let may =
            allows_method(spec, method) && headers.is_none_or(|all| allows_headers(spec, all));
        may.then_some(Self { spec, origin, headers })
    }

    pub(super) fn answer(self) -> Served {
        let Self { spec, origin, headers } = self;
        let methods: Vec<_> = spec.methods.iter().map(|method| method.name()).collect();
        let mut answer = vec![
            (ORIGIN, origin.to_owned()),
            ("access-control-allow-methods", methods.join(", ")),
            (
                "vary",
                "Origin, Access-Control-Request-Method, Access-Control-Request-Headers".into(),
            ),
        ];
        if let Some(headers) = headers {
            answer.push(("access-control-allow-headers", headers.to_owned()));
        }
        if let Some(seconds) = spec.max_age_seconds {
            answer.push(("access-control-max-age", seconds.to_string()));
        }
        guard(Served::new(204, answer, None))
    }
}

/// Lets a page of an allowed origin read the answer.
pub(super) fn allow(served: Served, asked: &Asked, spec: Option<&CorsSpec>) -> Served {
    let Some(spec) = spec else { return served };
    let served = served.set("vary", "Origin".to_owned());
    match allowed_origin(asked, spec) {
        Some(origin) if allows_method(spec, &asked.method) => {
            let served = served.set(ORIGIN, origin.to_owned());
            if spec.expose.is_empty() {
                return served;
            }
            served.set("access-control-expose-headers", spec.expose.join(", "))
        }
        _ => served,
    }
}

/// What to say of the origin of a request, if it is an allowed one.
fn allowed_origin<'a>(asked: &'a Asked, spec: &CorsSpec) -> Option<&'a str> {
    let origin = asked.value("origin")?;
    if spec.origins.contains(&"*") {
        return Some("*");
    }
    spec.origins.contains(&origin).then_some(origin)
}

fn allows_method(spec: &CorsSpec, method: &str) -> bool {
    spec.methods.iter().any(|allowed| allowed.name() == method)
}

fn allows_headers(spec: &CorsSpec, asked: &str) -> bool {
    asked.split(',').map(str::trim).filter(|name| !name.is_empty()).all(|name| {
        spec.headers.iter().any(|allowed| *allowed == "*" || allowed.eq_ignore_ascii_case(name))
    })
}
