#[derive(storage::Key)]
#[key("avatars/{user_id}")]
union Avatar {
    user_id: u64,
}

fn main() {}
