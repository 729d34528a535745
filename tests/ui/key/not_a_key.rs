#[storage::bucket(name = "user-assets")]
struct UserAssets;

struct Avatar {
    user_id: u64,
}

fn find(assets: &storage::Bucket<UserAssets>, avatar: &Avatar) {
    let _ = assets.get(avatar);
    let _ = assets.list().prefix(7);
}

fn main() {}
