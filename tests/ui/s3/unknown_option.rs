#[storage::bucket(name = "shared-files", s3(account_id = "R2_ACCOUNT_ID", access_key = "R2_ACCESS_KEY_ID", secret_access_key = "R2_SECRET_ACCESS_KEY"))]
struct Files;

fn open(env: &storage::Env) -> storage::Result<storage::Bucket<Files>> {
    storage::Bucket::open(env)
}

fn main() {
    let _ = open;
}
