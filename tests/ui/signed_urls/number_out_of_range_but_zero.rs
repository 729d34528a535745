#[storage::bucket(name = "shared-files", signed_urls(secret = "LINK_KEYS", max_age_seconds = 0))]
struct Files;

fn open(env: &storage::Env) -> storage::Result<storage::Bucket<Files>> {
    storage::Bucket::open(env)
}

fn main() {
    let _ = open;
}
