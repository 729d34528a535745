#[storage::bucket(name = "drop-forms")]
struct Forms;

#[storage::app(name = "drop-api")]
struct App {
    #[storage(via = "drop-storage", prefix = "public/")]
    templates: storage::BucketReader<Forms>,
    #[storage(via = "drop-storage", prefix = "acme/")]
    answers: storage::BucketWriter<Forms>,
}

fn main() {
    let _ = App::memory();
}
