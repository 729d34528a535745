//! The manifest read back from an artifact.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Serialize};

use super::{BucketRecord, EncryptionRecord, KvRecord, SCHEMA_VERSION};
use crate::name::{BindingName, SecretName, WorkerName};

/// Notes kept with a declaration.
pub type Metadata = BTreeMap<String, String>;

/// What one application declares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Manifest {
    /// The version of the shape, [`SCHEMA_VERSION`].
    pub schema: u32,
    /// The version of the library that wrote it.
    pub version: String,
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

    /// How it is encrypted, if it is.
    #[must_use]
    pub fn encryption(&self) -> Option<&EncryptionRecord> {
        match self {
            Self::Bucket(record) => record.encryption.as_ref(),
            Self::Kv(record) => record.encryption.as_ref(),
        }
    }

    /// What in the account it is, where the declaration alone decides that: ``bucket `notes` ``.
    fn in_account(&self) -> Option<String> {
        match self {
            Self::Bucket(record) => Some(format!("bucket `{}`", record.bucket_name())),
            Self::Kv(record) => {
                // Hexadecimal digits mean the same in either case.
                let id = record.existing.as_ref()?.as_str().to_ascii_lowercase();
                Some(format!("KV namespace `{id}`"))
            }
        }
    }
}

impl Manifest {
    /// The secrets it needs, each once, in order.
    #[must_use]
    pub fn secrets(&self) -> BTreeSet<&SecretName> {
        let encryption = self.fields.iter().filter_map(|field| field.resource.encryption());
        encryption.map(|encryption| &encryption.secret).collect()
    }

    /// Reads one line.
    fn parse(line: &[u8]) -> Result<Self, ManifestError> {
        #[derive(Deserialize)]
        struct Heading {
            schema: u32,
            version: Option<String>,
        }
        let malformed = |written_by| move |source| ManifestError::Malformed { written_by, source };
        let Heading { schema, version } = serde_json::from_slice(line).map_err(malformed(None))?;
        if schema != SCHEMA_VERSION {
            return Err(ManifestError::Schema { found: schema, written_by: version });
        }
        let manifest = serde_json::from_slice(line).and_then(Self::within_limits);
        let manifest = manifest.map_err(malformed(version))?;
        manifest.check_distinct()?;
        Ok(manifest)
    }

    /// The rules of the constants hold for a manifest that anyone wrote, too.
    fn within_limits(self) -> serde_json::Result<Self> {
        for Field { field, resource } in &self.fields {
            let checked = match resource {
                Resource::Bucket(record) => record.check(),
                Resource::Kv(record) => record.check(),
            };
            checked
                .map_err(|rule| serde_json::Error::custom(format!("field `{field}`: {rule}")))?;
        }
        Ok(self)
    }

    /// Two fields are two resources, and have two bindings, which are no secrets.
    fn check_distinct(&self) -> Result<(), ManifestError> {
        let secrets = self.secrets();
        let mut seen = BTreeMap::new();
        for Field { field, resource } in &self.fields {
            let binding = resource.binding().as_str();
            if secrets.iter().any(|secret| secret.as_str() == binding) {
                return Err(ManifestError::SecretIsBinding(binding.to_owned()));
            }
            let binding = format!("binding `{binding}`");
            for what in [Some(binding), resource.in_account()].into_iter().flatten() {
                if let Some(first) = seen.insert(what.clone(), field) {
                    let fields = [first.clone(), field.clone()];
                    return Err(ManifestError::Duplicate { fields, what });
                }
            }
        }
        Ok(())
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
    /// Two fields claim one binding, or mean one resource.
    Duplicate {
        /// The fields.
        fields: [String; 2],
        /// What they share, in words.
        what: String,
    },
    /// It is not a manifest, or says something that this version doesn't know.
    Malformed {
        /// The version of the library that wrote it, as far as it says so.
        written_by: Option<String>,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// A secret has the name of a binding, and there is one thing of each name.
    SecretIsBinding(String),
    /// It has another shape.
    Schema {
        /// The version of the shape.
        found: u32,
        /// The version of the library that wrote it, as far as it says so.
        written_by: Option<String>,
    },
}

impl ManifestError {
    /// The version of the library that wrote what can't be read, as far as it is known.
    #[must_use]
    pub fn written_by(&self) -> Option<&str> {
        match self {
            Self::Duplicate { .. } | Self::SecretIsBinding(_) => None,
            Self::Malformed { written_by, .. } | Self::Schema { written_by, .. } => {
                written_by.as_deref()
            }
        }
    }
}

impl fmt::Display for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Duplicate { fields: [first, second], what } => {
                write!(
                    f,
                    "the fields `{first}` and `{second}` are both the {what}\n\
                     help: declare it once, or give one of the declarations another `name`, \
                     `namespace`, `binding` or `existing`"
                )
            }
            Self::Malformed { .. } => f.write_str("the manifest is malformed"),
            Self::SecretIsBinding(name) => {
                write!(f, "`{name}` is a binding and a secret\nhelp: give the secret another name")
            }
            Self::Schema { found, .. } => {
                write!(f, "the manifest has schema {found}, and this tool reads {SCHEMA_VERSION}")
            }
        }
    }
}

