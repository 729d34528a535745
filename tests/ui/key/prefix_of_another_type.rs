use storage::Key;

#[derive(Key)]
#[key("avatars/{user_id}/{file}")]
struct Avatar {
    user_id: u64,
    file: String,
}

fn main() {
    let _ = Avatar::prefix(("7",));
}
