#[storage::kv(name = "app-configs", observability = "true")]
struct AppConfigs;

fn open(env: &storage::Env) -> storage::Result<storage::Kv<AppConfigs>> {
    storage::Kv::open(env)
}

fn main() {
    let _ = open;
}
