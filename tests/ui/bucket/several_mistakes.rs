#[storage::bucket(
    naem = "user-assets",
    binding = "user-assets",
    access = "public",
    ttl_seconds = 86_400,
    delete_after_days = 0,
)]
struct UserAssets {
    key: String,
}

fn open(env: &storage::Env) -> storage::Result<storage::Bucket<UserAssets>> {
    storage::Bucket::open(env)
}

fn main() {
    let _ = open;
}
