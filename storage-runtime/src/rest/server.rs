//! The server as it is configured.

use std::sync::Arc;

use storage_core::limits;
use storage_core::manifest::{Verb, Verbs};

use super::auth::{ApiKey, Basic, Credentials, User};
use super::cors::Cors;
use super::environment::{Environment, misconfigured};
use super::incoming::Incoming;
use super::network::{Addresses, RateLimit, RateLimiter};
use super::route::{Group, Paths};
use super::service::{KvService, Parts};
use super::store::Store;
use crate::declare::DeclareKv;
use crate::error::Result;
use crate::grant::Grants;
use crate::kv::Kv;

/// A KV namespace over REST, as it is configured. [`start`](Self::start) makes a [`KvService`] of it.
///
/// The [module](super) has the endpoints and an example.
#[must_use = "a server does nothing until it is started"]
#[derive(Clone, Debug)]
pub struct KvServer {
    store: Store,
    credentials: Credentials,
    base: String,
    admin: Option<String>,
    kv: Option<String>,
    public: Option<String>,
    addresses: Option<Vec<String>>,
    body_max: u64,
    cors: Option<Cors>,
    limit: Option<Limit>,
    /// What there is to do.
    verbs: Verbs,
}

/// Where a limit comes from, and after how many seconds to come back.
#[derive(Clone, Debug)]
struct Limit {
    by: LimitBy,
    retry_after: u64,
}

#[derive(Clone, Debug)]
enum LimitBy {
    Binding(String),
    Limiter(RateLimiter),
}

impl KvServer {
    /// A server of that namespace: at `/v1/kv`, `/v1/admin` and `/`, with bodies of at most 25 MiB.
    ///
    /// If the declaration names the type of its values (`value = T`), nothing else can be written. What the
    /// handle [may not do](crate::grant), the server does not have: of a [`KvReader`](crate::KvReader) it has no
    /// listing and no way to write.
    pub fn new<D: DeclareKv, G: Grants>(kv: Kv<D, G>) -> Self {
        Self {
            store: Store::new(kv),
            credentials: Credentials::default(),
            base: String::new(),
            admin: Some("/v1/admin".to_owned()),
            kv: Some("/v1/kv".to_owned()),
            public: Some("/".to_owned()),
            addresses: None,
            body_max: limits::kv::VALUE_BYTES_MAX as u64,
            cors: None,
            limit: None,
            verbs: G::VERBS,
        }
    }

    /// Lets whoever has that key ask. May be said several times, with other keys.
    pub fn api_key(mut self, key: ApiKey) -> Self {
        self.credentials.keys.push(key);
        self
    }

    /// Lets whoever has that name and password ask. May be said several times.
    pub fn basic(mut self, basic: Basic) -> Self {
        self.credentials.basics.push(basic);
        self
    }

    /// Lets whoever has such a token ask. May be said several times, for several issuers.
    #[cfg(feature = "jwt")]
    pub fn jwt(mut self, jwt: super::Jwt) -> Self {
        self.credentials.jwts.push(jwt);
        self
    }

    /// Asks a function of yours last: with the request, and with who the credentials are of, if they
    /// are anybody's. Whom it returns is who asks, and may do what that [`User`] may; `None` is
    /// refused. `/health` and `/open-api.json` are for everybody.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[storage::kv(name = "app-configs")]
    /// # pub struct AppConfigs;
    /// # #[storage::app(name = "media-api")]
    /// # pub struct App { configs: storage::Kv<AppConfigs> }
    /// use storage::rest::{Grant, Incoming, KvServer, Scope, User};
    ///
    /// let app = App::memory();
    /// let server = KvServer::new(app.configs).authorize(|request: &Incoming, _| {
    ///     let team = request.header("x-team").map(std::borrow::Cow::into_owned);
    ///     async move {
    ///         let grant = |team| Grant::of([Scope::Read]).key_prefix(format!("{team}/"));
    ///         Ok(team.map(|team| User::named(team.clone(), grant(team))))
    ///     }
    /// });
    /// ```
    pub fn authorize<F, A>(mut self, hook: F) -> Self
    where
        F: Fn(&Incoming, Option<&User>) -> A + Send + Sync + 'static,
        A: Future<Output = Result<Option<User>>> + Send + 'static,
    {
        self.credentials.hook = Some(Arc::new(move |request, user| Box::pin(hook(request, user))));
        self
    }

    /// Lets everybody do everything. Without this, a server that asks for no credentials does not start.
    pub fn public(mut self) -> Self {
        self.credentials.public = true;
        self
    }

    /// Puts everything under that path: `/storage`. It is no part of any key.
    pub fn base_path(self, path: impl Into<String>) -> Self {
        Self { base: path.into(), ..self }
    }

    /// Puts the entries under that path, in place of `/v1/kv`; `None` puts them nowhere.
    pub fn kv_path(self, path: impl Into<Option<&'static str>>) -> Self {
        Self { kv: path.into().map(str::to_owned), ..self }
    }

    /// Puts `info` under that path, in place of `/v1/admin`; `None` puts it nowhere.
    pub fn admin_path(self, path: impl Into<Option<&'static str>>) -> Self {
        Self { admin: path.into().map(str::to_owned), ..self }
    }

    /// Puts `health` and `open-api.json` under that path, in place of `/`; `None` puts them nowhere.
    pub fn public_path(self, path: impl Into<Option<&'static str>>) -> Self {
        Self { public: path.into().map(str::to_owned), ..self }
    }

