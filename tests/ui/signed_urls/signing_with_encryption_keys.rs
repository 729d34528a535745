#[storage::bucket(name = "shared-files", encryption(secret = "FILE_KEYS"), signed_urls(secret = "FILE_KEYS"))]
struct Files;

fn open(env: &storage::Env) -> storage::Result<storage::Bucket<Files>> {
    storage::Bucket::open(env)
}

fn main() {
    let _ = open;
}
