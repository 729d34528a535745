#[storage::bucket(
    name = "shared-files",
    cors(
        origins = ["app.example.com", "https://example.com:443", 5],
        method = ["GET"],
        headers = "content-type",
        max_age_seconds = "3600",
    ),
    signed_urls(host = "files.example.com/links", max_age = 60),
    s3(account_id = "R2_ACCOUNT_ID", access_key_id = "R2_ACCOUNT_ID"),
)]
struct Files;

fn open(env: &storage::Env) -> storage::Result<storage::Bucket<Files>> {
    storage::Bucket::open(env)
}

fn main() {
    let _ = open;
}
