//! A bucket declaration that keeps the rules.

use proc_macro2::Ident;
use storage_core::limits::r2;
use storage_core::name::{BindingName, BucketName, NamespaceName, check_qualified, qualify};

use super::{EncryptionDecl, Validate};
use crate::args::{Args, BucketArgs, Pairs, Text};
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
    pub(crate) delete_after_days: Option<u32>,
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
            delete_after_days,
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
        let encryption =
            encryption.and_then(|args| EncryptionDecl::new(args, binding.as_ref(), errors));
        let delete_after_days = delete_after_days
            .and_then(|days| super::number(&days, r2::DELETE_AFTER_DAYS, errors))
            .and_then(|days| u32::try_from(days).ok());
        Some(BucketDecl {
            ident: ident?,
            name: name?,
            namespace: namespace?,
            binding: binding?,
            existing,
            metadata,
            encryption,
            delete_after_days,
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
