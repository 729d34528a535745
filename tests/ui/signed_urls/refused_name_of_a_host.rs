#[storage::bucket(name = "shared-files", signed_urls(secret = "LINK_KEYS", host = "Files.example.com/a"))]
struct Files;

fn open(env: &storage::Env) -> storage::Result<storage::Bucket<Files>> {
    storage::Bucket::open(env)
}

fn main() {
    let _ = open;
}
