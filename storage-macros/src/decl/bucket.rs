//! A bucket declaration that keeps the rules.

use proc_macro2::Ident;
use storage_core::limits::r2;
use storage_core::name::{BindingName, BucketName, NamespaceName, check_qualified, qualify};

use super::{CorsDecl, EncryptionDecl, Environment, S3Decl, SignedUrlsDecl, Validate};
use crate::args::{Args, BucketArgs, Number, Pairs, Text};
use crate::diag::{Errors, message};
use crate::item::Item;

pub(crate) struct BucketDecl {
    pub(crate) ident: Ident,
    pub(crate) name: BucketName,
    pub(crate) namespace: NamespaceName,
    pub(crate) binding: BindingName,
    pub(crate) existing: Option<BucketName>,
    pub(crate) metadata: Pairs,
    pub(crate) encryption: Option<EncryptionDecl>,
    pub(crate) observability: bool,
    pub(crate) signed_urls: Option<SignedUrlsDecl>,
    pub(crate) s3: Option<S3Decl>,
    pub(crate) cors: Option<CorsDecl>,
    pub(crate) delete_after_days: Option<u32>,
    pub(crate) infrequent_access_after_days: Option<u32>,
    pub(crate) abort_uploads_after_days: Option<u32>,
}

impl Validate for BucketArgs {
    type Decl = BucketDecl;

    fn validate(self, item: &mut Item, errors: &mut Errors) -> Option<BucketDecl> {
        let Self {
            name,
            namespace,
            binding,
            access,
            existing,
            metadata,
            encryption,
            observability,
            signed_urls,
            s3,
            cors,
            delete_after_days,
            infrequent_access_after_days,
            abort_uploads_after_days,
        } = self;
        let ident = super::unit_struct(item, Self::GRAMMAR, errors);
        let name = super::name(name, BucketName::new, item, Self::GRAMMAR, errors);
        let (name, written) = name.unzip();
        let namespace = super::namespace(namespace.as_ref(), errors);
        let written =
            written.filter(|name| existing.is_some() || fits(namespace.as_ref(), name, errors));
        let binding =
            super::binding(binding.as_ref(), namespace.as_ref(), written.as_ref(), errors);
        super::access(access.as_ref(), errors);
        let existing =
            existing.and_then(|existing| super::checked(&existing, BucketName::new, None, errors));
        let metadata = super::metadata(metadata, r2::METADATA, errors);
        if let (Some(_), None, Some(s3)) = (&encryption, &signed_urls, &s3) {
            let paste = Self::GRAMMAR.example("signed_urls").unwrap_or_default();
            errors.push(s3, message::s3_of_an_encrypted_bucket(paste));
        }
        let mut environment = Environment::new(binding.as_ref());
        let encryption =
            encryption.and_then(|args| EncryptionDecl::new(args, &mut environment, errors));
        let signed_urls =
            signed_urls.and_then(|args| SignedUrlsDecl::new(args, &mut environment, errors));
        let s3 = s3.and_then(|args| S3Decl::new(args, &mut environment, errors));
        let cors = cors.and_then(|args| CorsDecl::new(args, errors));
        let delete_after_days = delete_after_days
            .and_then(|days| super::number_u32(&days, r2::DELETE_AFTER_DAYS, errors));
        let infrequent_access_after_days = infrequent_access_after_days
            .and_then(|days| infrequent_access(&days, delete_after_days, errors));
        let abort_uploads_after_days = abort_uploads_after_days
            .and_then(|days| super::number_u32(&days, r2::ABORT_UPLOADS_AFTER_DAYS, errors));
        Some(BucketDecl {
            ident: ident?,
            name: name?,
            namespace: namespace?,
            binding: binding?,
            existing,
            metadata,
            encryption,
            observability: observability.is_some_and(|given| given.content),
            signed_urls,
            s3,
            cors,
            delete_after_days,
            infrequent_access_after_days,
            abort_uploads_after_days,
        })
    }
}

/// The namespace and the name together are what a bucket of our own is called in the account.
fn fits(namespace: Option<&NamespaceName>, name: &Text, errors: &mut Errors) -> bool {
    let Some(namespace) = namespace else {
        return true;
    };
    let Err(rule) = check_qualified(namespace.as_str(), &name.content) else {
        return true;
    };
    let qualified = qualify(namespace.as_str(), &name.content);
    errors.push(name, message::qualified_name_too_long(&qualified, rule));
    false
}

/// What is deleted by then moves nowhere.
fn infrequent_access(days: &Number, deleted: Option<u32>, errors: &mut Errors) -> Option<u32> {
    let found = super::number_u32(days, r2::INFREQUENT_ACCESS_AFTER_DAYS, errors)?;
    if let Some(deleted) = deleted
        && r2::infrequent_access_before(deleted).check(found.into()).is_err()
    {
        errors.push(days, message::infrequent_access_too_late(found, deleted));
        return None;
    }
    Some(found)
}
