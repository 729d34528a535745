// #[storage::kv(
//     name = "app-configs",
//     namespace = "media",
//     binding = "CONFIGS",
//     access = "private",
//     existing = "0f2ac74b498b48021cb68387c421e279",
//     metadata(owner = "media"),
//     encryption(secret = "CONFIG_KEYS"),
//     observability = true,
//     ttl_seconds = 86_400,
//     value = std::collections::HashMap<String, Config>,
//     crate = crate::storage,
// )]
// struct AppConfigs;

struct AppConfigs;
#[automatically_derived]
impl crate::storage::__private::DeclareKv for AppConfigs {
    type Value = crate::storage::__private::Json<
        std::collections::HashMap<String, Config>,
    >;
    const SPEC: &'static crate::storage::__private::KvSpec = &crate::storage::__private::KvSpec::new(
            "app-configs",
            "CONFIGS",
        )
        .namespace("media")
        .existing("0f2ac74b498b48021cb68387c421e279")
        .metadata(&[("owner", "media")])
        .encryption(crate::storage::__private::EncryptionSpec::new("CONFIG_KEYS"))
        .observability()
        .ttl_seconds(86400u64);
}
#[automatically_derived]
impl crate::storage::__private::Encrypted for AppConfigs {}
