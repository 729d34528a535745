#[storage::bucket(name = "vault", encryption(secret = "KEYS"))]
struct Vault;

#[storage::bucket(name = "shared-files", signed_urls(secret = "KEYS"))]
struct Files;

#[storage::app(name = "notary")]
struct App {
    vault: storage::Bucket<Vault>,
    files: storage::Bucket<Files>,
}


fn main() {
    let _ = App::open;
}
