//! The one table of what there is, by which requests are answered and the OpenAPI document is written.

use storage_core::manifest::{Verb, Verbs};

use super::failure::Failure;
use super::incoming::Incoming;
use super::parameters;

/// What a request does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Batch,
    DeleteEntry,
    GetEntry,
    Health,
    Info,
    ListEntries,
    OpenApi,
    PutEntry,
}

impl Operation {
    /// What a handle needs for it. What is in a batch is looked at one by one.
    fn verb(self) -> Option<Verb> {
        match self {
            Self::DeleteEntry => Some(Verb::Delete),
            Self::GetEntry => Some(Verb::Read),
            Self::ListEntries => Some(Verb::List),
            Self::PutEntry => Some(Verb::Write),
            Self::Batch | Self::Health | Self::Info | Self::OpenApi => None,
        }
    }

    /// Whether nobody is asked who they are.
    pub(super) fn is_for_everybody(self) -> bool {
        matches!(self, Self::Health | Self::OpenApi)
    }
}

/// Which option says where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Group {
    Admin,
    Kv,
    Public,
}

/// A path, and what its methods do.
#[derive(Debug)]
pub(super) struct Route {
    pub(super) group: Group,
    /// What follows the path of the group.
    pub(super) rest: &'static str,
    pub(super) operations: &'static [(&'static str, Operation)],
}

/// How the path ends that has a key in it.
pub(super) const KEY: &str = "/{key}";

pub(super) const ROUTES: &[Route] = &[
    Route { group: Group::Kv, rest: "", operations: &[("GET", Operation::ListEntries)] },
    Route { group: Group::Kv, rest: ":batch", operations: &[("POST", Operation::Batch)] },
    Route {
        group: Group::Kv,
        rest: KEY,
        operations: &[
            ("GET", Operation::GetEntry),
            ("PUT", Operation::PutEntry),
            ("DELETE", Operation::DeleteEntry),
        ],
    },
    Route { group: Group::Admin, rest: "/info", operations: &[("GET", Operation::Info)] },
    Route { group: Group::Public, rest: "/health", operations: &[("GET", Operation::Health)] },
    Route {
        group: Group::Public,
        rest: "/open-api.json",
        operations: &[("GET", Operation::OpenApi)],
    },
];

/// Where the groups are: whole paths without a slash at the end; `None` is nowhere.
#[derive(Clone, Debug)]
pub(super) struct Paths {
    pub(super) admin: Option<String>,
    pub(super) kv: Option<String>,
    pub(super) public: Option<String>,
    /// What the handle may do, and the options leave of it. Nothing else is there.
    pub(super) verbs: Verbs,
}

/// What a path leads to.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) route: &'static Route,
    /// The key in it.
    pub(super) key: Option<String>,
}

impl Paths {
    /// What there is, each with its whole path.
    pub(super) fn routes(&self) -> impl Iterator<Item = (String, &'static Route)> {
        ROUTES.iter().filter_map(|route| {
            let path = format!("{}{}", self.of(route.group)?, route.rest);
            self.operations(route).next().map(|_| (path, route))
        })
    }

    /// Whether there is nothing to write with.
    pub(super) fn is_read_only(&self) -> bool {
        !self.verbs.contains(Verb::Write) && !self.verbs.contains(Verb::Delete)
    }

    /// What the methods of a path do.
    pub(super) fn operations(
        &self,
        route: &'static Route,
    ) -> impl Iterator<Item = (&'static str, Operation)> {
        let verbs = self.verbs;
        let is_there =
            move |operation: Operation| operation.verb().is_none_or(|verb| verbs.contains(verb));
        route.operations.iter().copied().filter(move |(_, operation)| is_there(*operation))
    }

    /// What a request asks about.
    pub(super) fn find(&self, request: &Incoming) -> Result<Found, Failure> {
        let not_found =
            || Failure::new(404, "storage_route_not_found", "there is nothing at this path");
        for route in ROUTES {
            let Some(group) = self.of(route.group) else { continue };
            let Some(rest) = request.path().strip_prefix(group) else { continue };
            if self.operations(route).next().is_none() {
                continue;
            }
            if rest == route.rest {
                return Ok(Found { route, key: None });
            }
            if route.rest == KEY
                && let Some(key) = rest.strip_prefix('/')
            {
                return Ok(Found { route, key: Some(parameters::key(key)?) });
            }
        }
        Err(not_found())
    }

    /// What a request does. `HEAD` is `GET`.
    pub(super) fn operation(
        &self,
        route: &'static Route,
        request: &Incoming,
    ) -> Result<Operation, Failure> {
        let method = request.method();
        let method = if method == "HEAD" { "GET" } else { &*method };
        let mut operations = self.operations(route);
        operations.find(|(name, _)| *name == method).map(|(_, operation)| operation).ok_or_else(
            || {
                let message = "this path has no such method";
                Failure::new(405, "storage_method_not_allowed", message)
                    .with("allow", self.allowed(route))
            },
        )
    }

    /// The methods of a path, as headers list them.
    pub(super) fn allowed(&self, route: &'static Route) -> String {
        let mut names = Vec::new();
        for (name, _) in self.operations(route) {
            names.push(name);
            if name == "GET" {
                names.push("HEAD");
            }
        }
        names.push("OPTIONS");
        names.join(", ")
    }

    pub(super) fn of(&self, group: Group) -> Option<&str> {
        match group {
            Group::Admin => self.admin.as_deref(),
            Group::Kv => self.kv.as_deref(),
            Group::Public => self.public.as_deref(),
        }
    }
}
