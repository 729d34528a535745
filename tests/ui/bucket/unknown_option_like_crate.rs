#[storage::bucket(name = "user-assets", crat = ::storage)]
struct UserAssets;

fn open(env: &storage::Env) -> storage::Result<storage::Bucket<UserAssets>> {
    storage::Bucket::open(env)
}

fn main() {
    let _ = open;
}
