#[storage::bucket(name = "shared-files", cors(origins = ["*"], methods = ["GET"], expose = ["etag:"]))]
struct Files;

fn open(env: &storage::Env) -> storage::Result<storage::Bucket<Files>> {
    storage::Bucket::open(env)
}

fn main() {
    let _ = open;
}
