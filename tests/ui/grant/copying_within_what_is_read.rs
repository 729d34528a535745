#[storage::bucket(name = "user-assets")]
struct UserAssets;

#[storage::bucket(name = "archive")]
struct Archive;

#[storage::app(name = "media-api")]
struct App {
    assets: storage::BucketReader<UserAssets>,
    archive: storage::BucketWriter<Archive>,
}

async fn copy(app: &App) -> storage::Result<()> {
    app.assets.copy("a", "b").to_bucket(&app.archive).await?; // this is fine
    app.assets.copy("a", "b").await?;
    Ok(())
}

fn main() {
    let _ = copy(&App::memory());
}
