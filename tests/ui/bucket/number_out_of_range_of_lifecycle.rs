#[storage::bucket(name = "shared-files", infrequent_access_after_days = 0, abort_uploads_after_days = 0)]
struct Files;

fn open(env: &storage::Env) -> storage::Result<storage::Bucket<Files>> {
    storage::Bucket::open(env)
}

fn main() {
    let _ = open;
}
