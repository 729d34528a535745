//! One declaration, and the entry that a configuration file has for it.

use storage_core::manifest::Manifest;

use super::claims::Claim;
use super::edit::{Change, Edit, Entry, Field, Setting};
use super::error::Problem;
use super::kind::{Identity, Kind};
use super::plan::Scope;
use super::tree::Node;

/// What a field asks for.
pub(super) struct Declared<'a> {
    /// The field, or the first of several.
    pub(super) field: &'a str,
    pub(super) kind: &'a dyn Kind,
}

/// One declaration and its place.
pub(super) struct Resource<'a> {
    pub(super) scope: &'a Scope<'a>,
    pub(super) manifest: &'a Manifest,
    /// All that the file has entries for.
    pub(super) all: &'a [Declared<'a>],
    pub(super) declared: &'a Declared<'a>,
}

/// Whether an entry is that of a declaration.
pub(super) fn is_for(entry: &Node, kind: &dyn Kind) -> bool {
    entry.get("binding").and_then(Node::text) == Some(kind.binding().as_str())
}

impl Resource<'_> {
    fn kind(&self) -> &dyn Kind {
        self.declared.kind
    }

    pub(super) fn edits(&self, claims: &[Claim<'_>]) -> Result<Vec<Edit>, Problem> {
        let section = self.kind().section();
        let entries = self.entries()?;
        let mut own = entries.iter().enumerate().filter(|(_, entry)| is_for(entry, self.kind()));
        let first = own.next();
        if let Some((_, second)) = own.next() {
            return Err(Problem::malformed(
                second.at,
                format!(
                    "`{}` has two entries with the binding `{}`\nhelp: remove one of them",
                    self.scope.path(section),
                    self.kind().binding()
                ),
            ));
        }
        self.check_name_is_free(claims, first.map(|(index, _)| index))?;
        match first {
            Some((index, entry)) => self.complete(index, entry),
            None => self.add().map(|edit| vec![edit]),
        }
    }

    fn entries(&self) -> Result<&[Node], Problem> {
        let section = self.kind().section();
        let found = self.scope.container.and_then(|container| container.get(section));
        let Some(list) = found else { return Ok(&[]) };
        let path = self.scope.path(section);
        if !list.is_array() {
            let message = format!("`{path}` has to be an array, and is {}", list.words());
            return Err(Problem::malformed(list.at, message));
        }
        for entry in list.elements() {
            if !entry.is_object() {
                let message = format!(
                    "an entry of `{path}` has to be a table with a `binding`, and is {}",
                    entry.words()
                );
                return Err(Problem::malformed(entry.at, message));
            }
            if let Some(binding) = entry.get("binding")
                && binding.text().is_none()
            {
                let words = binding.words();
                let message = format!("a `binding` of `{path}` has to be a string, and is {words}");
                return Err(Problem::malformed(binding.at, message));
            }
        }
        Ok(list.elements())
    }

    fn check_name_is_free(&self, claims: &[Claim<'_>], own: Option<usize>) -> Result<(), Problem> {
        let binding = self.kind().binding().as_str();
        let section = self.scope.path(self.kind().section());
        let own_path = own.map(|index| format!("{section}[{index}]"));
        let other = claims
            .iter()
            .find(|claim| claim.name == binding && Some(&claim.path) != own_path.as_ref());
        let Some(other) = other else { return Ok(()) };
        Err(Problem::conflict(
            other.at,
            format!(
                "the binding `{binding}` is `{}` here, and the {} in the code (field `{}` of \
                 `{}`): a Worker's bindings have different names\n\
                 help: {}",
                other.path,
                self.kind().words(),
                self.declared.field,
                self.manifest.app,
                self.kind().help_to_rename(),
            ),
        ))
    }

    fn identity(&self) -> Result<Option<Identity>, Problem> {
        let found = self.kind().identity(self.scope.env);
        let found = found.map_err(|message| Problem::unsupported(None, message))?;
        if let (Some(env), Some(own)) = (self.scope.env, &found) {
            self.check_not_declared(env, own)?;
        }
        Ok(found)
    }

    /// A suffix can lead to a name that production has.
    fn check_not_declared(&self, env: &str, own: &Identity) -> Result<(), Problem> {
        let is_it = |kind: &dyn Kind| {
            let declared = kind.identity(None).ok().flatten();
            declared
                .is_some_and(|declared| (declared.key, &declared.value) == (own.key, &own.value))
        };
        let Some(other) = self.all.iter().find(|other| is_it(other.kind)) else {
            return Ok(());
        };
        Err(Problem::unsupported(
            None,
            format!(
                "in `{env}`, the field `{}` would hold the {} `{}`, which is that of the field `{}` \
                 outside of environments\n\
                 help: add the entry of `{}` to the environment by hand, with a `{}` of your choice",
                self.declared.field,
                self.kind().noun(),
                own.value,
                other.field,
                self.kind().binding(),
                own.key,
            ),
        ))
    }

    fn complete(&self, index: usize, entry: &Node) -> Result<Vec<Edit>, Problem> {
        let identity = self.missing_identity(entry)?;
        let identity = identity.map(|found| (found.key, Setting::Text(found.value)));
        let settings = self.kind().settings().into_iter();
        let missing = settings.filter(|(key, _)| entry.get(key).is_none());
        let missing = identity.into_iter().chain(missing);
        let missing = missing.map(|(key, value)| (vec![key.to_owned()], Change::Add(value)));
        let changes = self.kind().changes(entry)?;
        let edit = |(path, change)| {
            Edit::Field(Field {
                env: self.scope.env.map(str::to_owned),
                section: self.kind().section(),
                index,
                binding: self.kind().binding().to_string(),
                path,
                change,
            })
        };
        Ok(missing.chain(changes).map(edit).collect())
    }

    fn missing_identity(&self, entry: &Node) -> Result<Option<Identity>, Problem> {
        // What an environment's entry says is the environment's own choice.
        let Some(identity) = self.kind().identity(None).ok().flatten() else {
            return Ok(None);
        };
        if let Some(present) = entry.get(identity.key) {
            return self.agree(&identity, present).map(|()| None);
        }
        if self.scope.env.is_some() && self.kind().exists_already() {
            return Ok(None);
        }
        self.identity()
    }

    fn agree(&self, declared: &Identity, present: &Node) -> Result<(), Problem> {
        let Some(text) = present.text() else {
            return Err(Problem::malformed(
                present.at,
                format!("`{}` has to be a string, and is {}", declared.key, present.words()),
            ));
        };
        if self.scope.env.is_some() || text == declared.value {
            return Ok(());
        }
        Err(Problem::conflict(
            present.at,
            format!(
                "the binding `{}` means `{text}` here and `{}` in the code (field `{}` of `{}`)\n\
                 help: {}",
                self.kind().binding(),
                declared.value,
                self.declared.field,
                self.manifest.app,
                (declared.help)(text),
            ),
        ))
    }

    fn add(&self) -> Result<Edit, Problem> {
        if let Some(env) = self.scope.env
            && self.kind().exists_already()
        {
            return Err(self.undecided(env));
        }
        let mut fields = vec![("binding", Setting::Text(self.kind().binding().to_string()))];
        let identity = self.identity()?;
        fields.extend(identity.map(|identity| (identity.key, Setting::Text(identity.value))));
        fields.extend(self.kind().settings());
        Ok(Edit::Entry(Entry {
            env: self.scope.env.map(str::to_owned),
            section: self.kind().section(),
            fields,
        }))
    }

    /// What exists already has users. That an environment works on it as well has to be somebody's
    /// decision, and not the outcome of a name.
    fn undecided(&self, env: &str) -> Problem {
        let identity = self.kind().identity(None).ok().flatten();
        let (key, value) = identity.map(|identity| (identity.key, identity.value)).unzip();
        let (key, value) = (key.unwrap_or_default(), value.unwrap_or_default());
        let entry = Edit::Entry(Entry {
            env: Some(env.to_owned()),
            section: self.kind().section(),
            fields: vec![
                ("binding", Setting::Text(self.kind().binding().to_string())),
                (key, Setting::Text(format!("<{key}>"))),
            ],
        });
        Problem::unsupported(
            self.scope.container.map(|container| container.at),
            format!(
                "the field `{}` of `{}` holds a {} that exists already, `{value}`: whether `{env}` \
                 uses the same is for you to decide\n\
                 help: add this entry to the file; its `{key}` is one of the environment's own, or \
                 `{value}` to share it:\n{}",
                self.declared.field,
                self.manifest.app,
                self.kind().noun(),
                self.scope.syntax.by_hand(&entry),
            ),
        )
    }
}
