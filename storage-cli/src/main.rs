//! `cargo storage`.
fn main() {}
