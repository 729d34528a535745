//! A KV declaration that keeps the rules.

use proc_macro2::Ident;
use storage_core::limits::kv;
use storage_core::name::{BindingName, KvId, KvName, NamespaceName};
use syn::Type;

use super::{EncryptionDecl, Environment, Validate};
use crate::args::{Args, KvArgs, Pairs};
use crate::diag::Errors;
use crate::item::Item;

pub(crate) struct KvDecl {
    pub(crate) ident: Ident,
    pub(crate) name: KvName,
    pub(crate) namespace: NamespaceName,
    pub(crate) binding: BindingName,
    pub(crate) existing: Option<KvId>,
    pub(crate) metadata: Pairs,
    pub(crate) encryption: Option<EncryptionDecl>,
    pub(crate) observability: bool,
    pub(crate) ttl_seconds: Option<u64>,
    /// What the values are, if they are all of one type.
    pub(crate) value: Option<Type>,
}

impl Validate for KvArgs {
    type Decl = KvDecl;

    fn validate(self, item: &mut Item, errors: &mut Errors) -> Option<KvDecl> {
        let Self {
            name,
            namespace,
            binding,
            access,
            existing,
            metadata,
            encryption,
            observability,
            ttl_seconds,
            value,
        } = self;
        let ident = super::unit_struct(item, Self::GRAMMAR, errors);
        let name = super::name(name, KvName::new, item, Self::GRAMMAR, errors);
        let (name, written) = name.unzip();
        let namespace = super::namespace(namespace.as_ref(), errors);
        let binding =
            super::binding(binding.as_ref(), namespace.as_ref(), written.as_ref(), errors);
        super::access(access.as_ref(), errors);
        let existing =
            existing.and_then(|existing| super::checked(&existing, KvId::new, None, errors));
        let metadata = super::metadata(metadata, kv::METADATA, errors);
        let mut environment = Environment::new(binding.as_ref());
        let encryption =
            encryption.and_then(|args| EncryptionDecl::new(args, &mut environment, errors));
        let ttl_seconds = ttl_seconds.and_then(|ttl| super::number(&ttl, kv::TTL, errors));
        Some(KvDecl {
            ident: ident?,
            name: name?,
            namespace: namespace?,
            binding: binding?,
            existing,
            metadata,
            encryption,
            observability: observability.is_some_and(|given| given.content),
            ttl_seconds,
            value: value.map(|value| value.content),
        })
    }
}
