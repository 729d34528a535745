#[storage::bucket(name = "sessions")]
struct Files;

#[storage::kv(name = "sessions", binding = "TOKENS")]
struct Tokens;

#[storage::app(name = "media-api")]
struct App {
    #[storage(via = "media-storage")]
    files: storage::Bucket<Files>,
    #[storage(via = "media-storage")]
    tokens: storage::Kv<Tokens>,
}

fn main() {
    let _ = App::memory();
}
