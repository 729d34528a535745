#[storage::bucket(name = "2024-assets-of-everyone-who-ever-uploaded-something-to-us-or-so")]
struct UserAssets;

fn open(env: &storage::Env) -> storage::Result<storage::Bucket<UserAssets>> {
    storage::Bucket::open(env)
}

fn main() {
    let _ = open;
}
