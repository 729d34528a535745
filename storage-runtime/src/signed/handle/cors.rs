//! What browsers ask before, and look for behind, a request of a page from elsewhere.

use storage_core::manifest::CorsSpec;

use super::headers::guard;
use super::request::{Asked, brief};
use crate::bucket::Served;

const ORIGIN: &str = "access-control-allow-origin";

/// The answer to a browser's question whether a page may.
pub(super) struct Preflight<'a> {
    spec: &'a CorsSpec,
    origin: &'a str,
    headers: Option<&'a str>,
}

impl<'a> Preflight<'a> {
    /// Or what the log is told of why it may not.
    pub(super) fn of(
        asked: &'a Asked,
        spec: Option<&'a CorsSpec>,
        bucket: &str,
    ) -> Result<Self, String> {
        let spec = spec.ok_or_else(|| format!("`{bucket}` has no `cors(..)`"))?;
        let asks = |name| {
            let other =
                || "no browser asks so: by `OPTIONS`, and without saying what for".to_owned();
            asked.value(name).ok_or_else(other)
        };
        let (origin, method) = (asks("origin")?, asks("access-control-request-method")?);
        let refuse = |what: &str, value: &str, list: &str| {
            Err(format!("{what} `{}` is not in `cors({list} = ..)` of `{bucket}`", brief(value)))
        };
        let Some(allowed) = allowed_origin(asked, spec) else {
            return refuse("origin", origin, "origins");
        };
        if !allows_method(spec, method) {
            return refuse("method", method, "methods");
        }
        let headers = asked.value("access-control-request-headers");
        let other = headers.and_then(|all| listed(all).find(|name| !allows_header(spec, name)));
        match other {
            Some(other) => refuse("header", other, "headers"),
            None => Ok(Self { spec, origin: allowed, headers }),
        }
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

fn allows_header(spec: &CorsSpec, name: &str) -> bool {
    spec.headers.iter().any(|allowed| *allowed == "*" || allowed.eq_ignore_ascii_case(name))
}

/// The names in a list.
fn listed(names: &str) -> impl Iterator<Item = &str> {
    names.split(',').map(str::trim).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use storage_core::manifest::{CorsMethod, CorsSpec};

    use super::*;
    use crate::body::Body;
    use crate::bucket::AsRequest;
    use crate::signed::LinkRequest;

    /// A browser's question.
    struct Question([(&'static str, &'static str); 3]);

    impl AsRequest for Question {
        fn method(&self) -> Cow<'_, str> {
            "OPTIONS".into()
        }

        fn header(&self, name: &str) -> Option<Cow<'_, str>> {
            self.0.iter().find(|(header, _)| *header == name).map(|(_, value)| (*value).into())
        }
    }

    impl LinkRequest for Question {
        fn path(&self) -> Cow<'_, str> {
            "/.storage/a".into()
        }

        fn into_body(self) -> Body {
            Body::empty()
        }
    }

    #[test]
    fn the_log_names_what_is_not_declared_and_where() {
        let spec = CorsSpec::new(&["https://app.example.com"], &[CorsMethod::Put]);
        let said = |spec: Option<&CorsSpec>, origin, method, headers| {
            let asked = Asked::of(&Question([
                ("origin", origin),
                ("access-control-request-method", method),
                ("access-control-request-headers", headers),
            ]));
            Preflight::of(&asked, spec, "documents").map(drop)
        };
        let app = "https://app.example.com";
        let spec = Some(&spec);
        assert_eq!(said(spec, app, "PUT", ""), Ok(()));
        for (origin, method, headers, says) in [
            (
                "http://localhost:5173",
                "PUT",
                "",
                "origin `http://localhost:5173` is not in `cors(origins",
            ),
            (app, "GET", "", "method `GET` is not in `cors(methods"),
            (app, "PUT", "content-type, x-a", "header `content-type` is not in `cors(headers"),
        ] {
            let says = format!("{says} = ..)` of `documents`");
            assert_eq!(said(spec, origin, method, headers), Err(says));
        }
        assert_eq!(said(None, app, "PUT", ""), Err("`documents` has no `cors(..)`".to_owned()));
    }
}
