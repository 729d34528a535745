#[storage::kv(name = "app-configs", ttl = 86_400)]
struct AppConfigs;

fn open(env: &storage::Env) -> storage::Result<storage::Kv<AppConfigs>> {
    storage::Kv::open(env)
}

fn main() {
    let _ = open;
}
