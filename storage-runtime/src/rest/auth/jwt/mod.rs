//! JSON Web Tokens (RFC 7519), signed by a secret or by the keys of an issuer.

mod claims;
mod jwks;
mod key;
mod token;

use std::net::Ipv6Addr;
use std::time::Duration;

use storage_core::ErrorKind;
use storage_core::crypto::Zeroizing;

use self::claims::{Claims, Expected, Unexpected};
use self::jwks::Jwks;
pub(crate) use self::key::Key;
pub(super) use self::token::Token;
use super::secret::Source;
use super::{Grant, Scheme, Strategy, User};
use crate::backend;
use crate::error::{Error, Result};
use crate::rest::environment::{Environment, misconfigured};
use crate::rest::failure::Failure;

/// RFC 7518, section 3.2: a secret has at least the bytes of the hash.
const SECRET_BYTES_MIN: usize = 32;

/// Tokens of one issuer: `Authorization: Bearer <token>` (feature `jwt`).
///
/// A token is taken if its signature, issuer, audience and times are right. It has to expire. What it
/// allows stands in its claim `scope`, a list or a text of words: `kv:read`, `kv:write` and `kv:admin`,
/// with the keys that start with its claim `kv_prefix`, if it has one. [`grant`](Self::grant) says it
/// for all tokens instead.
///
/// The algorithm is that of the key, whatever a token says: HS256 for a secret; RS256 (2,048 bits or more),
/// ES256 or `EdDSA` (Ed25519) for the keys of an issuer.
///
/// # Examples
///
/// ```
/// use storage::rest::Jwt;
///
/// let tokens = Jwt::jwks().issuer("https://issuer.example/").audience("kv");
/// ```
#[must_use = "it does nothing until a server has it"]
#[derive(Clone, Debug)]
pub struct Jwt {
    keys: Keys,
    issuer: Option<Source>,
    audience: Option<Source>,
    scope_claim: String,
    pub(super) grant: Option<Grant>,
    leeway: Duration,
}

#[derive(Clone, Debug)]
enum Keys {
    Secret(Source),
    Url { url: Source, cached: Duration, refresh: Duration },
}

impl Jwt {
    /// Tokens signed with the secret in `KV_JWT_SECRET` (HS256), 32 bytes or more.
    pub fn secret() -> Self {
        Self::of(Keys::Secret(Source::Variable("KV_JWT_SECRET".into())))
    }

    /// Tokens signed with one of the keys at the URL in `KV_JWKS_URL` (RFC 7517), over `https`, or `http` to this
    /// machine.
    ///
    /// The keys are kept for an hour, and asked for again when a token names one that is not among them,
    /// at most every 10 seconds. If they can't be had, those that were there are used for another hour.
    pub fn jwks() -> Self {
        Self::of(Keys::Url {
            url: Source::Variable("KV_JWKS_URL".into()),
            cached: Duration::from_secs(3600),
            refresh: Duration::from_secs(10),
        })
    }

    fn of(keys: Keys) -> Self {
        Self {
            keys,
            issuer: Some(Source::Variable("KV_JWT_ISSUER".into())),
            audience: Some(Source::Variable("KV_JWT_AUDIENCE".into())),
            scope_claim: "scope".to_owned(),
            grant: None,
            leeway: Duration::from_secs(60),
        }
    }

    /// The variable or secret that has the secret, or the URL.
    pub fn variable(mut self, name: impl Into<String>) -> Self {
        let (Keys::Secret(source) | Keys::Url { url: source, .. }) = &mut self.keys;
        *source = Source::Variable(name.into().into());
        self
    }

    /// The secret, or the URL, itself.
    pub fn text(mut self, text: impl Into<String>) -> Self {
        let (Keys::Secret(source) | Keys::Url { url: source, .. }) = &mut self.keys;
        *source = Source::text(text);
        self
    }

