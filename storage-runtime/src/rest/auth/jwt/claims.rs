//! What a token says, and whether that is enough.

use std::collections::BTreeMap;
use std::time::SystemTime;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::super::{Grant, Scope};
use crate::backend;

/// What a token has to say.
#[derive(Debug)]
pub(super) struct Expected {
    pub(super) issuer: Option<String>,
    pub(super) audience: Option<String>,
    pub(super) scope_claim: String,
    pub(super) grant: Option<Grant>,
    /// In seconds.
    pub(super) leeway: f64,
}

/// What a token says that may be taken.
#[derive(Debug)]
pub(super) struct Claims {
    pub(super) subject: String,
    pub(super) grant: Grant,
}

type Fields<'a> = BTreeMap<String, &'a RawValue>;

/// That a claim is missing, is not of its type, or says something else: which one. For the log, so it has nothing of
/// what the token says.
#[derive(Debug)]
pub(super) struct Unexpected(pub(super) String);

impl Unexpected {
    fn new(why: &str) -> Self {
        Self(why.to_owned())
    }
}

impl Claims {
    /// The claims, if they are as expected (RFC 7519, section 4.1).
    pub(super) fn parse(json: &[u8], expected: &Expected) -> Result<Self, Unexpected> {
        let fields: Fields<'_> = serde_json::from_slice(json)
            .map_err(|_| Unexpected::new("its claims are no JSON object"))?;
        let now = backend::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let now = now.as_secs_f64();
        let expires: f64 = required(&fields, "exp")?;
        let starts: f64 = optional(&fields, "nbf")?.unwrap_or_default();
        let is_issuer = match &expected.issuer {
            Some(issuer) => required::<String>(&fields, "iss")? == *issuer,
            None => true,
        };
        let is_audience = match &expected.audience {
            Some(audience) => texts(&fields, "aud")?.contains(audience),
            None => true,
        };
        for (holds, otherwise) in [
            (now - expected.leeway < expires, "it has expired (`exp`)"),
            (now + expected.leeway >= starts, "it is not to be taken yet (`nbf`)"),
            (is_issuer, "its issuer (`iss`) is another one"),
            (is_audience, "it is for another audience (`aud`)"),
        ] {
            if !holds {
                return Err(Unexpected::new(otherwise));
            }
        }
        let subject = optional(&fields, "sub")?.unwrap_or_default();
        let grant = match &expected.grant {
            Some(grant) => grant.clone(),
            None => granted(&fields, &expected.scope_claim)?,
        };
        Ok(Self { subject, grant })
    }
}

/// What the scopes allow. A token without any allows nothing.
fn granted(fields: &Fields<'_>, claim: &str) -> Result<Grant, Unexpected> {
    let lists = if fields.contains_key(claim) { texts(fields, claim)? } else { Vec::new() };
    let words = lists.iter().flat_map(|list| list.split(' '));
    let grant = Grant::of(words.filter_map(|word| match word {
        "kv:admin" => Some(Scope::Admin),
        "kv:read" => Some(Scope::Read),
        "kv:write" => Some(Scope::Write),
        _ => None,
    }));
    Ok(match optional::<String>(fields, "kv_prefix")? {
        // Whoever filled it in had something to fill in: that is not every key.
        Some(prefix) if prefix.is_empty() => {
            return Err(Unexpected::new("its claim `kv_prefix` is empty"));
        }
        Some(prefix) => grant.key_prefix(prefix),
        None => grant,
    })
}

fn required<T: DeserializeOwned>(fields: &Fields<'_>, name: &str) -> Result<T, Unexpected> {
    let json = fields.get(name).ok_or_else(|| Unexpected(format!("it has no claim `{name}`")))?;
    let other_type = |_| Unexpected(format!("its claim `{name}` is of another type"));
    serde_json::from_str(json.get()).map_err(other_type)
}

fn optional<T: DeserializeOwned>(fields: &Fields<'_>, name: &str) -> Result<Option<T>, Unexpected> {
    fields.contains_key(name).then(|| required(fields, name)).transpose()
}

