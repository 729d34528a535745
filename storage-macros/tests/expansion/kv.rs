// #[storage::kv(name = "app-configs")]
// pub struct AppConfigs;

pub struct AppConfigs;
#[automatically_derived]
impl ::storage::__private::DeclareKv for AppConfigs {
    type Value = ::storage::__private::Raw;
    const SPEC: &'static ::storage::__private::KvSpec = &::storage::__private::KvSpec::new(
        "app-configs",
        "APP_CONFIGS",
    );
}
