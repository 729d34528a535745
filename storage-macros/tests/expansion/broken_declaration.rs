// #[storage::kv(nmae = "app-configs", ttl_seconds = 30)]
// pub struct AppConfigs;

pub struct AppConfigs;
#[automatically_derived]
impl ::storage::__private::DeclareKv for AppConfigs {
    type Value = ::storage::__private::Raw;
    const SPEC: &'static ::storage::__private::KvSpec = &::storage::__private::KvSpec::new(
        "invalid-declaration",
        "INVALID_APP_CONFIGS",
    );
}
#[automatically_derived]
impl ::storage::__private::Encrypted for AppConfigs {}
::core::compile_error! {
    "`nmae` is not an option of `#[storage::kv]`: they are `name`, `namespace`, `binding`, `access`, `existing`, `metadata`, `encryption`, `observability`, `ttl_seconds`, `value`, `crate`\nhelp: write `name = \"app-configs\"`"
}
::core::compile_error! {
    "`ttl_seconds = 30` is out of range: the time to live is 60 to 2147483647 seconds\nhelp: write `ttl_seconds = 60`"
}
