#[storage::bucket(name = "user-assets")]
struct UserAssets;

async fn rotate(assets: &storage::Bucket<UserAssets>) -> storage::Result<()> {
    assets.rotate().await?;
    Ok(())
}

fn main() {
    let _ = rotate;
}
