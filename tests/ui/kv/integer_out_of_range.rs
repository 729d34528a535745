#[storage::kv(name = "app-configs", ttl_seconds = 18_446_744_073_709_551_616)]
struct AppConfigs;

fn open(env: &storage::Env) -> storage::Result<storage::Kv<AppConfigs>> {
    storage::Kv::open(env)
}

fn main() {
    let _ = open;
}
