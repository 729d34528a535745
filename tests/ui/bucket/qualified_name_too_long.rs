#[storage::bucket(
    name = "assets-of-everyone-who-ever-uploaded-something",
    namespace = "media-and-more-media",
    binding = "ASSETS",
)]
struct UserAssets;

fn open(env: &storage::Env) -> storage::Result<storage::Bucket<UserAssets>> {
    storage::Bucket::open(env)
}

fn main() {
    let _ = open;
}
