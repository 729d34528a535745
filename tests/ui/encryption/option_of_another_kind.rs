#[storage::kv(name = "vault", secret = "VAULT_KEYS")]
struct Vault;

fn open(env: &storage::Env) -> storage::Result<storage::Kv<Vault>> {
    storage::Kv::open(env)
}

fn main() {
    let _ = open;
}
