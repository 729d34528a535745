#[storage::bucket(name = "vault", encryption(secret = "VAULT_KEYS"), s3(account_id = "R2_ACCOUNT_ID", access_key_id = "R2_ACCESS_KEY_ID", secret_access_key = "R2_SECRET_ACCESS_KEY"))]
struct Vault;

fn open(env: &storage::Env) -> storage::Result<storage::Bucket<Vault>> {
    storage::Bucket::open(env)
}

fn main() {
    let _ = open;
}
