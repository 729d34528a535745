#[storage::bucket(name = "user-assets", observability = 1)]
struct UserAssets;

fn open(env: &storage::Env) -> storage::Result<storage::Bucket<UserAssets>> {
    storage::Bucket::open(env)
}

fn main() {
    let _ = open;
}
