//! The server as it runs.

use std::fmt;
use std::sync::Arc;

use storage_core::ErrorKind;
use storage_core::manifest::Verb;

use super::answer::Answer;
use super::auth::{Grant, Guard, Scope};
use super::cors::Cors;
use super::failure::Failure;
use super::incoming::Incoming;
use super::network::{Addresses, RateLimit};
use super::route::{Found, Operation, Paths};
use super::store::Store;
use super::{admin, batch, entry, list, open_api};

/// A KV namespace over REST, as it runs. Made by [`KvServer::start`](super::KvServer::start).
///
/// With the feature `axum` it is a `tower` service, so a route of an axum app: the module has an
/// [example](super). On Workers `storage::edge::serve_kv` is the body of a Worker's `fetch`. Cheap to
/// clone.
#[derive(Clone)]
pub struct KvService {
    pub(super) parts: Arc<Parts>,
    #[cfg(feature = "axum")]
    pub(super) peer: Option<super::tower::Peer>,
}

/// What a server consists of.
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) store: Store,
    pub(super) guard: Guard,
    pub(super) paths: Paths,
    pub(super) addresses: Addresses,
    pub(super) limit: Option<RateLimit>,
    pub(super) body_max: u64,
    pub(super) cors: Option<Cors>,
}

impl KvService {
    pub(super) fn new(parts: Parts) -> Self {
        Self {
            parts: Arc::new(parts),
            #[cfg(feature = "axum")]
            peer: None,
        }
    }

    /// Answers a request. There is an answer to every one: errors are answers too.
    pub async fn answer(&self, mut request: Incoming) -> Answer {
        self.answer_to(&mut request).await
    }

    /// The same, where somebody wants to know what is left of the request.
    pub(crate) async fn answer_to(&self, request: &mut Incoming) -> Answer {
        let parts = &*self.parts;
        let answer = match parts.answer(request).await {
            Ok(answer) => answer,
            Err(failure) => failure.into(),
        };
        let answer = match &parts.cors {
            Some(cors) => cors.open(request, answer).with("vary", "accept, origin"),
            None => answer.with("vary", "accept"),
        };
        let answer = answer.closed();
        if request.method() == "HEAD" { answer.without_body() } else { answer }
    }
}

impl Parts {
    async fn answer(&self, request: &mut Incoming) -> Result<Answer, Failure> {
        self.addresses.check(request)?;
        if let Some(limit) = &self.limit {
            limit.check(request).await?;
        }
        let Found { route, key } = self.paths.find(request)?;
        if request.method() == "OPTIONS" {
            let methods = self.paths.allowed(route);
            let answer = Answer::empty().with("allow", methods.clone());
            return Ok(match &self.cors {
                Some(cors) => cors.preflight(request, methods, answer),
                None => answer,
            });
        }
        let operation = self.paths.operation(route, request)?;
        let grant = if operation.is_for_everybody() {
            Grant::default()
        } else {
            // Nobody is asked of a public server.
            let user = self.guard.identify(request).await?;
            user.map_or_else(Grant::all, |user| user.grant().clone())
        };
        if key.as_deref() == Some("") {
            return Err(self.empty_key());
        }
        self.run(operation, key.unwrap_or_default(), &grant, request).await
    }

    /// Does what a request asks for, if that is allowed.
    async fn run(
        &self,
        operation: Operation,
        key: String,
        grant: &Grant,
        request: &mut Incoming,
    ) -> Result<Answer, Failure> {
        match operation {
            Operation::Batch => batch::run(self, grant, request).await,
            Operation::DeleteEntry => {
                self.check(grant, Scope::Write, Some(&key))?;
                entry::delete(&self.store, key, request).await
            }
            Operation::GetEntry => {
                self.check(grant, Scope::Read, Some(&key))?;
                entry::get(&self.store, key, request).await
            }
            Operation::Health => Ok(Answer::data(r#""OK""#)),
            Operation::Info => {
                self.check(grant, Scope::Admin, None)?;
                admin::info(self, request)
            }
            Operation::ListEntries => {
                self.check(grant, Scope::Read, None)?;
                list::list(&self.store, grant, request).await
            }
            Operation::OpenApi => Ok(Answer::document(open_api::document(self))),
            Operation::PutEntry => {
                self.check(grant, Scope::Write, Some(&key))?;
                entry::put(&self.store, key, request, self.body_max).await
            }
        }
    }

    /// That something may be done.
    pub(super) fn check(
        &self,
        grant: &Grant,
        scope: Scope,
        key: Option<&str>,
    ) -> Result<(), Failure> {
        if grant.allows(scope, key) {
            return Ok(());
        }
        if grant.allows(scope, None) {
            return Err(Failure::forbidden("this key is not yours"));
        }
        let name = scope.name();
        Err(Failure::forbidden(if self.guard.takes_tokens() {
            format!("this takes the scope `{name}`, which a token has as `kv:{name}`")
        } else {
            format!("this takes the scope `{name}`")
        }))
    }

    /// What is at the path of the entries with a slash behind it.
    fn empty_key(&self) -> Failure {
        let failure = Failure::of(ErrorKind::InvalidKey, "the key is empty");
        match &self.paths.kv {
            Some(kv) if self.paths.verbs.contains(Verb::List) => {
                failure.help(&format!("a listing is `{kv}`, without a slash at the end"))
            }
            _ => failure,
        }
    }
}

impl fmt::Debug for KvService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("KvService").field(&self.parts).finish()
    }
}
