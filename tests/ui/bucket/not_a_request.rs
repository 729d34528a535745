#[storage::bucket(name = "user-assets")]
struct UserAssets;

struct Request;

fn serve(assets: &storage::Bucket<UserAssets>, request: &Request) {
    let _ = assets.serve("avatar.png", request);
}

fn main() {
    let _ = serve;
}
