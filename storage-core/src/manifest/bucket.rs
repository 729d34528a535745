//! What a bucket declaration says.

use super::environment::{Names, Purpose, must_be_apart};
use super::{
    Access, CorsSpec, EncryptionSpec, S3Spec, SignedUrlsSpec, metadata_bytes, must, must_fit,
};
use crate::const_text::Writer;
use crate::limits::r2;
#[cfg(feature = "manifest")]
use crate::limits::{LimitError, signed_urls};
use crate::name;

/// A bucket declaration as a constant: what `#[storage::bucket]` emits.
///
/// Each method checks its rule while the constant is evaluated, so a declaration that breaks one
/// does not compile, whoever wrote it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct BucketSpec {
    /// The logical name, `user-assets`.
    pub name: &'static str,
    /// The group the name lives in.
    pub namespace: &'static str,
    /// What the Worker calls it, `USER_ASSETS`.
    pub binding: &'static str,
    /// Who may read without going through the Worker.
    pub access: Access,
    /// The name of a bucket that exists already and is managed elsewhere.
    pub existing: Option<&'static str>,
    /// Notes kept with the declaration.
    pub metadata: &'static [(&'static str, &'static str)],
    /// How what is written is encrypted, if it is.
    pub encryption: Option<EncryptionSpec>,
    /// Every operation writes a line to the log.
    pub observability: bool,
    /// How URLs are signed that lead to the Worker, if they are.
    pub signed_urls: Option<SignedUrlsSpec>,
    /// How URLs are signed that lead to R2 itself, if they are.
    pub s3: Option<S3Spec>,
    /// Which pages of other origins may use it, if any.
    pub cors: Option<CorsSpec>,
    /// Objects are deleted this many days after they were written.
    pub delete_after_days: Option<u32>,
    /// Objects move to infrequent access this many days after they were written.
    pub infrequent_access_after_days: Option<u32>,
    /// Uploads in parts that nobody completed end this many days after they began.
    pub abort_uploads_after_days: Option<u32>,
}

impl BucketSpec {
    /// A private bucket in the default namespace.
    ///
    /// # Panics
    ///
    /// In the constant, if a name breaks its rule.
    #[must_use]
    pub const fn new(name: &'static str, binding: &'static str) -> Self {
        must(name::check_bucket(name));
        must(name::check_binding(binding));
        Self {
            name,
            namespace: name::DEFAULT_NAMESPACE,
            binding,
            access: Access::Private,
            existing: None,
            metadata: &[],
            encryption: None,
            observability: false,
            signed_urls: None,
            s3: None,
            cors: None,
            delete_after_days: None,
            infrequent_access_after_days: None,
            abort_uploads_after_days: None,
        }
    }

    /// In a namespace of its own. Together with the name it has to be a bucket name, which the
    /// application makes sure of, since a bucket that [exists](Self::existing) has another name.
    ///
    /// # Panics
    ///
    /// In the constant, if the namespace breaks its rule.
    #[must_use]
    pub const fn namespace(mut self, namespace: &'static str) -> Self {
        must(name::check_namespace(namespace));
        self.namespace = namespace;
        self
    }

    /// On a bucket that exists already.
    ///
    /// # Panics
    ///
    /// In the constant, if the name breaks R2's rule.
    #[must_use]
    pub const fn existing(mut self, bucket: &'static str) -> Self {
        must(name::check_bucket(bucket));
        self.existing = Some(bucket);
        self
    }

    /// With notes.
    ///
    /// # Panics
    ///
    /// In the constant, if the notes are larger than an object's metadata may be.
    #[must_use]
    pub const fn metadata(mut self, metadata: &'static [(&'static str, &'static str)]) -> Self {
        must_fit(r2::METADATA.check(metadata_bytes(metadata)));
        self.metadata = metadata;
        self
    }

    /// With everything written encrypted.
    ///
    /// # Panics
    ///
    /// In the constant, if the secret is called as the binding.
    #[must_use]
    pub const fn encryption(mut self, encryption: EncryptionSpec) -> Self {
        self.encryption = Some(encryption);
        must_be_apart(&self.names());
        self
    }

    /// With a line in the log for every operation.
    #[must_use]
    pub const fn observability(mut self) -> Self {
        self.observability = true;
        self
    }

    /// With URLs that lead to the Worker.
    ///
    /// # Panics
    ///
    /// In the constant, if the secret has a name that stands for something else here.
    #[must_use]
    pub const fn signed_urls(mut self, signed_urls: SignedUrlsSpec) -> Self {
        self.signed_urls = Some(signed_urls);
        must_be_apart(&self.names());
        self
    }

    /// With URLs that lead to R2 itself.
    ///
    /// # Panics
    ///
    /// In the constant, if one of its names stands for something else here.
    #[must_use]
    pub const fn s3(mut self, s3: S3Spec) -> Self {
        self.s3 = Some(s3);
        must_be_apart(&self.names());
        self
    }

    /// With pages of other origins.
    #[must_use]
    pub const fn cors(mut self, cors: CorsSpec) -> Self {
        self.cors = Some(cors);
        self
    }

    /// With a lifecycle rule that deletes objects.
    ///
    /// # Panics
    ///
    /// In the constant, if it is less than a day.
    #[must_use]
    pub const fn delete_after_days(mut self, days: u32) -> Self {
        must_fit(r2::DELETE_AFTER_DAYS.check(days as u64));
        self.delete_after_days = Some(days);
        self
    }

    /// With a lifecycle rule that moves objects to infrequent access.
    ///
    /// # Panics
    ///
    /// In the constant, if it is less than a day.
    #[must_use]
    pub const fn infrequent_access_after_days(mut self, days: u32) -> Self {
        must_fit(r2::INFREQUENT_ACCESS_AFTER_DAYS.check(days as u64));
        self.infrequent_access_after_days = Some(days);
        self
    }

