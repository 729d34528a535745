#[storage::kv(name = "app-configs", ttl_seconds = 24 * 60 * 60)]
struct AppConfigs;

fn open(env: &storage::Env) -> storage::Result<storage::Kv<AppConfigs>> {
    storage::Kv::open(env)
}

fn main() {
    let _ = open;
}
