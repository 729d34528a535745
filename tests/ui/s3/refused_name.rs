#[storage::bucket(name = "shared-files", s3(account_id = "0f2ac74b498b48021cb68387c421e279", access_key_id = "R2_ACCESS_KEY_ID", secret_access_key = "R2_SECRET_ACCESS_KEY"))]
struct Files;

fn open(env: &storage::Env) -> storage::Result<storage::Bucket<Files>> {
    storage::Bucket::open(env)
}

fn main() {
    let _ = open;
}