    /// With a lifecycle rule that ends uploads which nobody completed.
    ///
    /// # Panics
    ///
    /// In the constant, if it is less than a day.
    #[must_use]
    pub const fn abort_uploads_after_days(mut self, days: u32) -> Self {
        must_fit(r2::ABORT_UPLOADS_AFTER_DAYS.check(days as u64));
        self.abort_uploads_after_days = Some(days);
        self
    }

    /// The rules that need the whole declaration.
    pub(super) const fn check(&self) {
        if let (Some(days), Some(deleted)) =
            (self.infrequent_access_after_days, self.delete_after_days)
        {
            must_fit(r2::infrequent_access_before(deleted).check(days as u64));
        }
        if self.existing.is_none() {
            must_fit(name::check_qualified(self.namespace, self.name));
        }
    }

    /// The name of the R2 bucket in the account, in pieces.
    pub(super) const fn bucket_name_pieces(&self) -> [&'static str; 3] {
        match self.existing {
            Some(existing) => [existing, "", ""],
            None if name::str_eq(self.namespace, name::DEFAULT_NAMESPACE) => [self.name, "", ""],
            None => [self.namespace, "-", self.name],
        }
    }

    /// The names it claims in the environment.
    pub(super) const fn names(&self) -> Names {
        let mut names = [Some((self.binding, Purpose::Binding)), None, None, None, None, None];
        let [_, encryption, signing, account, id, key] = &mut names;
        if let Some(EncryptionSpec { secret, .. }) = self.encryption {
            *encryption = Some((secret, Purpose::EncryptionKeys));
        }
        if let Some(SignedUrlsSpec { secret, .. }) = self.signed_urls {
            *signing = Some((secret, Purpose::SigningKeys));
        }
        if let Some(S3Spec { account_id, access_key_id, secret_access_key }) = self.s3 {
            *account = Some((account_id, Purpose::AccountId));
            *id = Some((access_key_id, Purpose::AccessKeyId));
            *key = Some((secret_access_key, Purpose::SecretAccessKey));
        }
        names
    }

    pub(super) const fn write<const N: usize>(&self, out: &mut Writer<N>) {
        super::write_common(
            out,
            "bucket",
            self.binding,
            self.name,
            self.namespace,
            self.access,
            self.existing,
            self.metadata,
        );
        if let Some(encryption) = &self.encryption {
            encryption.write(out);
        }
        if self.observability {
            out.key("observability");
            out.raw("true");
        }
        if let Some(signed_urls) = &self.signed_urls {
            signed_urls.write(out);
        }
        if let Some(s3) = &self.s3 {
            s3.write(out);
        }
        if let Some(cors) = &self.cors {
            cors.write(out);
        }
        if let Some(days) = self.delete_after_days {
            out.key("delete_after_days");
            out.number(days as u64);
        }
        if let Some(days) = self.infrequent_access_after_days {
            out.key("infrequent_access_after_days");
            out.number(days as u64);
        }
        if let Some(days) = self.abort_uploads_after_days {
            out.key("abort_uploads_after_days");
            out.number(days as u64);
        }
    }
}

/// A bucket declaration read back from a manifest.
#[cfg(feature = "manifest")]
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct BucketRecord {
    /// What the Worker calls it.
    pub binding: name::BindingName,
    /// The logical name.
    pub name: name::BucketName,
    /// The group the name lives in.
    pub namespace: name::NamespaceName,
    /// Who may read without going through the Worker.
    pub access: Access,
    /// The name of a bucket that exists already and is managed elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub existing: Option<name::BucketName>,
    /// Notes kept with the declaration.
    #[serde(default, skip_serializing_if = "super::Metadata::is_empty")]
    pub metadata: super::Metadata,
    /// How what is written is encrypted, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encryption: Option<super::EncryptionRecord>,
    /// Every operation writes a line to the log.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub observability: bool,
    /// How URLs are signed that lead to the Worker, if they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_urls: Option<super::SignedUrlsRecord>,
    /// How URLs are signed that lead to R2 itself, if they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub s3: Option<super::S3Record>,
    /// Which pages of other origins may use it, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cors: Option<super::CorsRecord>,
    /// Objects are deleted this many days after they were written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delete_after_days: Option<std::num::NonZeroU32>,
    /// Objects move to infrequent access this many days after they were written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub infrequent_access_after_days: Option<std::num::NonZeroU32>,
    /// Uploads in parts that nobody completed end this many days after they began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub abort_uploads_after_days: Option<std::num::NonZeroU32>,
}

#[cfg(feature = "manifest")]
impl BucketRecord {
    /// Checks the rules that no single field keeps by its type.
    ///
    /// # Errors
    ///
    /// The [`LimitError`] of the first that is broken.
    pub fn check(&self) -> Result<(), LimitError> {
        if self.existing.is_none() {
            name::check_qualified(self.namespace.as_str(), self.name.as_str())?;
        }
        if let (Some(days), Some(deleted)) =
            (self.infrequent_access_after_days, self.delete_after_days)
        {
            r2::infrequent_access_before(deleted.get()).check(days.get().into())?;
        }
        if let Some(signed_urls) = &self.signed_urls {
            signed_urls::MAX_AGE.check(signed_urls.max_age_seconds.into())?;
        }
        if let Some(cors) = &self.cors {
            cors.check()?;
        }
        r2::METADATA.check(super::metadata_bytes_of(&self.metadata))
    }

    /// The name of the R2 bucket in the account.
    #[must_use]
    pub fn bucket_name(&self) -> String {
        match &self.existing {
            Some(existing) => existing.to_string(),
            None => name::qualify(self.namespace.as_str(), self.name.as_str()),
        }
    }
}
