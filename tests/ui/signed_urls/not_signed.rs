#[storage::bucket(name = "user-assets")]
struct UserAssets;

fn links<D: storage::Signed>() {}

fn main() {
    links::<UserAssets>();
}
