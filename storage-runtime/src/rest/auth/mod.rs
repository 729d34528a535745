//! Who may ask: credentials, and what they allow.

mod basic;
mod grant;
#[cfg(feature = "jwt")]
mod jwt;
mod key;
mod secret;
mod user;

use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;

pub use basic::Basic;
pub use grant::{Grant, Scope};
#[cfg(feature = "jwt")]
pub use jwt::Jwt;
#[cfg(feature = "jwt")]
pub(crate) use jwt::Key;
pub use key::ApiKey;
pub use user::{Strategy, User};

use super::environment::{Environment, misconfigured};
use super::failure::Failure;
use super::incoming::Incoming;
#[cfg(feature = "jwt")]
use crate::backend;
use crate::error::Result;

/// What decides in place of, or after, the credentials.
pub(super) type Hook =
    Arc<dyn Fn(&Incoming, Option<&User>) -> BoxFuture<'static, Result<Option<User>>> + Send + Sync>;

/// Who may ask, as it is configured.
#[derive(Clone, Default)]
pub(super) struct Credentials {
    pub(super) public: bool,
    pub(super) keys: Vec<ApiKey>,
    pub(super) basics: Vec<Basic>,
    #[cfg(feature = "jwt")]
    pub(super) jwts: Vec<Jwt>,
    pub(super) hook: Option<Hook>,
}

/// Who may ask.
pub(super) struct Guard {
    pub(super) public: bool,
    keys: Vec<key::Known>,
    basics: Vec<basic::Known>,
    #[cfg(feature = "jwt")]
    jwts: Vec<jwt::Verifier>,
    hook: Option<Hook>,
}

/// A way to authenticate, as OpenAPI describes it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scheme {
    pub(super) name: &'static str,
    pub(super) json: &'static str,
}

/// What OpenAPI has no word for: without it, the document would say that nobody is asked.
const HOOK: Scheme = Scheme {
    name: "hook",
    json: r#"{"type":"http","scheme":"bearer","description":"A function of this server's own decides, by whatever it reads of a request: this header, or another."}"#,
};

impl Credentials {
    /// The credentials themselves. A server that anybody can use has to say so.
    pub(super) fn resolve(&self, environment: &dyn Environment) -> Result<Guard> {
        let keys = self.keys.iter().map(|key| key.resolve(environment)).collect::<Result<_>>()?;
        let basics =
            self.basics.iter().map(|basic| basic.resolve(environment)).collect::<Result<_>>()?;
        #[cfg(feature = "jwt")]
        let jwts = self.jwts.iter().map(|jwt| jwt.resolve(environment)).collect::<Result<_>>()?;
        let guard = Guard {
            public: self.public,
            keys,
            basics,
            #[cfg(feature = "jwt")]
            jwts,
            hook: self.hook.clone(),
        };
        match (guard.public, !guard.schemes().is_empty()) {
            (false, false) => Err(misconfigured(
                "nobody is asked who they are; help: add an `.api_key(..)`, or if anybody may do \
                 everything, say `.public()`",
            )),
            (true, true) => Err(misconfigured(
                "the server is public and asks for credentials; help: leave out `.public()`",
            )),
            _ => guard.check_names().and(self.check_prefixes()).map(|()| guard),
        }
    }
}

impl Credentials {
    /// An empty prefix is somebody's mistake, and would be easily taken for all keys.
    fn check_prefixes(&self) -> Result<()> {
        let keys = self.keys.iter().map(|key| &key.grant);
        let grants = keys.chain(self.basics.iter().map(|basic| &basic.grant));
        #[cfg(feature = "jwt")]
        let grants = grants.chain(self.jwts.iter().filter_map(|jwt| jwt.grant.as_ref()));
        for grant in grants {
            if grant.prefix() == Some("") {
                return Err(misconfigured(
                    "a key prefix is empty; help: leave out `.key_prefix(..)` for all keys",
                ));
            }
        }
        Ok(())
    }
}

impl Guard {
    /// Who is asking, if it is somebody; `None` where nobody is asked.
    pub(super) async fn identify(&self, request: &Incoming) -> Result<Option<User>, Failure> {
        if self.public {
            return Ok(None);
        }
        let mut user = self.verify(request);
        #[cfg(feature = "jwt")]
        if user.is_none() {
            user = self.verify_token(request).await?;
        }
        if let Some(hook) = &self.hook {
            user = hook(request, user.as_ref()).await?;
        }
        match user {
            Some(user) => Ok(Some(user)),
            None => Err(self.unauthorized()),
        }
    }

