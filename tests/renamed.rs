//! The library under another name.

use storage_renamed::reexported::{Key as _, ToKey as _};
use storage_renamed::{App, Image};

#[test]
fn a_renamed_library_declares_the_same() {
    let App { assets, configs } = App::memory();
    drop((assets, configs));
}

#[test]
fn a_renamed_library_reads_and_writes_the_same_keys() {
    let key = Image::first(7).to_key().unwrap();
    assert_eq!(key, "images/7/001");
    assert_eq!(Image::parse(&key).unwrap().user_id, 7);
}