    /// Who has to have issued a token, in place of what `KV_JWT_ISSUER` says.
    pub fn issuer(self, issuer: impl Into<String>) -> Self {
        Self { issuer: Some(Source::text(issuer)), ..self }
    }

    /// Takes tokens of any issuer that has the key.
    pub fn any_issuer(self) -> Self {
        Self { issuer: None, ..self }
    }

    /// Whom a token has to be for, in place of what `KV_JWT_AUDIENCE` says.
    pub fn audience(self, audience: impl Into<String>) -> Self {
        Self { audience: Some(Source::text(audience)), ..self }
    }

    /// Takes tokens for anybody. An issuer with other customers then lets those in too.
    pub fn any_audience(self) -> Self {
        Self { audience: None, ..self }
    }

    /// The variables or secrets that have the issuer and the audience.
    pub fn variables(self, issuer: impl Into<String>, audience: impl Into<String>) -> Self {
        let issuer = Some(Source::Variable(issuer.into().into()));
        Self { issuer, audience: Some(Source::Variable(audience.into().into())), ..self }
    }

    /// The claim that has the scopes, in place of `scope`.
    pub fn scope_claim(self, name: impl Into<String>) -> Self {
        Self { scope_claim: name.into(), ..self }
    }

    /// What every token allows, whatever its claims say.
    pub fn grant(self, grant: Grant) -> Self {
        Self { grant: Some(grant), ..self }
    }

    /// By how much clocks may differ, in place of a minute.
    pub fn leeway(self, leeway: Duration) -> Self {
        Self { leeway, ..self }
    }

    /// How long the keys of a URL are kept, in place of an hour, and how often they are asked for at most,
    /// in place of every 10 seconds.
    pub fn cache(mut self, cached_for: Duration, at_most_every: Duration) -> Self {
        if let Keys::Url { cached, refresh, .. } = &mut self.keys {
            (*cached, *refresh) = (cached_for, at_most_every);
        }
        self
    }

    pub(super) fn resolve(&self, environment: &dyn Environment) -> Result<Verifier> {
        let read = |source: &Option<Source>| match source {
            Some(source) => source.read(environment).map(|text| Some(text.to_string())),
            None => Ok(None),
        };
        let keys = match &self.keys {
            Keys::Secret(source) => {
                let secret = source.read(environment)?;
                if secret.len() < SECRET_BYTES_MIN {
                    return Err(misconfigured(format!(
                        "the secret of the tokens has {} bytes, HS256 takes {SECRET_BYTES_MIN} or more",
                        secret.len()
                    )));
                }
                Verifying::Secret(Key::Hmac(Zeroizing::new(secret.as_bytes().to_vec())))
            }
            Keys::Url { url, cached, refresh } => {
                let url = url.read(environment)?;
                check_url(&url)?;
                Verifying::Jwks(Jwks::new(&url, *cached, *refresh))
            }
        };
        Ok(Verifier {
            keys,
            expected: Expected {
                issuer: read(&self.issuer)?,
                audience: read(&self.audience)?,
                scope_claim: self.scope_claim.clone(),
                grant: self.grant.clone(),
                leeway: self.leeway.as_secs_f64(),
            },
        })
    }
}