    /// Answers only these addresses and networks: `192.0.2.7`, `2001:db8::/32`. With an empty list the
    /// server does not start.
    ///
    /// # Platforms
    ///
    /// On Workers the address is that in `cf-connecting-ip`, which Cloudflare sets. Natively it is what
    /// [`KvService::peer_address`] finds; a request without one is refused.
    pub fn allow_addresses<T: Into<String>>(self, networks: impl IntoIterator<Item = T>) -> Self {
        let networks = networks.into_iter().map(Into::into).collect();
        Self { addresses: Some(networks), ..self }
    }

    /// Answers pages of other origins.
    pub fn cors(self, cors: Cors) -> Self {
        Self { cors: Some(cors), ..self }
    }

    /// Limits how often an address may ask, by a rate limit of the platform: the name of its binding,
    /// and its period, which clients that are refused (429) are told as `Retry-After`.
    ///
    /// # Platforms
    ///
    /// Natively there is no such binding, and the server does not start: see
    /// [`rate_limiter`](Self::rate_limiter).
    pub fn rate_limit(self, binding: impl Into<String>, period_seconds: u64) -> Self {
        let by = LimitBy::Binding(binding.into());
        Self { limit: Some(Limit { by, retry_after: period_seconds }), ..self }
    }

    /// The same by a limiter of your own.
    pub fn rate_limiter(self, limiter: RateLimiter, period_seconds: u64) -> Self {
        let by = LimitBy::Limiter(limiter);
        Self { limit: Some(Limit { by, retry_after: period_seconds }), ..self }
    }

    /// Takes bodies of at most so many bytes, in place of the 25 MiB that KV keeps of a value at most; those that
    /// are JSON have at most 8 MiB in any case.
    pub fn max_body_bytes(self, bytes: u64) -> Self {
        Self { body_max: bytes, ..self }
    }

    /// Only reads: there is no way to write. Of a handle that can't write, a server is so by itself.
    pub fn read_only(self) -> Self {
        let reads = Verbs::of(&[Verb::Read, Verb::List]);
        Self { verbs: self.verbs.intersection(reads), ..self }
    }

    /// Starts the server with the variables and secrets of an environment: `&env` on Workers,
    /// [`&Process`](super::Process) natively.
    ///
    /// # Errors
    ///
    /// [`Misconfigured`](crate::ErrorKind::Misconfigured) if nobody is asked who they are and it is not
    /// [`public`](Self::public), if a variable that is named is not there, or if the options contradict
    /// each other.
    pub fn start(self, environment: &dyn Environment) -> Result<KvService> {
        let Self { store, credentials, body_max, cors, .. } = &self;
        let limit = match &self.limit {
            None => None,
            Some(Limit { by, retry_after }) => {
                let limiter = match by {
                    LimitBy::Limiter(limiter) => limiter.clone(),
                    LimitBy::Binding(name) => {
                        environment.rate_limiter(name).ok_or_else(|| no_limit(name))?
                    }
                };
                Some(RateLimit { limiter, retry_after: *retry_after })
            }
        };
        cors.as_ref().map_or(Ok(()), Cors::check)?;
        let value_max = limits::kv::VALUE_BYTES_MAX as u64;
        if *body_max > value_max {
            return Err(misconfigured(format!(
                "`.max_body_bytes({body_max})` is more than a value of KV has, {value_max} bytes"
            )));
        }
        Ok(KvService::new(Parts {
            store: store.clone(),
            guard: credentials.resolve(environment)?,
            paths: self.paths()?,
            addresses: match &self.addresses {
                Some(networks) => Addresses::parse(networks)?,
                None => Addresses::default(),
            },
            limit,
            body_max: *body_max,
            cors: cors.clone(),
        }))
    }

    /// Where everything is.
    fn paths(&self) -> Result<Paths> {
        let base = whole(&self.base)?;
        let under = |path: &Option<String>| -> Result<Option<String>> {
            path.as_deref().map(|path| Ok(format!("{base}{}", whole(path)?))).transpose()
        };
        let (admin, kv, public) = (under(&self.admin)?, under(&self.kv)?, under(&self.public)?);
        for path in [&admin, &kv].into_iter().flatten() {
            if *path == base {
                return Err(misconfigured(
                    "only the public endpoints can be at `/`; help: leave `kv` and `admin` paths \
                     of their own",
                ));
            }
        }
        let paths = Paths { admin, kv, public, verbs: self.verbs };
        let kv = paths.of(Group::Kv).map(|kv| format!("{kv}/"));
        for (path, route) in paths.routes() {
            if route.group != Group::Kv && kv.as_ref().is_some_and(|kv| path.starts_with(kv)) {
                return Err(misconfigured(format!("`{path}` would be the path of a key")));
            }
        }
        Ok(paths)
    }
}

/// A path that begins with a slash and does not end with one: what is empty or `/` is nothing.
fn whole(path: &str) -> Result<String> {
    let path = path.trim_matches('/');
    if path.is_empty() {
        return Ok(String::new());
    }
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let is_segment =
        |segment: &str| !matches!(segment, "" | "." | "..") && segment.bytes().all(is_plain);
    if path.split('/').all(is_segment) {
        return Ok(format!("/{path}"));
    }
    Err(misconfigured(format!(
        "`{path}` is no path here: letters, digits, `-`, `.`, `_` and `~` between slashes"
    )))
}

fn no_limit(name: &str) -> crate::Error {
    misconfigured(format!(
        "there is no rate limit `{name}`; help: add it to `ratelimits` of the wrangler file, or \
         natively use `rate_limiter`"
    ))
}