    /// Whether somebody may come with a token.
    pub(super) fn takes_tokens(&self) -> bool {
        self.schemes().iter().any(|scheme| scheme.name == "jwt")
    }

    /// The ways to authenticate.
    pub(super) fn schemes(&self) -> Vec<Scheme> {
        let mut schemes = Vec::new();
        if !self.keys.is_empty() {
            schemes.extend(key::SCHEMES);
        }
        if !self.basics.is_empty() {
            schemes.push(basic::SCHEME);
        }
        #[cfg(feature = "jwt")]
        if !self.jwts.is_empty() {
            schemes.push(jwt::SCHEME);
        }
        if self.hook.is_some() {
            schemes.push(HOOK);
        }
        schemes
    }

    /// Who has credentials that were told in advance.
    pub(super) fn known(&self) -> impl Iterator<Item = &User> {
        let keys = self.keys.iter().map(|key| &key.user);
        keys.chain(self.basics.iter().map(|basic| &basic.user))
    }

    /// Whose credentials these are, if they are anybody's.
    fn verify(&self, request: &Incoming) -> Option<User> {
        if let Some(presented) = request.header("x-api-key")
            && let Some(known) = key::find(&self.keys, &presented)
        {
            return Some(known.user.clone());
        }
        if let Some(presented) = authorization(request, "basic") {
            return basic::find(&self.basics, &presented).map(|known| known.user.clone());
        }
        let presented = authorization(request, "bearer")?;
        key::find(&self.keys, &presented).map(|known| known.user.clone())
    }

    /// Whose token this is, if it is one.
    #[cfg(feature = "jwt")]
    async fn verify_token(&self, request: &Incoming) -> Result<Option<User>, Failure> {
        let presented = authorization(request, "bearer");
        let Some(token) = presented.as_deref().and_then(jwt::Token::parse) else { return Ok(None) };
        // An issuer whose keys can't be had takes nothing away from the others.
        let (mut failed, mut reasons) = (None, Vec::new());
        for jwt in &self.jwts {
            match jwt.verify(&token).await {
                Ok(Ok(user)) => return Ok(Some(user)),
                Ok(Err(reason)) => reasons.push(reason),
                Err(failure) => failed = Some(failure),
            }
        }
        // Whoever has sent it is not told.
        if !reasons.is_empty() {
            backend::print(&format!("storage: a token is not taken: {}", reasons.join("; ")));
        }
        failed.map_or(Ok(None), Err)
    }

    fn unauthorized(&self) -> Failure {
        let mut challenges = Vec::new();
        if self.schemes().iter().any(|scheme| scheme.name != basic::SCHEME.name) {
            challenges.push("Bearer");
        }
        if !self.basics.is_empty() {
            challenges.push(r#"Basic realm="kv", charset="UTF-8""#);
        }
        Failure::new(401, "storage_unauthorized", "the credentials are missing or wrong")
            .with("www-authenticate", challenges.join(", "))
    }

    /// Two keys that are the same would allow what the last of them does, and so would two names with the same
    /// password.
    fn check_names(&self) -> Result<()> {
        for (at, basic) in self.basics.iter().enumerate() {
            if self.basics.iter().skip(at + 1).any(|other| other.is_same(basic)) {
                let name = basic.user.id();
                return Err(misconfigured(format!(
                    "`{name}` is there twice, with the same password"
                )));
            }
        }
        for (at, key) in self.keys.iter().enumerate() {
            let mut others = self.keys.iter().skip(at + 1);
            if let Some(other) = others.find(|other| other.secret == key.secret) {
                return Err(misconfigured(format!(
                    "`{}` and `{}` have the same API key",
                    key.user.id(),
                    other.user.id()
                )));
            }
        }
        Ok(())
    }
}

/// What is presented under a scheme, whose name is in lowercase.
fn authorization(request: &Incoming, scheme: &str) -> Option<String> {
    let header = request.header("authorization")?;
    let (presented, credentials) = header.split_once(' ')?;
    presented.eq_ignore_ascii_case(scheme).then(|| credentials.trim().to_owned())
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("Credentials");
        fields.field("public", &self.public).field("keys", &self.keys);
        #[cfg(feature = "jwt")]
        fields.field("jwts", &self.jwts);
        fields.field("basics", &self.basics).finish_non_exhaustive()
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard").field("public", &self.public).finish_non_exhaustive()
    }
}
