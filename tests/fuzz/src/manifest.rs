//! Manifests: what the CLI reads from an artifact, and the constants that the macros write. The
//! input is the section of the artifact.

use storage_core::manifest::{
    AppSpec, BucketRecord, BucketSpec, CorsRecord, CorsSpec, EncryptionRecord, EncryptionSpec,
    Field, FieldSpec, KvRecord, KvSpec, Manifest, Metadata, MetadataEncryption, Resource,
    ResourceSpec, S3Record, S3Spec, ServiceSpec, SignedUrlsRecord, SignedUrlsSpec, VERSION, Verbs,
    ViaRecord, WorkerRecord, WorkerSpec, parse_section,
};
use storage_core::name::HeaderName;

use crate::constant;

/// How long a manifest is once it is filled up: the length of a constant is one itself.
const FILLED: usize = 2048;

pub(crate) fn run(input: &[u8]) {
    match parse_section(input) {
        Ok(manifests) => {
            let lines: String = manifests.iter().map(line).collect();
            let again = parse_section(lines.as_bytes()).unwrap();
            assert_eq!(again, manifests, "{lines}");
            manifests.into_iter().for_each(as_constants);
        }
        Err(error) => {
            assert!(error.to_string().contains("manifest") || error.written_by().is_none());
        }
    }
}

fn line(manifest: &Manifest) -> String {
    serde_json::to_string(manifest).unwrap() + "\n"
}

/// Whatever can be read could have been declared, and would have been written in the same bytes.
fn as_constants(mut manifest: Manifest) {
    VERSION.clone_into(&mut manifest.version);
    let text = line(&manifest);
    assert_eq!(spec(&manifest).rendered_len(), text.len(), "{text}");
    if let Some(gap) = FILLED.checked_sub(text.len())
        && let Some(first) = manifest.fields.first_mut()
    {
        first.field.push_str(&"x".repeat(gap));
        let rendered = spec(&manifest).render::<FILLED>();
        assert_eq!(String::from_utf8_lossy(&rendered), line(&manifest));
    }
}

fn spec(manifest: &Manifest) -> AppSpec {
    let fields = manifest.fields.iter().map(|Field { field, via, resource, .. }| {
        let resource = match resource {
            Resource::Bucket(record) => {
                ResourceSpec::Bucket(constant::<BucketSpec>(bucket(record)))
            }
            Resource::Kv(record) => ResourceSpec::Kv(constant::<KvSpec>(kv(record))),
            other => panic!("a kind without a specification: {other:?}"),
        };
        let spec = FieldSpec::new(constant(field.as_str()), resource);
        match via {
            Some(via) => {
                spec.grants(via.grants.iter().copied().collect::<Verbs>()).via(service(via))
            }
            None => spec,
        }
    });
    let fields: &'static [_] = constant(fields.collect::<Vec<_>>());
    let app = AppSpec::new(constant(manifest.app.as_str()), fields);
    manifest.fields.iter().for_each(|Field { field, .. }| app.assert_distinct(field));
    let Some(WorkerRecord { placement, public_host, .. }) = &manifest.worker else {
        return app;
    };
    manifest.fields.iter().for_each(|Field { field, .. }| app.assert_whole(field));
    let mut spec = WorkerSpec::new();
    if let Some(placement) = placement {
        spec = spec.placement(*placement);
    }
    if let Some(host) = public_host {
        app.assert_public();
        spec = spec.public_host(constant(host.as_str()));
    }
    app.worker(spec)
}

fn service(ViaRecord { service, binding, prefix, .. }: &ViaRecord) -> ServiceSpec {
    let spec = ServiceSpec::new(constant(service.as_str()), constant(binding.as_str()));
    match prefix {
        Some(prefix) => spec.prefix(constant(prefix.as_str())),
        None => spec,
    }
}

fn bucket(record: &BucketRecord) -> BucketSpec {
    let BucketRecord { binding, name, namespace, existing, metadata, .. } = record;
    let mut spec = BucketSpec::new(constant(name.as_str()), constant(binding.as_str()))
        .namespace(constant(namespace.as_str()))
        .metadata(notes(metadata));
    if let Some(existing) = existing {
        spec = spec.existing(constant(existing.as_str()));
    }
    if let Some(record) = &record.encryption {
        spec = spec.encryption(encryption(record));
    }
    if record.observability {
        spec = spec.observability();
    }
    if let Some(record) = &record.signed_urls {
        spec = spec.signed_urls(signed_urls(record));
    }
    if let Some(S3Record { account_id, access_key_id, secret_access_key, .. }) = &record.s3 {
        let (account, id) = (constant(account_id.as_str()), constant(access_key_id.as_str()));
        spec = spec.s3(S3Spec::new(account, id, constant(secret_access_key.as_str())));
    }
    if let Some(record) = &record.cors {
        spec = spec.cors(cors(record));
    }
    if let Some(days) = record.delete_after_days {
        spec = spec.delete_after_days(days.get());
    }
    if let Some(days) = record.infrequent_access_after_days {
        spec = spec.infrequent_access_after_days(days.get());
    }
    match record.abort_uploads_after_days {
        Some(days) => spec.abort_uploads_after_days(days.get()),
        None => spec,
    }
}

fn encryption(record: &EncryptionRecord) -> EncryptionSpec {
    let spec = EncryptionSpec::new(constant(record.secret.as_str()));
    match record.metadata {
        MetadataEncryption::Encrypted => spec.with_metadata(),
        _ => spec,
    }
}

fn signed_urls(record: &SignedUrlsRecord) -> SignedUrlsSpec {
    let spec = SignedUrlsSpec::new(constant(record.secret.as_str()))
        .max_age_seconds(record.max_age_seconds);
    match &record.host {
        Some(host) => spec.host(constant(host.as_str())),
        None => spec,
    }
}

fn cors(record: &CorsRecord) -> CorsSpec {
    let names = |names: &[HeaderName]| -> &'static [&'static str] {
        constant(names.iter().map(|name| constant::<str>(name.as_str())).collect::<Vec<_>>())
    };
    let origins = record.origins.iter().map(|origin| constant::<str>(origin.as_str()));
    let origins: &'static [_] = constant(origins.collect::<Vec<_>>());
    let spec = CorsSpec::new(origins, constant(record.methods.clone()))
        .headers(names(&record.headers))
        .expose(names(&record.expose));
    match record.max_age_seconds {
        Some(seconds) => spec.max_age_seconds(seconds),
        None => spec,
    }
}

fn kv(record: &KvRecord) -> KvSpec {
    let KvRecord { binding, name, namespace, existing, metadata, ttl_seconds, .. } = record;
    let mut spec = KvSpec::new(constant(name.as_str()), constant(binding.as_str()))
        .namespace(constant(namespace.as_str()))
        .metadata(notes(metadata));
    if let Some(existing) = existing {
        spec = spec.existing(constant(existing.as_str()));
    }
    if let Some(record) = &record.encryption {
        spec = spec.encryption(encryption(record));
    }
    if record.observability {
        spec = spec.observability();
    }
    ttl_seconds.map_or(spec, |seconds| spec.ttl_seconds(seconds))
}

fn notes(metadata: &Metadata) -> &'static [(&'static str, &'static str)] {
    let notes = metadata.iter();
    let notes = notes.map(|(key, value)| (constant(key.as_str()), constant(value.as_str())));
    constant(notes.collect::<Vec<_>>())
}
