//! The library under another name.

use storage_renamed::App;

#[test]
fn a_renamed_library_declares_the_same() {
    let App { assets, configs } = App::memory();
    drop((assets, configs));
}