/// What OpenAPI calls it.
pub(super) const SCHEME: Scheme =
    Scheme { name: "jwt", json: r#"{"type":"http","scheme":"bearer","bearerFormat":"JWT"}"# };

/// What tokens are verified with.
#[derive(Debug)]
pub(super) struct Verifier {
    keys: Verifying,
    expected: Expected,
}

#[derive(Debug)]
enum Verifying {
    Secret(Key),
    Jwks(Jwks),
}

impl Verifier {
    /// Whose token it is, if everything about it is right; else why it is not taken, for the log: nothing in there is
    /// what the token says.
    pub(super) async fn verify(
        &self,
        token: &Token,
    ) -> Result<std::result::Result<User, String>, Failure> {
        if token.is_critical {
            return Ok(Err("its header has `crit`".to_owned()));
        }
        // First, so that nobody has keys fetched for nothing.
        let claims = match Claims::parse(&token.claims, &self.expected) {
            Ok(claims) => claims,
            Err(Unexpected(why)) => return Ok(Err(why)),
        };
        let is_signed = match &self.keys {
            Verifying::Secret(key) => token.is_signed_by(key).await?,
            Verifying::Jwks(jwks) => {
                let mut is_signed = false;
                for key in jwks.keys_of(token).await? {
                    is_signed = is_signed || token.is_signed_by(&key).await?;
                }
                is_signed
            }
        };
        if !is_signed {
            return Ok(Err("its signature is by no key of its algorithm that is known".to_owned()));
        }
        let Claims { subject, grant } = claims;
        let json = String::from_utf8(token.claims.clone()).unwrap_or_default();
        Ok(Ok(User::new(subject, Strategy::Jwt, grant).with_claims(json)))
    }
}

impl Token {
    /// Whether the key made the signature, by its own algorithm and no other.
    async fn is_signed_by(&self, key: &Key) -> Result<bool> {
        if self.algorithm != key.algorithm() {
            return Ok(false);
        }
        backend::verify(key, self.signed.as_bytes(), &self.signature).await
    }
}

/// Keys come over a connection that nobody can change; on the same machine there is nobody.
fn check_url(url: &str) -> Result<()> {
    let authority = |scheme: &str| {
        let rest = url.strip_prefix(scheme)?;
        rest.split(['/', '?', '#']).next()
    };
    let is_local = |host: &str| matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    match (authority("https://").and_then(host), authority("http://").and_then(host)) {
        (Some(_), _) => Ok(()),
        (_, Some(host)) if is_local(host) => Ok(()),
        _ => Err(misconfigured(
            "the URL of the keys does not start with `https://` and a host; help: of this machine, \
             `http://localhost` is one too",
        )),
    }
}

/// The host of an authority that is a host and perhaps a port, and nothing else: `http://localhost:80@a.example`
/// leads to `a.example`.
fn host(authority: &str) -> Option<&str> {
    let (host, rest) = match authority.strip_prefix('[').and_then(|rest| rest.find(']')) {
        Some(end) => authority.split_at_checked(end + 2)?,
        None => authority.split_at_checked(authority.find(':').unwrap_or(authority.len()))?,
    };
    let is_host = match host.strip_prefix('[') {
        Some(address) => address.strip_suffix(']')?.parse::<Ipv6Addr>().is_ok(),
        None => host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte)),
    };
    let is_port = rest.is_empty()
        || rest
            .strip_prefix(':')
            .is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()));
    (!host.is_empty() && is_host && is_port).then_some(host)
}

/// What is said of keys that can't be had.
fn unavailable(detail: impl Into<String>) -> Error {
    let message = "the keys that tokens are signed with can't be had";
    Error::new(ErrorKind::Unavailable, message).with_detail(detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_from_whom_they_should() {
        for url in [
            "https://issuer.example/keys",
            "https://issuer.example:8443",
            "http://127.0.0.1:8787/keys",
            "http://localhost/keys",
            "http://localhost:80?a@b",
            "http://[::1]:8787/keys",
            "https://[2001:db8::1]/keys",
        ] {
            assert!(check_url(url).is_ok(), "{url}");
        }
        for url in [
            "",
            "issuer.example",
            "https://",
            "http://issuer.example/keys",
            "http://127.0.0.1.issuer.example/keys",
            "http://127.0.0.1@issuer.example/",
            "https://user@issuer.example/",
            "file:///keys",
            "http://localhost:80@issuer.example/keys",
            "http://127.0.0.1:x@issuer.example/",
            "http://[::1]:1@issuer.example/k",
            "https://localhost:80@issuer.example/",
            "https://user:password@issuer.example/",
            "https://issuer.example\\@other.example/",
            "https://issuer.example:x/",
            "https://[::1/",
            "https://a b/",
        ] {
            assert!(check_url(url).is_err(), "{url}");
        }
    }
}
