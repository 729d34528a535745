#[storage::bucket(name = "shared-files", access_key_id = "R2_ACCESS_KEY_ID")]
struct Files;

fn open(env: &storage::Env) -> storage::Result<storage::Bucket<Files>> {
    storage::Bucket::open(env)
}

fn main() {
    let _ = open;
}
