#[storage::bucket(name = "shared-files", cors(origins = ORIGINS, methods = (GET, PUT)))]
struct Files;

fn open(env: &storage::Env) -> storage::Result<storage::Bucket<Files>> {
    storage::Bucket::open(env)
}

fn main() {
    let _ = open;
}
