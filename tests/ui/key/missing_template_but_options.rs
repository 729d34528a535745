#[derive(storage::Key)]
#[key(crate = ::storage)]
struct Avatar {
    user_id: u64,
    file: String,
}

fn main() {}
