//! The manifest read back from an artifact.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{BucketRecord, KvRecord, SCHEMA_VERSION};
use crate::name::{BindingName, WorkerName};

/// Notes kept with a declaration.
pub type Metadata = BTreeMap<String, String>;

/// What one application declares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Manifest {
    /// The version of the shape, [`SCHEMA_VERSION`].
    pub schema: u32,
    /// The Worker's name.
    pub app: WorkerName,
    /// What its fields hold.
    pub fields: Vec<Field>,
}

/// One field of an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Field {
    /// The field's name in the source.
    pub field: String,
    /// What it holds.
    #[serde(flatten)]
    pub resource: Resource,
}

/// A declaration of any kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[non_exhaustive]
pub enum Resource {
    /// An R2 bucket.
    Bucket(BucketRecord),
    /// A Workers KV namespace.
    Kv(KvRecord),
}

impl Resource {
    /// What the Worker calls it.
    #[must_use]
    pub fn binding(&self) -> &BindingName {
        match self {
            Self::Bucket(record) => &record.binding,
            Self::Kv(record) => &record.binding,
        }
    }
}

impl Manifest {
    /// Reads one line.
    fn parse(line: &[u8]) -> Result<Self, ManifestError> {
        #[derive(Deserialize)]
        struct Version {
            schema: u32,
        }
        let Version { schema } = serde_json::from_slice(line).map_err(ManifestError::Malformed)?;
        if schema != SCHEMA_VERSION {
            return Err(ManifestError::Version { found: schema });
        }
        let manifest: Self = serde_json::from_slice(line).map_err(ManifestError::Malformed)?;
        let mut bindings = BTreeSet::new();
        for field in &manifest.fields {
            if !bindings.insert(field.resource.binding()) {
                let binding = field.resource.binding().clone();
                return Err(ManifestError::DuplicateBinding { binding });
            }
        }
        Ok(manifest)
    }
}

/// Reads the whole section: one manifest a line.
///
/// # Errors
///
/// The [`ManifestError`] of the first line that can't be read.
pub fn parse_section(section: &[u8]) -> Result<Vec<Manifest>, ManifestError> {
    section
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(Manifest::parse)
        .collect()
}

/// Why a manifest can't be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum ManifestError {
    /// Two fields claim one binding.
    DuplicateBinding {
        /// The binding.
        binding: BindingName,
    },
    /// It is not a manifest.
    Malformed(serde_json::Error),
    /// It was written by another version of the library.
    Version {
        /// The version it has.
        found: u32,
    },
}

impl fmt::Display for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DuplicateBinding { binding } => {
                write!(f, "two fields claim the binding {binding}")
            }
            Self::Malformed(_) => f.write_str("the manifest is malformed"),
            Self::Version { found } => write!(
                f,
                "the manifest has schema version {found}, this tool reads {SCHEMA_VERSION}: \
                 use the same version of storage-cli and storage-runtime"
            ),
        }
    }
}

impl std::error::Error for ManifestError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Malformed(source) => Some(source),
            Self::DuplicateBinding { .. } | Self::Version { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{AppSpec, BucketSpec, FieldSpec, KvSpec, ResourceSpec};
    use super::*;

    const ASSETS: BucketSpec = BucketSpec::new("user-assets", "USER_ASSETS")
        .namespace("media")
        .existing("prod-assets")
        .metadata(&[("owner", "the \"media\" team\n"), ("tier", "\u{1}ü\\")])
        .delete_after_days(30);
    const CONFIGS: KvSpec = KvSpec::new("app-configs", "APP_CONFIGS").ttl_seconds(86_400);
    const APP: AppSpec = AppSpec::new(
        "media-api",
        &[
            FieldSpec::new("assets", ResourceSpec::Bucket(&ASSETS)),
            FieldSpec::new("configs", ResourceSpec::Kv(&CONFIGS)),
        ],
    );
    const BYTES: [u8; APP.rendered_len()] = APP.render();

    #[test]
    fn constant_and_owned_form_serialise_alike() {
        let manifests = parse_section(&BYTES).unwrap();
        let [manifest] = manifests.as_slice() else { panic!("one manifest") };
        let line = serde_json::to_string(manifest).unwrap() + "\n";
        assert_eq!(line.as_bytes(), BYTES);
    }

    /// Fails until someone decides whether a change of shape needs a new `SCHEMA_VERSION`.
    #[test]
    fn the_shape_is_the_one_that_was_approved() {
        assert_eq!(
            std::str::from_utf8(&BYTES).unwrap(),
            concat!(
                r#"{"schema":1,"app":"media-api","fields":["#,
                r#"{"field":"assets","kind":"bucket","binding":"USER_ASSETS","name":"user-assets","#,
                r#""namespace":"media","access":"private","existing":"prod-assets","#,
                r#""metadata":{"owner":"the \"media\" team\n","tier":"\u0001ü\\"},"#,
                r#""delete_after_days":30},"#,
                r#"{"field":"configs","kind":"kv","binding":"APP_CONFIGS","name":"app-configs","#,
                r#""namespace":"default","access":"private","ttl_seconds":86400}]}"#,
                "\n"
            )
        );
    }

    #[test]
    fn sections_concatenate() {
        let twice = [BYTES.as_slice(), BYTES.as_slice()].concat();
        assert_eq!(parse_section(&twice).unwrap().len(), 2);
        assert_eq!(parse_section(b"").unwrap().len(), 0);
    }

    #[test]
    fn other_versions_and_broken_names_are_refused() {
        let newer = br#"{"schema":2,"whatever":true}"#;
        assert!(matches!(parse_section(newer), Err(ManifestError::Version { found: 2 })));
        let text = String::from_utf8(BYTES.to_vec()).unwrap();
        let broken = text.replace("prod-assets", "Prod Assets");
        assert!(matches!(parse_section(broken.as_bytes()), Err(ManifestError::Malformed(_))));
        let twice = text.replace("APP_CONFIGS", "USER_ASSETS");
        assert!(matches!(
            parse_section(twice.as_bytes()),
            Err(ManifestError::DuplicateBinding { .. })
        ));
    }
}
