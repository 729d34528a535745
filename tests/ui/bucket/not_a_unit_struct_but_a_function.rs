#[storage::bucket(name = "user-assets")]
pub async fn user_assets() {}

fn main() {
    drop(user_assets());
}
