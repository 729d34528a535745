#[storage::bucket(name = "shared-files", delete_after_days = 30, infrequent_access_after_days = 30)]
struct Files;

fn open(env: &storage::Env) -> storage::Result<storage::Bucket<Files>> {
    storage::Bucket::open(env)
}

fn main() {
    let _ = open;
}
