#[storage::kv(name = "sessions", signed_urls(secret = "LINK_KEYS"))]
struct Sessions;

fn open(env: &storage::Env) -> storage::Result<storage::Kv<Sessions>> {
    storage::Kv::open(env)
}

fn main() {
    let _ = open;
}