/// One text, or a list of them.
fn texts(fields: &Fields<'_>, name: &str) -> Result<Vec<String>, Unexpected> {
    required::<String>(fields, name).map(|text| vec![text]).or_else(|_| required(fields, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expected() -> Expected {
        let text = |text: &str| Some(text.to_owned());
        Expected {
            issuer: text("issuer"),
            audience: text("kv"),
            scope_claim: "scope".to_owned(),
            grant: None,
            leeway: 60.0,
        }
    }

    /// Claims as of so many seconds from now.
    fn parse(expires: i64, starts: Option<i64>) -> Result<Claims, Unexpected> {
        let now = backend::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
        let at = |seconds: i64| now.checked_add_signed(seconds).unwrap();
        let starts = starts.map(|starts| format!(r#","nbf":{}"#, at(starts))).unwrap_or_default();
        let exp = at(expires);
        let json = format!(r#"{{"iss":"issuer","aud":"kv","exp":{exp}{starts}}}"#);
        Claims::parse(json.as_bytes(), &expected())
    }

    #[test]
    fn an_empty_prefix_is_not_every_key() {
        let parse = |prefix: &str| {
            let json = format!(
                r#"{{"iss":"issuer","aud":"kv","exp":4102444800,"scope":"kv:read"{prefix}}}"#
            );
            Claims::parse(json.as_bytes(), &expected()).map(|claims| claims.grant)
        };
        let read = Grant::of([Scope::Read]);
        assert_eq!(parse("").unwrap(), read);
        assert_eq!(parse(r#","kv_prefix":"a/""#).unwrap(), read.key_prefix("a/"));
        for prefix in [r#","kv_prefix":"""#, r#","kv_prefix":null"#, r#","kv_prefix":["a/"]"#] {
            assert!(parse(prefix).is_err(), "{prefix}");
        }
    }

    #[test]
    fn clocks_may_differ_by_the_leeway() {
        for (expires, starts) in [(30, None), (-30, None), (600, Some(-600)), (600, Some(30))] {
            assert!(parse(expires, starts).is_ok(), "{expires} {starts:?}");
        }
        for (expires, starts) in [(-61, None), (-600, None), (600, Some(90)), (-90, Some(-600))] {
            assert!(parse(expires, starts).is_err(), "{expires} {starts:?}");
        }
    }

    #[test]
    fn the_log_says_what_is_wrong() {
        let mut expected = expected();
        expected.issuer = Some("other".to_owned());
        let said = |json: &str, expected: &Expected| {
            Claims::parse(json.as_bytes(), expected).unwrap_err().0
        };
        let right = r#"{"iss":"issuer","aud":"kv","exp":4102444800}"#;
        assert_eq!(said(right, &expected), "its issuer (`iss`) is another one");
        let expected = self::expected();
        for (json, why) in [
            ("[]", "its claims are no JSON object"),
            (r#"{"iss":"issuer","aud":"kv"}"#, "it has no claim `exp`"),
            (r#"{"iss":"issuer","aud":"kv","exp":"secret"}"#, "its claim `exp` is of another type"),
            (r#"{"iss":"issuer","aud":"kv","exp":1}"#, "it has expired (`exp`)"),
            (
                r#"{"iss":"issuer","aud":"secret","exp":4102444800}"#,
                "it is for another audience (`aud`)",
            ),
            (
                r#"{"iss":"issuer","aud":"kv","exp":4102444800,"nbf":4102444800}"#,
                "it is not to be taken yet (`nbf`)",
            ),
            (
                r#"{"iss":"issuer","aud":"kv","exp":4102444800,"kv_prefix":""}"#,
                "its claim `kv_prefix` is empty",
            ),
        ] {
            assert_eq!(said(json, &expected), why);
        }
    }

    #[test]
    fn a_token_without_scopes_allows_nothing() {
        assert_eq!(parse(600, None).unwrap().grant, Grant::default());
    }
}
