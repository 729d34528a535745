#[storage::bucket(name = "shared-files", cors(origins = ["*"], methods = ["GET"], headers = ["content-type", "Content-Type"]))]
struct Files;

fn open(env: &storage::Env) -> storage::Result<storage::Bucket<Files>> {
    storage::Bucket::open(env)
}

fn main() {
    let _ = open;
}
