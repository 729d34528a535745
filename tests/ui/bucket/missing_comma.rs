#[storage::bucket(name = "user-assets" binding = "ASSETS")]
struct UserAssets;

fn open(env: &storage::Env) -> storage::Result<storage::Bucket<UserAssets>> {
    storage::Bucket::open(env)
}

fn main() {
    let _ = open;
}
