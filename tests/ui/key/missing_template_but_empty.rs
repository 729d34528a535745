#[derive(storage::Key)]
#[key]
struct Avatar {
    user_id: u64,
    file: String,
}

fn main() {}
