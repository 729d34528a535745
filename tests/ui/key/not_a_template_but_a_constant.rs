#[derive(storage::Key)]
#[key(TEMPLATE)]
struct Avatar {
    user_id: u64,
    file: String,
}

fn main() {}
