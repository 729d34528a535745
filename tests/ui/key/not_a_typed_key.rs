struct Avatar {
    user_id: u64,
}

fn read<K: storage::Key>(key: &str) -> storage::Result<K> {
    K::parse(key)
}

fn main() {
    let _ = read::<Avatar>("avatars/7");
}