impl std::error::Error for ManifestError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Malformed { source, .. } => Some(source),
            Self::Duplicate { .. } | Self::SecretIsBinding(_) | Self::Schema { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{AppSpec, BucketSpec, EncryptionSpec, FieldSpec, KvSpec, ResourceSpec};
    use super::*;

    const ASSETS: BucketSpec = BucketSpec::new("user-assets", "USER_ASSETS")
        .namespace("media")
        .existing("prod-assets")
        .metadata(&[("owner", "the \"media\" team\n"), ("tier", "\u{1}ü\\")])
        .delete_after_days(30);
    const CONFIGS: KvSpec = KvSpec::new("app-configs", "APP_CONFIGS")
        .encryption(EncryptionSpec::new("CONFIG_KEYS").with_metadata())
        .ttl_seconds(86_400);
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
                r#"{"schema":1,"version":""#,
                env!("CARGO_PKG_VERSION"),
                r#"","app":"media-api","fields":["#,
                r#"{"field":"assets","kind":"bucket","binding":"USER_ASSETS","name":"user-assets","#,
                r#""namespace":"media","access":"private","existing":"prod-assets","#,
                r#""metadata":{"owner":"the \"media\" team\n","tier":"\u0001ü\\"},"#,
                r#""delete_after_days":30},"#,
                r#"{"field":"configs","kind":"kv","binding":"APP_CONFIGS","name":"app-configs","#,
                r#""namespace":"default","access":"private","#,
                r#""encryption":{"secret":"CONFIG_KEYS","metadata":"encrypted"},"#,
                r#""ttl_seconds":86400}]}"#,
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
    fn numbers_over_the_limit_are_refused() {
        let text = String::from_utf8(BYTES.to_vec()).unwrap();
        let broken = text.replace("86400", "2147483648");
        let Err(ManifestError::Malformed { source, .. }) = parse_section(broken.as_bytes()) else {
            panic!("{broken}")
        };
        let expected = "field `configs`: the time to live is 2147483648 seconds";
        assert!(source.to_string().starts_with(expected), "{source}");
    }

    #[test]
    fn broken_names_are_refused() {
        let text = String::from_utf8(BYTES.to_vec()).unwrap();
        let broken = text.replace("prod-assets", "Prod Assets");
        assert!(matches!(parse_section(broken.as_bytes()), Err(ManifestError::Malformed { .. })));
    }

    #[test]
    fn what_can_not_be_read_says_who_wrote_it() {
        let newer = br#"{"schema":2,"version":"0.9.0","whatever":true}"#;
        let error = parse_section(newer).unwrap_err();
        assert!(matches!(error, ManifestError::Schema { found: 2, .. }), "{error}");
        assert_eq!(error.written_by(), Some("0.9.0"));
        let richer = br#"{"schema":1,"version":"0.2.0","app":"a","fields":[],"new":true}"#;
        let error = parse_section(richer).unwrap_err();
        assert!(matches!(error, ManifestError::Malformed { .. }), "{error}");
        assert_eq!(error.written_by(), Some("0.2.0"));
        assert_eq!(parse_section(b"{}").unwrap_err().written_by(), None);
    }

    /// The manifest of an application of two fields.
    fn two(first: &str, second: &str) -> Result<Vec<Manifest>, ManifestError> {
        let common = r#""access":"private""#;
        let line = format!(
            r#"{{"schema":1,"version":"0.1.0","app":"a","fields":[{{"field":"one",{first},{common}}},{{"field":"two",{second},{common}}}]}}"#
        );
        parse_section(line.as_bytes())
    }

    #[test]
    fn two_fields_are_two_resources() {
        let bucket = |binding: &str, namespace: &str, name: &str| {
            format!(
                r#""kind":"bucket","binding":"{binding}","namespace":"{namespace}","name":"{name}""#
            )
        };
        let kv = |binding: &str, id: &str| {
            format!(r#""kind":"kv","binding":"{binding}","namespace":"default","name":"logs"{id}"#)
        };
        let existing = r#","existing":"files""#;
        let id = r#","existing":"0f2ac74b498b48021cb68387c421e279""#;
        let shouted = r#","existing":"0F2AC74B498B48021CB68387C421E279""#;
        for (first, second, what) in [
            (bucket("A", "default", "logs"), kv("A", ""), "binding `A`"),
            (bucket("A", "a-b", "log"), bucket("B", "a", "b-log"), "bucket `a-b-log`"),
            (
                bucket("A", "default", "one") + existing,
                bucket("B", "default", "two") + existing,
                "bucket `files`",
            ),
            (
                bucket("A", "default", "one") + existing,
                bucket("B", "default", "files"),
                "bucket `files`",
            ),
            (kv("A", id), kv("B", id), "KV namespace `0f2ac74b498b48021cb68387c421e279`"),
            (kv("A", id), kv("B", shouted), "KV namespace `0f2ac74b498b48021cb68387c421e279`"),
        ] {
            let error = two(&first, &second).unwrap_err();
            let ManifestError::Duplicate { fields, what: found } = &error else {
                panic!("{error:?}")
            };
            assert_eq!(
                (fields.each_ref().map(String::as_str), found.as_str()),
                (["one", "two"], what)
            );
            assert!(error.to_string().contains("\nhelp: "), "{error}");
        }
        assert!(two(&kv("A", ""), &kv("B", "")).is_ok(), "wrangler makes one for each binding");
    }
}
