#[storage::bucket(name = "vault", encryption(secret = "VAULT"))]
struct Vault;

fn open(env: &storage::Env) -> storage::Result<storage::Bucket<Vault>> {
    storage::Bucket::open(env)
}

fn main() {
    let _ = open;
}
