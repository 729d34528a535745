#[storage::bucket(name = "shared-files", cors(origins = "https://app.example.com", methods = ["GET"]))]
struct Files;

fn open(env: &storage::Env) -> storage::Result<storage::Bucket<Files>> {
    storage::Bucket::open(env)
}

fn main() {
    let _ = open;
}
