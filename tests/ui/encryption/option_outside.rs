#[storage::kv(name = "vault", encryption(secret = "VAULT_KEYS", name = "vault"))]
struct Vault;

fn open(env: &storage::Env) -> storage::Result<storage::Kv<Vault>> {
    storage::Kv::open(env)
}

fn main() {
    let _ = open;
}
