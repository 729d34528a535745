#[storage::bucket(name = "vault", encryption(secret = "VAULT_KEYS", metadata = "secret"))]
struct Vault;

fn open(env: &storage::Env) -> storage::Result<storage::Bucket<Vault>> {
    storage::Bucket::open(env)
}

fn main() {
    let _ = open;
}
