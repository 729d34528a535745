#[storage::bucket(name = "shared-files", cors(origins = ["*"], methods = ["get", "OPTIONS"]))]
struct Files;

fn open(env: &storage::Env) -> storage::Result<storage::Bucket<Files>> {
    storage::Bucket::open(env)
}

fn main() {
    let _ = open;
}
