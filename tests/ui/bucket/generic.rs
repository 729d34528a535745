#[storage::bucket(name = "user-assets")]
struct UserAssets<const COPIES: usize>;

fn open<const N: usize>(env: &storage::Env) -> storage::Result<storage::Bucket<UserAssets<N>>> {
    storage::Bucket::open(env)
}

fn main() {
    let _ = open::<2>;
}
